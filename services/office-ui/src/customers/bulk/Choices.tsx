// Keep, on or off for each preference of a kind, and how many that would change.
import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Preference } from "../../api/types";
import { preferenceWords } from "../list/preferences";
import type { Wanted } from "./BulkEdit";

interface Preview {
  flags: Record<string, number>;
  set_by_customers: Record<string, number>;
}

interface Props {
  title: string;
  preferences: readonly Preference[];
  set: Wanted;
  /** Then what is not chosen is off; but who is excluded from broadcasts stays so. */
  overwriting: boolean;
  preview: Preview | undefined;
  onChoose: (preference: Preference, on: boolean | undefined) => void;
}

const KEPT: Preference = "contact.exclude_from_broadcasts";

export function Choices({ title, preferences, set, overwriting, preview, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <fieldset className="plain">
      <legend>{title}</legend>
      {preferences.map((preference) => {
        const must = overwriting && preference !== KEPT;
        const value = set[preference];
        return (
          <div key={preference} className="choice">
            <div>
              {preferenceWords(preference, t)}
              <div className="quiet">{preview && <Would preview={preview} preference={preference} />}</div>
            </div>
            <SegmentedControl
              size="xs"
              aria-label={preferenceWords(preference, t)}
              value={value === undefined ? (must ? "off" : "keep") : value ? "on" : "off"}
              onChange={(next) => onChoose(preference, next === "keep" ? undefined : next === "on")}
              data={(must ? (["on", "off"] as const) : (["keep", "on", "off"] as const)).map((each) => ({
                value: each,
                label: t(`bulk.${each}`),
              }))}
            />
          </div>
        );
      })}
    </fieldset>
  );
}

function Would({ preview, preference }: { preview: Preview; preference: Preference }) {
  const { t } = useTranslation();
  const count = preview.flags[preference];
  const said = preview.set_by_customers[preference];
  if (!count) return null;
  return (
    <>
      {t("bulk.would", { count })}
      {said ? ` · ${t("bulk.said", { count: said })}` : ""}
    </>
  );
}
