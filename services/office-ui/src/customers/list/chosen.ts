// Which customers the list shows, and in which order; all of it is in the page's address.
import type { Matching, Preference } from "../../api/types";
import { useFilters } from "../../parts/useFilters";
import { customerWords } from "../../words/en/customer";
import { KINDS } from "../profile/KindAndRegion";

export interface Chosen {
  /** As the list and a bulk edit take it. */
  matching: Matching;
  sort: "name" | "newest";
}

const ON_EMAILS = Object.keys(
  customerWords.preferences.email,
) as (keyof typeof customerWords.preferences.email)[];
const ON_CONTACTS = Object.keys(
  customerWords.preferences.contact,
) as (keyof typeof customerWords.preferences.contact)[];

export const EMAIL_PREFERENCES = ON_EMAILS.map((name) => `email.${name}` as const satisfies Preference);
export const CONTACT_PREFERENCES = ON_CONTACTS.map((name) => `contact.${name}` as const satisfies Preference);
export const PREFERENCES: Preference[] = [...EMAIL_PREFERENCES, ...CONTACT_PREFERENCES];

/** Names in the address of what can be taken away with one click. */
export const NARROWING = ["kind", "region", "tag", "blocked", "preference"] as const;

export function useChosen(): Chosen {
  const { get } = useFilters();
  const blocked = get("blocked");
  const preference = PREFERENCES.find((each) => each === get("preference")) ?? null;
  return {
    matching: {
      search: get("q") ?? null,
      archived: get("archived") === "yes",
      blocked: blocked ? blocked === "yes" : null,
      kind: KINDS.find((kind) => kind === get("kind")) ?? null,
      region_id: get("region") ?? null,
      tag: get("tag") ?? null,
      preference,
      preferred: preference && get("preferred") !== "no",
    },
    sort: get("sort") === "newest" ? "newest" : "name",
  };
}
