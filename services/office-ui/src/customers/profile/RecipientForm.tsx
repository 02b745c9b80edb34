// Types somebody who is told about one service address: their role, addresses and phones.
import { NativeSelect, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Customer, NewRecipient, Recipient } from "../../api/types";
import { InlineForm } from "../../parts/InlineForm";
import { phoneNumber } from "../../words/phones";
import { type Ask, useSaving } from "../changing";
import { SaveTrouble } from "../SaveTrouble";

const ROLES = ["tenant", "owner", "payer"] as const;

interface Props {
  customer: Customer;
  recipient?: Recipient;
  ask: (recipient: NewRecipient) => Ask;
  onClose: () => void;
}

export function RecipientForm({ customer, recipient, ask, onClose }: Props) {
  const { t } = useTranslation();
  const saving = useSaving(customer);
  const form = useForm({
    initialValues: {
      name: recipient?.name ?? "",
      role: recipient?.role ?? "",
      emails: recipient?.emails ?? [],
      phones: recipient?.phones.map(({ number }) => phoneNumber(number)) ?? [],
    },
  });
  const send = ({ name, role, emails, phones }: typeof form.values) => {
    const numbers = phones.map((number) => ({ number }));
    const known = ROLES.find((each) => each === role) ?? null;
    saving.save(ask({ name, role: known, emails, phones: numbers }), onClose);
  };
  return (
    <InlineForm
      label={recipient ? t("customer.change", { what: recipient.name }) : t("customer.addRecipient")}
      submit={t("customer.save")}
      pending={saving.pending}
      onSubmit={() => send(form.getValues())}
      onCancel={onClose}
    >
      <TextInput
        label={t("customer.recipientName")}
        required
        maxLength={200}
        {...form.getInputProps("name")}
      />
      <NativeSelect
        label={t("customer.role")}
        description={t("customer.tenantHint")}
        data={[
          { value: "", label: t("customer.roles.none") },
          ...ROLES.map((each) => ({ value: each, label: t(`customer.roles.${each}`) })),
        ]}
        {...form.getInputProps("role")}
      />
      <TagsInput
        label={t("customer.emails")}
        description={t("customer.emailsHint")}
        acceptValueOnBlur
        {...form.getInputProps("emails")}
      />
      <TagsInput
        label={t("customer.phones")}
        description={t("customer.phonesHint")}
        acceptValueOnBlur
        {...form.getInputProps("phones")}
      />
      <SaveTrouble error={saving.error} typed />
    </InlineForm>
  );
}
