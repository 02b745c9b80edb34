// Addresses in one line.
import type { ServiceAddress } from "../api/types";

/** "12 Elm St, Denver, CO 80220", without what is not known. */
export function place({ line, city, state, postal_code }: ServiceAddress): string {
  return [line, city, `${state} ${postal_code}`.trim()].filter(Boolean).join(", ");
}
