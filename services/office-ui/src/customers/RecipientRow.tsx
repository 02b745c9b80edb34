// Somebody who is told about one service address: a tenant, an owner, who pays; with preferences of their own.
import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Customer, Recipient, RecipientFlags, ServiceAddress } from "../api/types";
import { Trouble } from "../parts/Trouble";
import { FlagSwitch } from "./FlagSwitch";
import { GearMenu } from "./GearMenu";
import { PhoneRow } from "./PhoneRow";
import { useRecipientFlags } from "./queries";

const FLAGS = [
  "confirmations",
  "status_updates",
  "payment_receipts",
  "invoices",
  "text",
  "voice",
  "service_reminders",
  "invoice_reminders",
] as const satisfies (keyof RecipientFlags)[];

interface Props {
  customer: Customer;
  address: ServiceAddress;
  recipient: Recipient;
}

export function RecipientRow({ customer, address, recipient }: Props) {
  const { t } = useTranslation();
  const change = useRecipientFlags(customer.id, address.id, recipient.id);
  const off = FLAGS.filter((flag) => !recipient.flags[flag]).length;
  return (
    <li>
      <Group gap="xs">
        <span>
          {recipient.name}
          <span className="quiet">
            {[recipient.role, ...recipient.emails].filter(Boolean).map((each) => ` · ${each}`)}
          </span>
        </span>
        <GearMenu of={recipient.name}>
          {FLAGS.map((flag) => (
            <FlagSwitch
              key={flag}
              customer={customer}
              partId={recipient.id}
              field={`service_addresses.recipients.flags.${flag}`}
              label={t(`preferences.recipient.${flag}`)}
              on={recipient.flags[flag]}
              onChange={(on) => change.mutate({ [flag]: on })}
            />
          ))}
          {change.isError && <Trouble error={change.error} />}
        </GearMenu>
        <span className="quiet">
          {off === 0 ? t("preferences.allOn") : t("preferences.off", { count: off, all: FLAGS.length })}
        </span>
      </Group>
      <ul className="plain">
        {recipient.phones.map((phone) => (
          <PhoneRow key={phone.id} customer={customer} phone={phone} />
        ))}
      </ul>
    </li>
  );
}
