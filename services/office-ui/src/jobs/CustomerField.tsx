// Which customer: found while one types.
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFoundCustomers } from "../customers/queries";
import { NEEDED } from "../parts/needed";

interface Props {
  id: string;
  name: string;
  error: string | undefined;
  onChoose: (id: string, name: string) => void;
}

export function CustomerField({ id, name, error, onChoose }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(name);
  const [words] = useDebouncedValue(typed.trim(), 200);
  const found = useFoundCustomers(words === name ? "" : words, 20).data ?? [];
  const options = found.map((customer) => ({
    value: customer.id,
    label: customer.blocked ? t("booking.blockedOption", { name: customer.name }) : customer.name,
    disabled: customer.blocked,
  }));
  const chosen = id && !options.some(({ value }) => value === id) ? [{ value: id, label: name }] : [];
  return (
    <Select
      {...NEEDED}
      label={t("booking.customer")}
      description={t("booking.customerHint")}
      searchable
      clearable={false}
      value={id || null}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(value, option) => onChoose(value ?? "", option?.label ?? "")}
      data={[...chosen, ...options]}
      filter={({ options: all }) => all}
      nothingFoundMessage={words.length > 1 ? t("booking.nobodyFound") : undefined}
      error={error}
    />
  );
}
