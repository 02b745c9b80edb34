// Somebody who is told about one service address: a tenant, an owner, who pays; with preferences of their own.
import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Customer, Recipient, RecipientFlags, ServiceAddress } from "../api/types";
import { Flags } from "./Flags";
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
  return (
    <li>
      <Group gap="xs">
        <span>
          {recipient.name}
          <span className="quiet">
            {[recipient.role, ...recipient.emails].filter(Boolean).map((each) => ` · ${each}`)}
          </span>
        </span>
        <Flags
          of={recipient.name}
          customer={customer}
          partId={recipient.id}
          field="service_addresses.recipients.flags"
          flags={FLAGS}
          on={recipient.flags}
          label={(flag) => t(`preferences.recipient.${flag}`)}
          onChange={(flag, on) => change.mutate({ [flag]: on })}
          error={change.error}
        />
      </Group>
      <ul className="plain">
        {recipient.phones.map((phone) => (
          <PhoneRow key={phone.id} customer={customer} phone={phone} />
        ))}
      </ul>
    </li>
  );
}
