// What groups of tags are called; a group that this page does not know is shown as it is named.
import type { TFunction } from "i18next";
import { templates } from "../words/en/templates";

export function groupWords(group: string, t: TFunction): string {
  return isKnown(group) ? t(`templates.group.${group}`) : group.replaceAll("_", " ");
}

function isKnown(group: string): group is keyof typeof templates.group {
  return group in templates.group;
}
