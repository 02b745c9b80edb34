// Changes the plain facts of a customer; only what was changed here is asked for.
import { Autocomplete, Checkbox, NativeSelect, SimpleGrid, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Customer, CustomerChanges } from "../../api/types";
import { InlineForm } from "../../parts/InlineForm";
import { useOffer } from "../../parts/Undo";
import { changeCustomer } from "../asks";
import { useEdit, useSaving } from "../changing";
import { SaveTrouble } from "../SaveTrouble";
import { Cards } from "./Cards";
import { KindAndRegion } from "./KindAndRegion";
import { LOCALES } from "./languages";

const ZONES = Intl.supportedValuesOf("timeZone");

interface Props {
  customer: Customer;
  onClose: () => void;
}

export function ProfileForm({ customer, onClose }: Props) {
  const { t } = useTranslation();
  const saving = useSaving(customer);
  const edit = useEdit(customer.id);
  const offer = useOffer();
  const form = useForm({ initialValues: typedOf(customer) });
  const send = () => {
    const changes = differing(wanted(form.getValues()), wanted(form.getInitialValues()));
    if (Object.keys(changes).length === 0) {
      onClose();
      return;
    }
    const before = Object.fromEntries(
      Object.keys(changes).map((name) => [name, customer[name as keyof Customer]]),
    );
    saving.save(changeCustomer(changes), () => {
      offer({ words: t("customer.saved"), undo: () => edit.mutateAsync({ ask: changeCustomer(before) }) });
      onClose();
    });
  };
  return (
    <InlineForm
      label={t("customer.facts")}
      submit={t("customer.save")}
      pending={saving.pending}
      onSubmit={send}
      onCancel={onClose}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput label={t("customer.name")} required maxLength={200} {...form.getInputProps("name")} />
        <TagsInput
          label={t("customer.tags")}
          description={t("customer.tagsHint")}
          acceptValueOnBlur
          {...form.getInputProps("tags")}
        />
        <KindAndRegion kind={form.getInputProps("kind")} region={form.getInputProps("region_id")} />
        <NativeSelect
          label={t("customer.zone")}
          description={t("customer.zoneHint")}
          data={[{ value: "", label: "" }, ...ZONES]}
          {...form.getInputProps("zone")}
        />
        <Autocomplete
          label={t("customer.language")}
          description={t("customer.languageHint")}
          data={LOCALES}
          {...form.getInputProps("locale")}
        />
        <TextInput
          label={t("customer.rewards")}
          inputMode="decimal"
          {...form.getInputProps("reward_balance")}
        />
      </SimpleGrid>
      <Checkbox
        label={t("customer.headOffice")}
        description={t("customer.headOfficeHint")}
        {...form.getInputProps("head_office", { type: "checkbox" })}
      />
      <Checkbox
        label={t("customer.clientNotifications")}
        {...form.getInputProps("send_client_notifications", { type: "checkbox" })}
      />
      <Checkbox
        label={t("customer.salesTax")}
        {...form.getInputProps("sales_tax_exempt", { type: "checkbox" })}
      />
      <Cards cards={form.values.cards} onChange={(cards) => form.setFieldValue("cards", cards)} />
      <SaveTrouble error={saving.error} typed />
    </InlineForm>
  );
}

/** As it stands in the form: what is absent is empty. */
function typedOf(customer: Customer) {
  const { name, kind, tags, head_office, send_client_notifications, sales_tax_exempt, cards } = customer;
  return {
    ...{ name, kind, tags, head_office, send_client_notifications, sales_tax_exempt, cards },
    region_id: customer.region_id ?? "",
    zone: customer.zone ?? "",
    locale: customer.locale ?? "",
    reward_balance: customer.reward_balance ?? "",
  };
}

type Typed = ReturnType<typeof typedOf>;

function wanted({ region_id, zone, locale, reward_balance, ...rest }: Typed): CustomerChanges {
  return {
    ...rest,
    region_id: region_id || null,
    zone: zone || null,
    locale: locale.trim() || null,
    reward_balance: reward_balance.trim() || null,
  };
}

function differing(after: CustomerChanges, before: CustomerChanges): CustomerChanges {
  const names = Object.keys(after) as (keyof CustomerChanges)[];
  const changed = names.filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name]]));
}
