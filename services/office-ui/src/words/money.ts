// Money in words.

/** "$1,250.00": the API's decimal string in the currency that stands beside it. */
export function money(amount: string, currency: string): string {
  return new Intl.NumberFormat("en", { style: "currency", currency }).format(Number(amount));
}
