// What is sent on one occasion by one channel: a template or nothing, and what is special about it.
import { useTranslation } from "react-i18next";
import type { RuleOnBoard } from "../../api/types";
import { useSession } from "../../session/useSession";
import type { Place } from "../rules/queries";
import { CellChoice } from "./CellChoice";
import { CellRules } from "./CellRules";

interface Props {
  title: string;
  /** What a new rule of it is called. */
  name: string;
  place: Place;
  rules: RuleOnBoard[];
}

export function Cell({ title, name, place, rules }: Props) {
  const { t } = useTranslation();
  const mayChange = useSession().has("admin");
  const plain = rules.filter((rule) => isForAll(rule, place));
  const own = plain.length === 1 ? plain[0] : undefined;
  const others = rules.filter((rule) => rule !== own);
  return (
    <td className="cell">
      <span className="cell-label" aria-hidden>
        {t(`channel.${place.channel}`)}
      </span>
      {mayChange && plain.length < 2 ? (
        <CellChoice title={title} name={name} place={place} rule={own} />
      ) : (
        <span>{own?.active ? (own.template.name ?? own.name) : plain.length < 2 && "–"}</span>
      )}
      <CellRules own={own?.active ? own : undefined} others={others} title={title} channel={place.channel} />
      {mayChange && !own && others.length > 0 && plain.length > 1 && (
        <div className="what-for">{t("settings.board.several")}</div>
      )}
    </td>
  );
}

/** Whether it is for whoever the row is for: every customer of the company, or of the region. */
function isForAll(rule: RuleOnBoard, place: Place): boolean {
  return (
    rule.region_id === (place.regionId ?? null) && rule.tags.length === 0 && rule.customer_kinds.length === 2
  );
}
