// How a template stands, in a word and a colour.
import { useTranslation } from "react-i18next";
import type { Template } from "../api/types";
import { Dot } from "../parts/Dot";

const COLOURS = {
  published: "var(--fb-good)",
  changed: "var(--fb-waiting)",
  draft: "var(--fb-waiting)",
  archived: "var(--fb-quiet)",
};

export function Standing({ template }: { template: Template }) {
  const { t } = useTranslation();
  const { state, changed_since_published: changed } = template;
  const standing = state === "published" && changed ? "changed" : state;
  return <Dot colour={COLOURS[standing]}>{t(`templates.standing.${standing}`)}</Dot>;
}
