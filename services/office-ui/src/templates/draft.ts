// A template as it is being written, and how it is kept where it was not saved yet.
import type { Channel, Words } from "../api/types";

export interface Draft {
  name: string;
  default_locale: string;
  variants: Record<string, Words>;
}

/** A draft that was begun from a version of the template. */
export interface Unsaved {
  draft: Draft;
  version: number;
}

export type Part = "subject" | "preheader" | "html" | "text";
export const PARTS: readonly Part[] = ["subject", "preheader", "html", "text"];

const NOTHING: Words = { subject: null, preheader: null, html: null, text: null };

export function wordsOf({ variants }: Draft, locale: string): Words {
  return variants[locale] ?? NOTHING;
}

export function draftOf({ name, default_locale, variants }: Draft): Draft {
  return { name, default_locale, variants };
}

export function isSame(one: Draft, other: Draft): boolean {
  return canonical(one) === canonical(other);
}

function canonical({ name, default_locale, variants }: Draft): string {
  const locales = Object.keys(variants).sort();
  const words = locales.map((locale) => [locale, ...PARTS.map((part) => variants[locale]?.[part] ?? null)]);
  return JSON.stringify([name, default_locale, words]);
}

/** What a new template begins with. */
export function firstWords(channel: Channel, name: string): Words {
  if (channel === "sms") return { ...NOTHING, text: "{{ company.name }}: " };
  if (channel === "voice")
    return { ...NOTHING, text: "Hello {{ recipient.first_name }}. This is {{ company.name }}. " };
  const html = "<p>Hi {{ recipient.first_name }},</p>\n<p>Thank you,<br>{{ company.name }}</p>";
  return { ...NOTHING, subject: name, html };
}

/** What was typed and not saved outlives a reload, and the tab: templates hold nobody's data. */
export function keptDraft(key: string): Unsaved | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") as Unsaved | null;
  } catch {
    return null;
  }
}

export function keepDraft(key: string, unsaved: Unsaved | null): void {
  try {
    if (unsaved) localStorage.setItem(key, JSON.stringify(unsaved));
    else localStorage.removeItem(key);
  } catch {
    // A full or forbidden storage: the page itself still holds it.
  }
}
