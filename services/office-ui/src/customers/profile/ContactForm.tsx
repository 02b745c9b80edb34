// Types another contact of the customer.
import { SimpleGrid, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Customer } from "../../api/types";
import { InlineForm } from "../../parts/InlineForm";
import { addContact } from "../asks";
import { useSaving } from "../changing";
import { SaveTrouble } from "../SaveTrouble";

export function ContactForm({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { t } = useTranslation();
  const saving = useSaving(customer);
  const form = useForm({ initialValues: { name: "", email: "", phone: "" } });
  const send = () => {
    const { name, email, phone } = form.getValues();
    const emails = email.trim() ? [{ address: email.trim() }] : [];
    const phones = phone.trim() ? [{ number: phone.trim() }] : [];
    saving.save(addContact({ name, primary: false, emails, phones }), onClose);
  };
  return (
    <InlineForm
      label={t("customer.addContact")}
      submit={t("customer.save")}
      pending={saving.pending}
      onSubmit={send}
      onCancel={onClose}
    >
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        <TextInput
          label={t("customer.contactName")}
          required
          maxLength={200}
          {...form.getInputProps("name")}
        />
        <TextInput type="email" label={t("customer.email")} {...form.getInputProps("email")} />
        <TextInput type="tel" label={t("customer.phone")} {...form.getInputProps("phone")} />
      </SimpleGrid>
      <SaveTrouble error={saving.error} typed />
    </InlineForm>
  );
}
