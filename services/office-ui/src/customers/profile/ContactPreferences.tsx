// What a contact wants, whatever the address.
import { SimpleGrid, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Contact, ContactFlags, Customer } from "../../api/types";
import { SaveTrouble } from "../SaveTrouble";
import { FlagSwitch } from "./FlagSwitch";
import { useContactFlags } from "./flags";

const FLAGS = [
  "confirmations",
  "text",
  "voice",
  "service_specials",
  "service_reminders",
  "invoice_reminders",
  "exclude_from_broadcasts",
] as const satisfies (keyof ContactFlags)[];

interface Props {
  customer: Customer;
  contact: Contact;
}

export function ContactPreferences({ customer, contact }: Props) {
  const { t } = useTranslation();
  const change = useContactFlags(customer.id, contact.id);
  return (
    <Stack
      component="fieldset"
      gap="sm"
      m={0}
      mt="sm"
      p="sm"
      style={{ border: "1px solid var(--fb-line)", borderRadius: 8 }}
    >
      <legend
        style={{ fontSize: 14, fontWeight: 600, padding: "0 6px" }}
        aria-label={t("preferences.of", { name: contact.name })}
      >
        {t("preferences.personal")}
      </legend>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {FLAGS.map((flag) => (
          <FlagSwitch
            key={flag}
            customer={customer}
            partId={contact.id}
            field={`contacts.flags.${flag}`}
            label={t(`preferences.contact.${flag}`)}
            on={contact.flags[flag]}
            onChange={(on) => change.mutate({ [flag]: on })}
          />
        ))}
      </SimpleGrid>
      <SaveTrouble error={change.error} />
    </Stack>
  );
}
