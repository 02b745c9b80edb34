// What the pages of customers ask customer-svc, and what they change there.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, ifMatch } from "../api/client";
import type { Contact, ContactFlags, Customer, EmailFlags, Phone, RecipientFlags } from "../api/types";
import { useApi } from "../api/useApi";

const LOOK_AGAIN = 3_000;

/** Of the two shapes of a customer, staff always get the whole one (technicians without the notes). */
const whole = (customer: unknown) => customer as Customer;

export interface CustomerFilters {
  words?: string | undefined;
  archived: boolean;
  blocked: boolean;
  kind?: "residential" | "commercial" | undefined;
  tag?: string | undefined;
}

export function useCustomers({ words, archived, blocked, kind, tag }: CustomerFilters) {
  const api = useApi().customer;
  return useInfiniteQuery({
    queryKey: ["customers", { words, archived, blocked, kind, tag }],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = {
        search: words ?? null,
        archived,
        blocked: blocked || null,
        kind: kind ?? null,
        tag: tag ?? null,
        cursor: pageParam,
      };
      return answered(api.GET("/v1/customers", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: (before) => before,
  });
}

/** Where `watched`, an answer to the question whether we may text shows by itself. */
export function useCustomer(id: string, watched = false) {
  const api = useApi().customer;
  return useQuery({
    queryKey: ["customer", id],
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

/** Shows a change at once, and takes it back where it is refused. Changes of one customer go one after the other. */
function useChange<Wanted>(
  id: string,
  ask: (wanted: Wanted, match: { "If-Match": string }) => Promise<unknown>,
  shown: (customer: Customer, wanted: Wanted) => Customer,
) {
  const queries = useQueryClient();
  const key = ["customer", id];
  return useMutation({
    scope: { id },
    mutationFn: async (wanted: Wanted) =>
      whole(await ask(wanted, ifMatch(queries.getQueryData<Customer>(key) ?? { version: 0 }))),
    onMutate: (wanted: Wanted) => {
      void queries.cancelQueries({ queryKey: key });
      const before = queries.getQueryData<Customer>(key);
      queries.setQueryData<Customer>(key, (customer) => customer && shown(customer, wanted));
      return { before };
    },
    onError: (_, __, kept) => queries.setQueryData(key, kept?.before),
    onSuccess: (after) => queries.setQueryData(key, after),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
}

export function useEmailFlags(customerId: string, contactId: string, emailId: string) {
  const api = useApi().customer;
  const path = { customer_id: customerId, contact_id: contactId, email_id: emailId };
  return useChange<Partial<EmailFlags>>(
    customerId,
    (flags, header) =>
      answered(
        api.PATCH("/v1/customers/{customer_id}/contacts/{contact_id}/emails/{email_id}", {
          params: { path, header },
          body: { flags },
        }),
      ),
    (customer, flags) =>
      withContact(customer, contactId, (contact) => ({
        ...contact,
        emails: contact.emails.map((email) =>
          email.id === emailId ? { ...email, flags: { ...email.flags, ...flags } } : email,
        ),
      })),
  );
}

export function useContactFlags(customerId: string, contactId: string) {
  const api = useApi().customer;
  const path = { customer_id: customerId, contact_id: contactId };
  return useChange<Partial<ContactFlags>>(
    customerId,
    (flags, header) =>
      answered(
        api.PATCH("/v1/customers/{customer_id}/contacts/{contact_id}", {
          params: { path, header },
          body: { flags },
        }),
      ),
    (customer, flags) =>
      withContact(customer, contactId, (contact) => ({ ...contact, flags: { ...contact.flags, ...flags } })),
  );
}

export function useRecipientFlags(customerId: string, addressId: string, recipientId: string) {
  const api = useApi().customer;
  const path = { customer_id: customerId, address_id: addressId, recipient_id: recipientId };
  return useChange<Partial<RecipientFlags>>(
    customerId,
    (flags, header) =>
      answered(
        api.PATCH("/v1/customers/{customer_id}/service-addresses/{address_id}/recipients/{recipient_id}", {
          params: { path, header },
          body: { flags },
        }),
      ),
    (customer, flags) => ({
      ...customer,
      service_addresses: customer.service_addresses.map((address) => ({
        ...address,
        recipients: address.recipients.map((one) =>
          one.id === recipientId ? { ...one, flags: { ...one.flags, ...flags } } : one,
        ),
      })),
    }),
  );
}

/** Has the customer texted the question whether they want texts. */
export function useAskForTexts(customerId: string, phoneId: string) {
  const api = useApi().customer;
  const path = { customer_id: customerId, phone_id: phoneId };
  return useChange<undefined>(
    customerId,
    (_, header) =>
      answered(
        api.POST("/v1/customers/{customer_id}/phones/{phone_id}/consent/request", {
          params: { path, header },
        }),
      ),
    (customer) => customer,
  );
}

function withContact(customer: Customer, id: string, change: (contact: Contact) => Contact): Customer {
  return {
    ...customer,
    contacts: customer.contacts.map((each) => (each.id === id ? change(each) : each)),
  };
}
