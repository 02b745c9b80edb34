// Types an email address: a new one, or another instead.
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Customer } from "../../api/types";
import { InlineForm } from "../../parts/InlineForm";
import { type Ask, useSaving } from "../changing";
import { SaveTrouble } from "../SaveTrouble";

interface Props {
  customer: Customer;
  address?: string;
  ask: (address: string) => Ask;
  onClose: () => void;
}

export function EmailForm({ customer, address = "", ask, onClose }: Props) {
  const { t } = useTranslation();
  const saving = useSaving(customer);
  const [typed, setTyped] = useState(address);
  return (
    <InlineForm
      label={address ? t("customer.change", { what: address }) : t("customer.addEmail")}
      submit={t("customer.save")}
      pending={saving.pending}
      onSubmit={() => saving.save(ask(typed.trim()), onClose)}
      onCancel={onClose}
    >
      <TextInput
        type="email"
        label={t("customer.email")}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        required
        maw="24rem"
      />
      <SaveTrouble error={saving.error} typed />
    </InlineForm>
  );
}
