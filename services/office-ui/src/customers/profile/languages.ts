// Languages by their name.
const names = new Intl.DisplayNames("en", { type: "language" });

/** Locales to choose from; any other that exists may be typed. */
export const LOCALES = ["en-US", "es-US", "es-MX", "fr-CA", "en-CA", "en-GB", "zh-CN", "vi-VN"];

/** "American English (en-US)"; what is no locale stays as it is. */
export function languageName(locale: string): string {
  try {
    return `${names.of(locale) ?? locale} (${locale})`;
  } catch {
    return locale;
  }
}
