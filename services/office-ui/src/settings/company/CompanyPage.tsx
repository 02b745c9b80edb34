// The company: what it is called and looks like, when it writes, and what new customers start with.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { PageHead } from "../../parts/PageHead";
import { Trouble } from "../../parts/Trouble";
import { Waiting } from "../../parts/Waiting";
import { Brand } from "./Brand";
import { Defaults } from "./Defaults";
import { Identity } from "./Identity";
import { Logo } from "./Logo";
import { useCompany } from "./queries";
import { Caps, QuietHours } from "./QuietHours";

export function CompanyPage() {
  const { t } = useTranslation();
  const company = useCompany();
  return (
    <>
      <PageHead title={t("settings.places.company")} />
      {company.isPending ? (
        <Waiting />
      ) : company.isError ? (
        <Trouble error={company.error} retry={() => void company.refetch()} />
      ) : (
        <Stack>
          <Identity company={company.data} />
          <QuietHours company={company.data} />
          <Caps company={company.data} />
          <Brand company={company.data} />
          <Logo company={company.data} />
          <Defaults company={company.data} />
        </Stack>
      )}
    </>
  );
}
