// What the pages of customers ask.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { answered } from "../api/client";
import type { Customer, Phone } from "../api/types";
import { useApi } from "../api/useApi";
import type { Chosen } from "./list/chosen";

const LOOK_AGAIN = 3_000;
const SETTLED = 5 * 60_000;
const PAGE = 100;

/** Of the two shapes of a customer, staff always get the whole one (technicians without the notes). */
export const whole = (customer: unknown) => customer as Customer;

export function useCustomers(chosen: Chosen) {
  const api = useApi().customer;
  return useInfiniteQuery({
    queryKey: ["customers", chosen],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam: cursor, signal }) => {
      const query = { ...chosen.matching, sort: chosen.sort, cursor, limit: PAGE };
      return answered(api.GET("/v1/customers", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: (before) => before,
  });
}

/** The company: its regions, its zone. */
export function useCompany() {
  const api = useApi().customer;
  return useQuery({
    queryKey: ["company"],
    staleTime: SETTLED,
    queryFn: ({ signal }) => answered(api.GET("/v1/company", { signal })),
  });
}

/** Names by id, of at most a hundred customers, in one request; no words for who was deleted. */
export function useNames(ids: string[]): Map<string, string> {
  const api = useApi().customer;
  const wanted = [...new Set(ids)].toSorted();
  const { data = new Map<string, string>() } = useQuery({
    queryKey: ["customers", "names", wanted],
    enabled: wanted.length > 0,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const { items } = await answered(
        api.GET("/v1/customers", { params: { query: { id: wanted } }, signal }),
      );
      const names = new Map(items.map(({ id, name }) => [id, name]));
      return new Map(wanted.map((id) => [id, names.get(id) ?? ""]));
    },
    placeholderData: (before) => before,
  });
  return data;
}

/** The first few customers that the words find; none where nothing is searched. */
export function useFoundCustomers(words: string | undefined, limit: number) {
  const api = useApi().customer;
  return useQuery({
    queryKey: ["customers", "found", words, limit],
    enabled: Boolean(words && words.length > 1),
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/customers", { params: { query: { search: words ?? null, limit } }, signal })),
    select: (page) => page.items,
  });
}

/** Where `watched`, an answer to the question whether we may text shows by itself. */
export function useCustomer(id: string, watched = false) {
  const api = useApi().customer;
  return useQuery({
    queryKey: ["customer", id],
    enabled: id !== "",
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      whole(
        await answered(
          api.GET("/v1/customers/{customer_id}", { params: { path: { customer_id: id } }, signal }),
        ),
      ),
    refetchInterval: ({ state }) => (watched && state.data && isAsked(state.data) ? LOOK_AGAIN : false),
  });
}

export function useOrigins(id: string, enabled: boolean) {
  const api = useApi().customer;
  return useQuery({
    queryKey: ["customer", id, "preferences"],
    enabled,
    queryFn: ({ signal }) =>
      answered(
        api.GET("/v1/customers/{customer_id}/preferences", { params: { path: { customer_id: id } }, signal }),
      ),
  });
}

function isAsked(customer: Customer): boolean {
  return phonesOf(customer).some((phone) => phone.sms_consent === "requested");
}

/** Of the contacts, and of all who are told about a service address besides. */
export function phonesOf({ contacts, service_addresses }: Customer): Phone[] {
  return [...contacts, ...service_addresses.flatMap(({ recipients }) => recipients)].flatMap(
    ({ phones }) => phones,
  );
}

export function useLedger({ id, version }: Customer) {
  const api = useApi().customer;
  return useInfiniteQuery({
    queryKey: ["customer", id, "consent", version],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET("/v1/customers/{customer_id}/consent", {
          params: { path: { customer_id: id }, query: { cursor: pageParam, limit: 20 } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: (before) => before,
  });
}

export interface ChangeFilters {
  field?: string | undefined;
  actor?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

/** The change log, newest first; moments are ISO 8601. */
export function useChanges(id: string, { field, actor, since, until }: ChangeFilters) {
  const api = useApi().customer;
  return useInfiniteQuery({
    queryKey: ["customer", id, "changes", { field, actor, since, until }],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = {
        field: field ?? null,
        actor: actor ?? null,
        since: since ?? null,
        until: until ?? null,
        cursor: pageParam,
      };
      return answered(
        api.GET("/v1/customers/{customer_id}/changes", {
          params: { path: { customer_id: id }, query },
          signal,
        }),
      );
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: (before) => before,
  });
}

/** Who was invited to the portal, has confirmed, and signed in last. */
export function usePortal(id: string, enabled: boolean) {
  const api = useApi().customer;
  return useQuery({
    queryKey: ["customer", id, "portal"],
    enabled,
    queryFn: ({ signal }) =>
      answered(
        api.GET("/v1/customers/{customer_id}/portal", { params: { path: { customer_id: id } }, signal }),
      ),
  });
}

/** What stops messages to the customer's addresses and phones. */
export function useBlocks(id: string) {
  const api = useApi().notifier;
  return useInfiniteQuery({
    queryKey: ["customer", id, "blocks"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      answered(api.GET("/v1/blocks", { params: { query: { customer_id: id, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}
