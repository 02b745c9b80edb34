// Types a phone, in any notation: a new one, or another instead.
import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Customer, Phone } from "../../api/types";
import { InlineForm } from "../../parts/InlineForm";
import { phoneNumber } from "../../words/phones";
import { type Ask, useSaving } from "../changing";
import { SaveTrouble } from "../SaveTrouble";

interface Props {
  customer: Customer;
  phone?: Phone;
  ask: (phone: { number: string; landline: boolean }) => Ask;
  onClose: () => void;
}

export function PhoneForm({ customer, phone, ask, onClose }: Props) {
  const { t } = useTranslation();
  const saving = useSaving(customer);
  const [number, setNumber] = useState(phone?.number ?? "");
  const [landline, setLandline] = useState(phone?.landline ?? false);
  return (
    <InlineForm
      label={phone ? t("customer.change", { what: phoneNumber(phone.number) }) : t("customer.addPhone")}
      submit={t("customer.save")}
      pending={saving.pending}
      onSubmit={() => saving.save(ask({ number: number.trim(), landline }), onClose)}
      onCancel={onClose}
    >
      <TextInput
        type="tel"
        label={t("customer.phone")}
        description={phone && t("customer.otherNumber")}
        value={number}
        onChange={({ currentTarget }) => setNumber(currentTarget.value)}
        required
        maw="24rem"
      />
      <Checkbox
        label={t("consent.landline")}
        checked={landline}
        onChange={({ currentTarget }) => setLandline(currentTarget.checked)}
      />
      <SaveTrouble error={saving.error} typed />
    </InlineForm>
  );
}
