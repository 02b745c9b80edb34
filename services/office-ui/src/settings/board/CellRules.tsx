// What is special about what a cell sends, and what goes to some customers only; each opens to all of it.
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Channel, RuleOnBoard } from "../../api/types";

interface Props {
  title: string;
  channel: Channel;
  /** What the cell sends: a rule that is switched off is kept, and looks like none. */
  own: RuleOnBoard | undefined;
  others: RuleOnBoard[];
}

export function CellRules({ title, channel, own, others }: Props) {
  const { t } = useTranslation();
  if (!own && others.length === 0) return null;
  return (
    <ul>
      {own && (
        <li>
          <Special rule={own} />{" "}
          <Link to={`/settings/rules/${own.id}`}>
            {t("settings.board.more")}
            <span className="hidden">
              {" "}
              {t("settings.board.about", { title, channel: t(`channel.${channel}`) })}
            </span>
          </Link>
        </li>
      )}
      {others.map((rule) => (
        <li key={rule.id}>
          + <Link to={`/settings/rules/${rule.id}`}>{rule.name}</Link>{" "}
          <span className="quiet">
            {rule.active ? scopeOf(rule.who) : t("settings.off")}
            {rule.active && rule.attach_report && ` · ${t("settings.board.report")}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Special({ rule }: { rule: RuleOnBoard }) {
  const { t } = useTranslation();
  const said = [
    rule.attach_report && t("settings.board.report"),
    rule.once_per_job && t("settings.board.once"),
    rule.lane === "urgent" && t("settings.board.urgent"),
    rule.template.published ? null : t("settings.board.unpublished"),
  ].filter(Boolean);
  return said.length > 0 && <span className="quiet">{said.join(" · ")} · </span>;
}

/** Of "the primary contact, ...; residential customers in Denver" what tells it from others. */
function scopeOf(who: string): string {
  return who.split("; ").at(-1) ?? who;
}
