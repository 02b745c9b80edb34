// Whether messages go at all: pause, sandbox, the breaker, where they come from, and which go once more.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { usePause } from "../../home/queries";
import { PageHead } from "../../parts/PageHead";
import { Trouble } from "../../parts/Trouble";
import { Waiting } from "../../parts/Waiting";
import { useSession } from "../../session/useSession";
import { useCompany } from "../company/queries";
import { Breaker } from "./Breaker";
import { OnceMoreCard } from "./OnceMoreCard";
import { PauseCard } from "./PauseCard";
import { useSender } from "./queries";
import { Sandbox } from "./Sandbox";
import { SenderCard } from "./SenderCard";
import { SigningCard } from "./SigningCard";

export function SendingPage() {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const pause = usePause();
  const company = useCompany();
  const sender = useSender();
  const broken = pause.error ?? company.error ?? sender.error;
  const again = () => void Promise.all([pause.refetch(), company.refetch(), sender.refetch()]);
  return (
    <>
      <PageHead title={t("settings.places.sending")} />
      {pause.data && company.data && sender.data !== undefined ? (
        <Stack>
          <PauseCard pause={pause.data} />
          <Sandbox company={company.data} />
          <Breaker />
          <SenderCard sender={sender.data} />
          {mayChange && <SigningCard sender={sender.data} />}
          <OnceMoreCard />
        </Stack>
      ) : broken ? (
        <Trouble error={broken} retry={again} />
      ) : (
        <Waiting />
      )}
    </>
  );
}
