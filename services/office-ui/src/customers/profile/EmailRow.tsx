// An email address: the gear for its four preferences, whether one signs in by it, and how it is changed.
import { Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Contact, Customer, EmailAddress, EmailFlags } from "../../api/types";
import { useSession } from "../../session/useSession";
import { addEmail, changeEmail, removeEmail } from "../asks";
import { EmailForm } from "./EmailForm";
import { Flags } from "./Flags";
import { useEmailFlags } from "./flags";
import { Portal } from "./Portal";
import { RowActions } from "./RowActions";
import { StoppedHere } from "./StoppedHere";

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
  const { isOffice } = useSession();
  const flags = useEmailFlags(customer.id, contact.id, email.id);
  const [changing, setChanging] = useState(false);
  const { address } = email;
  if (changing) {
    return (
      <li>
        <EmailForm
          customer={customer}
          address={address}
          ask={(changed) => changeEmail(contact.id, email.id, changed)}
          onClose={() => setChanging(false)}
        />
      </li>
    );
  }
  return (
    <li>
      <Group gap="xs">
        <span>{address}</span>
        {isOffice && <StoppedHere customer={customer} address={address} />}
        <Flags
          of={address}
          customer={customer}
          partId={email.id}
          field="contacts.emails.flags"
          flags={FLAGS}
          on={email.flags}
          label={(flag) => t(`preferences.email.${flag}`)}
          onChange={(flag, on) => flags.mutate({ [flag]: on })}
          error={flags.error}
        />
        {isOffice && (
          <RowActions
            customer={customer}
            what={address}
            onChange={() => setChanging(true)}
            remove={removeEmail(contact.id, email.id)}
            restore={addEmail(contact.id, { address, flags: email.flags })}
            removed={t("customer.done.removedSignIn", { what: address })}
          />
        )}
      </Group>
      {isOffice && <Portal customer={customer} contact={contact} email={email} />}
    </li>
  );
}
