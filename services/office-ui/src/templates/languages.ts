// Languages by their names.
const names = new Intl.DisplayNames(["en"], { type: "language" });

/** "Spanish" of `es`, "English" of `en`. */
export function languageName(locale: string): string {
  return names.of(locale) ?? locale;
}

/** What is offered first to people in North America and Europe; the API takes any. */
export const OFFERED = [
  "en",
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
