// A preference of the list and of bulk edits, in words.
import type { TFunction } from "i18next";
import type { Preference } from "../../api/types";

export function preferenceWords(preference: Preference, t: TFunction): string {
  return t(`preferences.${preference}`);
}
