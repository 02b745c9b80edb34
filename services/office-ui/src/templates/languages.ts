// Languages by their names.
const names = new Intl.DisplayNames(["en"], { type: "language" });

/** "Spanish" of `es`, "American English" of `en-US`. */
export function languageName(locale: string): string {
  return names.of(locale) ?? locale;
}

/** What is offered first to people in North America and Europe; the API takes any. */
export const OFFERED = [
  "en-US",
  "es",
  "fr",
  "de",
  "it",
  "pt",
  "pl",
  "nl",
  "zh",
  "vi",
  "ko",
  "tl",
  "ru",
  "uk",
  "ar",
];
