// What the page says, by language; English where there is none of the reader's.
import { en, type Words } from "./en";
import { es } from "./es";

const ALL: Record<string, Words> = { en, es };

export type { Words };

/** By a locale (BCP 47), or the first of several that is known. */
export function wordsOf(...locales: string[]): Words {
  const known = locales.map((locale) => ALL[locale.split("-")[0] ?? ""]);
  return known.find((words) => words !== undefined) ?? en;
}
