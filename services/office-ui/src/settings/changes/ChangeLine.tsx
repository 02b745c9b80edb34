// One change as a sentence: of what, from what to what, and who made it.
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSession } from "../../session/useSession";
import { en } from "../../words/en";
import type { Change } from "./queries";
import type { Names } from "./useNames";

export function ChangeLine({ change, names }: { change: Change; names: Names }) {
  const { t } = useTranslation();
  const { id: own } = useSession();
  const who =
    change.actor === own
      ? t("who.you")
      : (change.actorName ?? (isRole(change.role) ? t(`who.${change.role}`) : ""));
  return (
    <span>
      <Subject change={change} names={names} /> <span>{said(change, names, t)}</span>
      <span className="quiet"> · {who}</span>
    </span>
  );
}

function Subject({ change, names }: { change: Change; names: Names }) {
  const { t } = useTranslation();
  const { resource, id } = change;
  const name = id ? names.get(id) : undefined;
  if (resource === "rule" && id)
    return <Link to={`/settings/rules/${id}`}>{name ?? t("settings.changes.rule")}</Link>;
  if (resource === "company")
    return <strong>{name ? t("settings.changes.region", { name }) : t("settings.changes.company")}</strong>;
  if (isSingle(resource)) return <strong>{t(`settings.changes.${resource}`)}</strong>;
  return <strong>{name ?? t("settings.changes.status")}</strong>;
}

function said({ resource, field, old, new: after }: Change, names: Names, t: TFunction): string {
  const whole = field === resource || isWhole(old) || isWhole(after);
  if (whole && old === null) return t("settings.changes.came");
  if (whole && after === null) return t("settings.changes.went");
  if (field.split(".").at(-1) === "active")
    return t(after ? "settings.changes.switchedOn" : "settings.changes.switchedOff");
  const what = fieldWords(field, t);
  if (old === null && (after === "changed" || after === "replaced"))
    return `${what}: ${t("settings.changes.changed")}`;
  const values = { old: valueWords(old, names, t), new: valueWords(after, names, t) };
  if (isNothing(old)) return `${what}: ${t("settings.changes.set", values)}`;
  if (isNothing(after)) return `${what}: ${t("settings.changes.cleared", values)}`;
  return `${what}: ${t("settings.changes.from", values)}`;
}

/** `quiet_hours.hold_email`: "quiet hours, hold email". */
function fieldWords(field: string, t: TFunction): string {
  if (isKnown(field)) return t(FIELDS[field]);
  return field
    .replace(/^regions\./, "")
    .replaceAll("_id", "")
    .replaceAll("_", " ")
    .replaceAll(".", ", ");
}

const FIELDS = {
  hold_seconds: "settings.status.hold",
  allow_tech_skip: "settings.status.techSkip",
  closes: "settings.status.closes",
  attach_report: "settings.rule.report",
  once_per_job: "settings.rule.once",
  dkim: "settings.signing.key",
  "dkim.selector": "settings.signing.key",
  "dkim.private_key": "settings.signing.privateHalf",
} as const;

function isKnown(field: string): field is keyof typeof FIELDS {
  return field in FIELDS;
}

function valueWords(value: unknown, names: Names, t: TFunction): string {
  if (typeof value === "boolean") return t(value ? "settings.changes.on" : "settings.changes.off");
  if (Array.isArray(value)) return value.map((each) => valueWords(each, names, t)).join(", ");
  if (typeof value === "string")
    return isReport(value) ? t(`settings.rule.reports.${value}`) : (names.get(value) ?? `“${value}”`);
  if (isDkim(value)) return `“${value.selector}”`;
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

function isDkim(value: unknown): value is { selector: string } {
  return typeof value === "object" && value !== null && "selector" in value;
}

function isReport(value: string): value is keyof typeof en.settings.rule.reports {
  return value in en.settings.rule.reports;
}

function isNothing(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function isWhole(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "name" in value;
}

const SINGLE = ["sender", "pause", "block", "monthly_cap", "once_more"] as const;

function isSingle(resource: string): resource is (typeof SINGLE)[number] {
  return SINGLE.some((each) => each === resource);
}

const ROLES = ["admin", "dispatcher", "tech", "customer", "service"] as const;

function isRole(role: string): role is (typeof ROLES)[number] {
  return ROLES.some((each) => each === role);
}
