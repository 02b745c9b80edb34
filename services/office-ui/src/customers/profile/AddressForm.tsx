// Types where the work is: a new service address, or what is otherwise about one.
import { SimpleGrid, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Customer, NewServiceAddress, ServiceAddress } from "../../api/types";
import { InlineForm } from "../../parts/InlineForm";
import { type Ask, useSaving } from "../changing";
import { SaveTrouble } from "../SaveTrouble";

interface Props {
  customer: Customer;
  address?: ServiceAddress;
  ask: (address: NewServiceAddress) => Ask;
  onClose: () => void;
}

export function AddressForm({ customer, address, ask, onClose }: Props) {
  const { t } = useTranslation();
  const saving = useSaving(customer);
  const { line = "", city = "", state = "", postal_code = "" } = address ?? {};
  const form = useForm({ initialValues: { line, city, state, postal_code } });
  const send = () => saving.save(ask(form.getValues() as NewServiceAddress), onClose); // what isn't named stays, or is off
  return (
    <InlineForm
      label={address ? t("customer.change", { what: line }) : t("customer.addAddress")}
      submit={t("customer.save")}
      pending={saving.pending}
      onSubmit={send}
      onCancel={onClose}
    >
      <TextInput label={t("customer.line")} required maxLength={200} {...form.getInputProps("line")} />
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="sm">
        <TextInput label={t("customer.city")} maxLength={200} {...form.getInputProps("city")} />
        <TextInput label={t("customer.state")} maxLength={200} {...form.getInputProps("state")} />
        <TextInput label={t("customer.postalCode")} maxLength={200} {...form.getInputProps("postal_code")} />
      </SimpleGrid>
      <SaveTrouble error={saving.error} typed />
    </InlineForm>
  );
}
