// What is typed to book a job: kept for this tab until it is booked, checked before it is sent.
import type { NewJob } from "../api/types";
import { draftOf, flawsOf, NO_VISIT, type VisitWords } from "./VisitFields";

export interface LineWords {
  description: string;
  quantity: string;
  unit_price: string;
}

export interface Booking {
  kind: "job" | "estimate";
  customer_id: string;
  customer: string;
  service_address_id: string;
  title: string;
  planned: boolean;
  visit: VisitWords;
  lines: LineWords[];
  notify: boolean;
  /** What the customer asked for, in their words. */
  request: { id: string; summary: string } | null;
  /** The same form sent twice books once. */
  key: string;
}

export const NO_LINE: LineWords = { description: "", quantity: "1", unit_price: "" };

export function newBooking(): Booking {
  return {
    kind: "job",
    customer_id: "",
    customer: "",
    service_address_id: "",
    title: "",
    planned: true,
    visit: NO_VISIT,
    lines: [],
    notify: true,
    request: null,
    key: crypto.randomUUID(),
  };
}

/** Whether something of it would be lost. */
export function isBegun({ customer_id, title, lines, visit }: Booking): boolean {
  return Boolean(customer_id || title.trim() || lines.length > 0 || visit.day);
}

/** By field, such as `lines.0.quantity`: which sentence of the words says what is wrong. */
export function flaws({ customer_id, service_address_id, title, planned, visit, lines }: Booking) {
  const found = new Map<string, FlawKey>();
  if (!customer_id) found.set("customer", "booking.needed.customer");
  if (!service_address_id) found.set("service_address_id", "booking.needed.service_address_id");
  if (!title.trim()) found.set("title", "booking.needed.title");
  if (planned)
    for (const [field, key] of Object.entries(flawsOf(visit))) found.set(`visit.${field}`, key as FlawKey);
  lines.forEach(({ description, quantity, unit_price }, n) => {
    if (!description.trim()) found.set(`lines.${n}.description`, "booking.needed.description");
    if (!(/^\d{1,7}(\.\d{1,3})?$/.test(quantity) && Number(quantity) > 0))
      found.set(`lines.${n}.quantity`, "booking.needed.quantity");
    if (!/^-?\d{1,9}(\.\d{1,2})?$/.test(unit_price))
      found.set(`lines.${n}.unit_price`, "booking.needed.unit_price");
  });
  return found;
}

export type FlawKey =
  | `booking.needed.${"customer" | "service_address_id" | "title" | "description" | "quantity" | "unit_price"}`
  | "visits.neededDay"
  | "visits.neededTime"
  | "visits.neededOrder";

/** Which field a refusal of the API is about. */
export const REFUSED_AT: Record<string, string> = {
  "customer-blocked": "customer",
  "customer-archived": "customer",
  "customer-not-known-yet": "customer",
  "not-their-address": "service_address_id",
  "total-out-of-range": "lines",
};

export function bodyOf(
  { kind, customer_id, service_address_id, title, planned, visit, lines, notify, request }: Booking,
  zone: string,
  technicians: { id: string; name: string }[],
): NewJob {
  return {
    kind,
    customer_id,
    service_address_id,
    title: title.trim(),
    visits: planned ? [draftOf(visit, zone, technicians)] : [],
    lines: lines.map((line) => ({ ...line, description: line.description.trim() })),
    notify,
    service_request_id: request?.id ?? null,
  };
}
