// A phone: whether it may be texted, and the button that asks.
import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Consent, Customer, Phone } from "../api/types";
import { Dot } from "../parts/Dot";
import { Trouble } from "../parts/Trouble";
import { useSession } from "../session/useSession";
import { phoneNumber } from "../words/phones";
import { useAskForTexts } from "./queries";

const COLOURS: Record<Consent, string> = {
  none: "var(--fb-quiet)",
  requested: "var(--fb-waiting)",
  granted: "var(--fb-good)",
  refused: "var(--fb-bad)",
  revoked: "var(--fb-bad)",
};

interface Props {
  customer: Customer;
  phone: Phone;
}

export function PhoneRow({ customer, phone }: Props) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const ask = useAskForTexts(customer.id, phone.id);
  const consent = phone.sms_consent;
  const mayAsk = isOffice && !phone.landline && (consent === "none" || consent === "refused");
  return (
    <li>
      <Group gap="sm">
        <span>{phoneNumber(phone.number)}</span>
        <Dot colour={phone.landline ? "var(--fb-quiet)" : COLOURS[consent]}>
          {phone.landline ? t("consent.landline") : t(`consent.${consent}`)}
        </Dot>
        {phone.calls_opted_out && <Dot colour="var(--fb-bad)">{t("consent.noCalls")}</Dot>}
        {mayAsk && (
          <Button
            variant="default"
            size="compact-sm"
            loading={ask.isPending}
            onClick={() => ask.mutate(undefined)}
          >
            {t("consent.ask")}
          </Button>
        )}
        {ask.isSuccess && <span role="status">{t("consent.asked")}</span>}
      </Group>
      {ask.isError && <Trouble error={ask.error} />}
    </li>
  );
}
