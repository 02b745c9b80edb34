// One preference; who set it is said where it was not the office, one by one.
import { Switch } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Customer, Origin } from "../../api/types";
import { useSession } from "../../session/useSession";
import { ago } from "../../words/times";
import { useOrigins } from "../queries";

interface Props {
  customer: Customer;
  partId: string;
  field: string;
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

export function FlagSwitch({ customer, partId, field, label, on, onChange }: Props) {
  const { t } = useTranslation();
  const { isOffice } = useSession();
  const origins = useOrigins(customer.id, isOffice).data ?? [];
  const origin = origins.find((each) => each.part_id === partId && each.field === field);
  const setting = origin?.set;
  const said =
    setting &&
    setting.how !== "office" &&
    t("preferences.set", { ...whoSet(setting, t), ago: ago(setting.at) });
  return (
    <Switch
      label={label}
      description={said}
      checked={on}
      disabled={!isOffice}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
  );
}

function whoSet({ actor, how }: NonNullable<Origin["set"]>, t: TFunction): { who: string; how: string } {
  return { who: actor === "customer" ? t("who.customer") : t("who.office"), how };
}
