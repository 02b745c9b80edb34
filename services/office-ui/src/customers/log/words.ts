// A change of a customer in words: what, from what to what, and by whom.
import type { TFunction } from "i18next";
import type { Change, Company, Consent, Customer } from "../../api/types";
import type { Session } from "../../session/session";
import { en } from "../../words/en";
import { customerWords } from "../../words/en/customer";
import { phoneNumber } from "../../words/phones";
import { phonesOf } from "../queries";

const FIELDS = customerWords.customer.log.field;
const PREFERENCES = en.preferences;

type Field = keyof typeof FIELDS;

/** "Email address added: maria@example.com", "Name: from Maria to Maria Lee". */
export function changeWords(change: Change, t: TFunction, company?: Company): string {
  const field = fieldWords(change.field, t);
  if (change.field === "customer") return t("customer.log.created");
  if (isPart(change)) {
    const value = valueWords(change.new ?? change.old, t);
    return t(change.old === null ? "customer.log.came" : "customer.log.went", { field, value });
  }
  if (change.old === null && change.new === null) return t("customer.log.forgotten", { field });
  const words = (value: unknown) => {
    if (change.field === "region_id") return regionName(value, t, company);
    return change.field.endsWith(".sms_consent") ? consentWords(value, t) : valueWords(value, t);
  };
  const toggled = typeof change.new === "boolean" || change.field.endsWith(".portal");
  return toggled
    ? t("customer.log.set", { field, value: words(change.new) })
    : t("customer.log.changed", { field, old: words(change.old), new: words(change.new) });
}

/** Whose address, phone or preference it is, as far as they are still there. */
export function ofWhom({ part_id }: Change, customer: Customer): string | undefined {
  const people = [
    ...customer.contacts,
    ...customer.service_addresses.flatMap(({ recipients }) => recipients),
  ];
  const emails = customer.contacts.flatMap((contact) => contact.emails);
  const phone = phonesOf(customer).find(({ id }) => id === part_id);
  const address = customer.service_addresses.find(({ id }) => id === part_id);
  return (
    people.find(({ id }) => id === part_id)?.name ??
    emails.find(({ id }) => id === part_id)?.address ??
    (phone && phoneNumber(phone.number)) ??
    address?.line
  );
}

/** "you", "the customer", "Priya Nair", "Priya Nair (import)"; "a colleague" where no name was noted. */
export function actorWords(
  { actor, actor_name, how }: Pick<Change, "actor" | "how"> & Partial<Pick<Change, "actor_name">>,
  session: Session,
  t: TFunction,
): string {
  const byThemself = actor === "customer" || how === "portal";
  const who = byThemself
    ? t("who.customer")
    : actor === session.id
      ? t("who.you")
      : (actor_name ?? t(how === "office" ? "customer.colleague" : "customer.theCompany"));
  return how === "office" ? who : `${who} (${how})`;
}

function fieldWords(field: string, t: TFunction): string {
  const name = field.split(".").at(-1) ?? field;
  if (field.includes(".flags.")) return flagWords(field, name, t);
  const key = field.replaceAll(".", "-");
  if (key in FIELDS) return t(`customer.log.field.${key as Field}`);
  return key in customerWords.customer.log.fields
    ? t(`customer.log.fields.${key as keyof typeof customerWords.customer.log.fields}`)
    : field.replaceAll(/[._]/g, " ");
}

function flagWords(field: string, name: string, t: TFunction): string {
  const kind = field.includes("emails") ? "email" : field.includes("recipients") ? "recipient" : "contact";
  return name in PREFERENCES[kind] ? t(`preferences.${kind}.${name}` as "preferences.email.invoices") : name;
}

function isPart({ part_id, old, new: now }: Change): boolean {
  return part_id !== null && (old === null) !== (now === null) && typeof (old ?? now) === "object";
}

function regionName(id: unknown, t: TFunction, company?: Company): string {
  return company?.regions.find((region) => region.id === id)?.name ?? valueWords(id, t);
}

function consentWords(value: unknown, t: TFunction): string {
  const known = Object.keys(customerWords.consent.ledger) as Consent[];
  const consent = known.find((each) => each === value);
  return consent ? t(`consent.ledger.${consent}`) : valueWords(value, t);
}

function valueWords(value: unknown, t: TFunction): string {
  if (value === null || value === undefined || value === "") return t("customer.log.empty");
  if (typeof value === "boolean") return value ? t("customer.on") : t("customer.off");
  if (Array.isArray(value))
    return value.map((each) => valueWords(each, t)).join(", ") || t("customer.log.empty");
  if (typeof value === "object") return partWords(value);
  if (typeof value === "string") return phoneNumber(value);
  return typeof value === "number" ? String(value) : "…";
}

interface Part {
  name?: string;
  address?: string;
  line?: string;
  number?: string;
  last_four?: string;
}

/** A part by what it is known by. */
function partWords(part: Part): string {
  const known = part.name ?? part.address ?? part.line ?? part.number ?? part.last_four;
  return known === undefined ? "…" : phoneNumber(known);
}
