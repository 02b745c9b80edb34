// A phone: whether it may be texted, and the button that asks.
import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Consent, Customer, Phone } from "../../api/types";
import { Dot } from "../../parts/Dot";
import { useSession } from "../../session/useSession";
import { phoneNumber } from "../../words/phones";
import { SaveTrouble } from "../SaveTrouble";
import { useAskForTexts } from "./flags";
import { StoppedHere } from "./StoppedHere";

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
  /** How it is changed. */
  children?: ReactNode;
}

export function PhoneRow({ customer, phone, children }: Props) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const ask = useAskForTexts(customer.id, phone.id);
  const consent = phone.sms_consent;
  const mayAsk = isOffice && !phone.landline && ["none", "requested", "refused"].includes(consent);
  return (
    <li>
      <Group gap="sm">
        <span>{phoneNumber(phone.number)}</span>
        <Dot colour={phone.landline ? "var(--fb-quiet)" : COLOURS[consent]}>
          {phone.landline ? t("consent.landline") : t(`consent.${consent}`)}
        </Dot>
        {isOffice && <StoppedHere customer={customer} address={phone.number} />}
        {phone.calls_opted_out && <Dot colour="var(--fb-bad)">{t("consent.noCalls")}</Dot>}
        {mayAsk && (
          <Button
            variant="default"
            size="compact-sm"
            loading={ask.isPending}
            onClick={() => ask.mutate(undefined)}
          >
            {consent === "none" ? t("consent.ask") : t("consent.askAgain")}
          </Button>
        )}
        {ask.isSuccess && <span role="status">{t("consent.asked")}</span>}
        {children}
      </Group>
      <SaveTrouble error={ask.error} />
    </li>
  );
}
