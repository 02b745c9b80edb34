// An email address, and the gear beside it for its four preferences.
import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Contact, Customer, EmailAddress, EmailFlags } from "../api/types";
import { Trouble } from "../parts/Trouble";
import { FlagSwitch } from "./FlagSwitch";
import { GearMenu } from "./GearMenu";
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
  const off = FLAGS.filter((flag) => !email.flags[flag]).length;
  return (
    <li>
      <Group gap="xs">
        <span>{email.address}</span>
        <GearMenu of={email.address}>
          {FLAGS.map((flag) => (
            <FlagSwitch
              key={flag}
              customer={customer}
              partId={email.id}
              field={`contacts.emails.flags.${flag}`}
              label={t(`preferences.email.${flag}`)}
              on={email.flags[flag]}
              onChange={(on) => change.mutate({ [flag]: on })}
            />
          ))}
          {change.isError && <Trouble error={change.error} />}
        </GearMenu>
        <span className="quiet">
          {off === 0 ? t("preferences.allOn") : t("preferences.off", { count: off, all: FLAGS.length })}
        </span>
      </Group>
    </li>
  );
}
