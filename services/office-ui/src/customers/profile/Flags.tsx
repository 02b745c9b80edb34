// Preferences behind a gear, and how many of them are off.
import { useTranslation } from "react-i18next";
import type { Customer } from "../../api/types";
import { SaveTrouble } from "../SaveTrouble";
import { FlagSwitch } from "./FlagSwitch";
import { GearMenu } from "./GearMenu";

interface Props<Flag extends string> {
  /** Whose they are, in words. */
  of: string;
  customer: Customer;
  partId: string;
  /** Where in the profile they stand. */
  field: string;
  flags: readonly Flag[];
  on: Record<Flag, boolean>;
  label: (flag: Flag) => string;
  onChange: (flag: Flag, on: boolean) => void;
  error: Error | null;
}

export function Flags<Flag extends string>(props: Props<Flag>) {
  const { of, customer, partId, field, flags, on, label, onChange, error } = props;
  const { t } = useTranslation();
  const off = flags.filter((flag) => !on[flag]).length;
  return (
    <>
      <GearMenu of={of}>
        {flags.map((flag) => (
          <FlagSwitch
            key={flag}
            customer={customer}
            partId={partId}
            field={`${field}.${flag}`}
            label={label(flag)}
            on={on[flag]}
            onChange={(next) => onChange(flag, next)}
          />
        ))}
        <SaveTrouble error={error} />
      </GearMenu>
      <span className="quiet">
        {off === 0 ? t("preferences.allOn") : t("preferences.off", { count: off, all: flags.length })}
      </span>
    </>
  );
}
