// Somebody who is told about one service address: a tenant, an owner, who pays; with preferences of their own.
import { Group } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Customer, Recipient, RecipientFlags, ServiceAddress } from "../../api/types";
import { useSession } from "../../session/useSession";
import { addRecipient, again, changeRecipient, removeRecipient } from "../asks";
import { Flags } from "./Flags";
import { useRecipientFlags } from "./flags";
import { PhoneRow } from "./PhoneRow";
import { RecipientForm } from "./RecipientForm";
import { RowActions } from "./RowActions";

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
  const { isOffice } = useSession();
  const flags = useRecipientFlags(customer.id, address.id, recipient.id);
  const [changing, setChanging] = useState(false);
  if (changing) {
    return (
      <li>
        <RecipientForm
          customer={customer}
          recipient={recipient}
          ask={(changed) => changeRecipient(address.id, recipient.id, changed)}
          onClose={() => setChanging(false)}
        />
      </li>
    );
  }
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
          onChange={(flag, on) => flags.mutate({ [flag]: on })}
          error={flags.error}
        />
        {isOffice && (
          <RowActions
            customer={customer}
            what={recipient.name}
            onChange={() => setChanging(true)}
            remove={removeRecipient(address.id, recipient.id)}
            restore={addRecipient(address.id, again(recipient))}
            removed={t("customer.done.removedPhone", { what: recipient.name })}
          />
        )}
      </Group>
      <ul className="plain">
        {recipient.phones.map((phone) => (
          <PhoneRow key={phone.id} customer={customer} phone={phone} />
        ))}
      </ul>
    </li>
  );
}
