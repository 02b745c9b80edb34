// What each part of the page is given.
import type { Store } from "./store";
import type { Words } from "./words";

export interface Room {
  store: Store;
  words: Words;
  /** Its name. */
  company: string;
}

/** `May 3, 2026`, in the page's language. */
export function day(at: string, words: Words): string {
  return new Date(at).toLocaleDateString(words.language, { dateStyle: "long" });
}
