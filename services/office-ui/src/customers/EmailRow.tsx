// An email address, and the gear beside it for its four preferences.
import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Contact, Customer, EmailAddress, EmailFlags } from "../api/types";
import { Flags } from "./Flags";
import { useEmailFlags } from "./queries";

const FLAGS = [
  "confirmations",
  "status_updates",
  "payment_receipts",
  "invoices",
] as const satisfies (keyof EmailFlags)[];

interface Props {
  customer: Customer;
  contact: Contact;
  email: EmailAddress;
}

export function EmailRow({ customer, contact, email }: Props) {
  const { t } = useTranslation();
  const change = useEmailFlags(customer.id, contact.id, email.id);
  return (
    <li>
      <Group gap="xs">
        <span>{email.address}</span>
        <Flags
          of={email.address}
          customer={customer}
          partId={email.id}
          field="contacts.emails.flags"
          flags={FLAGS}
          on={email.flags}
          label={(flag) => t(`preferences.email.${flag}`)}
          onChange={(flag, on) => change.mutate({ [flag]: on })}
          error={change.error}
        />
      </Group>
    </li>
  );
}
