// A contact: addresses with their gear, phones with their consent, and what this person wants.
import { Badge, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Contact, Customer } from "../api/types";
import { ContactPreferences } from "./ContactPreferences";
import { EmailRow } from "./EmailRow";
import { PhoneRow } from "./PhoneRow";

interface Props {
  customer: Customer;
  contact: Contact;
}

export function ContactCard({ customer, contact }: Props) {
  const { t } = useTranslation();
  const emails = contact.emails;
  const phones = contact.phones;
  return (
    <div>
      <Group gap="xs" mb={4}>
        <Text component="h3" fw={600} m={0}>
          {contact.name}
        </Text>
        {contact.primary && <Badge variant="default">{t("customer.primary")}</Badge>}
      </Group>
      <ul className="timeline plain">
        {emails.map((email) => (
          <EmailRow key={email.id} customer={customer} contact={contact} email={email} />
        ))}
        {emails.length === 0 && <li className="quiet">{t("customer.noEmail")}</li>}
        {phones.map((phone) => (
          <PhoneRow key={phone.id} customer={customer} phone={phone} />
        ))}
        {phones.length === 0 && <li className="quiet">{t("customer.noPhone")}</li>}
      </ul>
      <ContactPreferences customer={customer} contact={contact} />
    </div>
  );
}
