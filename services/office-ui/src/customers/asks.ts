// The operations that change a customer, as the pages ask for them.
import { answered } from "../api/client";
import type {
  CustomerChanges,
  NewContact,
  NewRecipient,
  NewServiceAddress,
  Recipient,
  ServiceAddress,
} from "../api/types";
import type { Ask } from "./changing";

type NewPhone = NewContact["phones"][number];
type NewEmail = NewContact["emails"][number];
type AddressChanges = Partial<Omit<NewServiceAddress, "zone" | "recipients">>;
type RecipientChanges = Partial<NewRecipient>;

export const changeCustomer =
  (body: CustomerChanges): Ask =>
  (api, customer_id, header) =>
    answered(api.PATCH("/v1/customers/{customer_id}", { params: { path: { customer_id }, header }, body }));

export type Standing = "archive" | "unarchive" | "block" | "unblock";

export const put =
  (standing: Standing): Ask =>
  (api, customer_id, header) =>
    answered(
      api.POST(`/v1/customers/{customer_id}/${standing}`, { params: { path: { customer_id }, header } }),
    );

export const addContact =
  (body: NewContact): Ask =>
  (api, customer_id, header) =>
    answered(
      api.POST("/v1/customers/{customer_id}/contacts", { params: { path: { customer_id }, header }, body }),
    );

export const changeContact =
  (contact_id: string, body: { name?: string; primary?: true }): Ask =>
  (api, customer_id, header) =>
    answered(
      api.PATCH("/v1/customers/{customer_id}/contacts/{contact_id}", {
        params: { path: { customer_id, contact_id }, header },
        body,
      }),
    );

export const removeContact =
  (contact_id: string): Ask =>
  (api, customer_id, header) =>
    answered(
      api.DELETE("/v1/customers/{customer_id}/contacts/{contact_id}", {
        params: { path: { customer_id, contact_id }, header },
      }),
    );

export const addEmail =
  (contact_id: string, body: NewEmail): Ask =>
  (api, customer_id, header) =>
    answered(
      api.POST("/v1/customers/{customer_id}/contacts/{contact_id}/emails", {
        params: { path: { customer_id, contact_id }, header },
        body,
      }),
    );

export const changeEmail =
  (contact_id: string, email_id: string, address: string): Ask =>
  (api, customer_id, header) =>
    answered(
      api.PATCH("/v1/customers/{customer_id}/contacts/{contact_id}/emails/{email_id}", {
        params: { path: { customer_id, contact_id, email_id }, header },
        body: { address },
      }),
    );

export const removeEmail =
  (contact_id: string, email_id: string): Ask =>
  (api, customer_id, header) =>
    answered(
      api.DELETE("/v1/customers/{customer_id}/contacts/{contact_id}/emails/{email_id}", {
        params: { path: { customer_id, contact_id, email_id }, header },
      }),
    );

export const addPhone =
  (contact_id: string, body: NewPhone): Ask =>
  (api, customer_id, header) =>
    answered(
      api.POST("/v1/customers/{customer_id}/contacts/{contact_id}/phones", {
        params: { path: { customer_id, contact_id }, header },
        body,
      }),
    );

export const changePhone =
  (contact_id: string, phone_id: string, body: { number: string; landline: boolean }): Ask =>
  (api, customer_id, header) =>
    answered(
      api.PATCH("/v1/customers/{customer_id}/contacts/{contact_id}/phones/{phone_id}", {
        params: { path: { customer_id, contact_id, phone_id }, header },
        body,
      }),
    );

export const removePhone =
  (contact_id: string, phone_id: string): Ask =>
  (api, customer_id, header) =>
    answered(
      api.DELETE("/v1/customers/{customer_id}/contacts/{contact_id}/phones/{phone_id}", {
        params: { path: { customer_id, contact_id, phone_id }, header },
      }),
    );

export const addAddress =
  (body: NewServiceAddress): Ask =>
  (api, customer_id, header) =>
    answered(
      api.POST("/v1/customers/{customer_id}/service-addresses", {
        params: { path: { customer_id }, header },
        body,
      }),
    );

export const changeAddress =
  (address_id: string, body: AddressChanges): Ask =>
  (api, customer_id, header) =>
    answered(
      api.PATCH("/v1/customers/{customer_id}/service-addresses/{address_id}", {
        params: { path: { customer_id, address_id }, header },
        body,
      }),
    );

export const removeAddress =
  (address_id: string): Ask =>
  (api, customer_id, header) =>
    answered(
      api.DELETE("/v1/customers/{customer_id}/service-addresses/{address_id}", {
        params: { path: { customer_id, address_id }, header },
      }),
    );

export const addRecipient =
  (address_id: string, body: NewRecipient): Ask =>
  (api, customer_id, header) =>
    answered(
      api.POST("/v1/customers/{customer_id}/service-addresses/{address_id}/recipients", {
        params: { path: { customer_id, address_id }, header },
        body,
      }),
    );

export const changeRecipient =
  (address_id: string, recipient_id: string, body: RecipientChanges): Ask =>
  (api, customer_id, header) =>
    answered(
      api.PATCH("/v1/customers/{customer_id}/service-addresses/{address_id}/recipients/{recipient_id}", {
        params: { path: { customer_id, address_id, recipient_id }, header },
        body,
      }),
    );

export const removeRecipient =
  (address_id: string, recipient_id: string): Ask =>
  (api, customer_id, header) =>
    answered(
      api.DELETE("/v1/customers/{customer_id}/service-addresses/{address_id}/recipients/{recipient_id}", {
        params: { path: { customer_id, address_id, recipient_id }, header },
      }),
    );

/** A recipient as it can be added again. */
export function again({ name, role, emails, phones, flags }: Recipient): NewRecipient {
  return {
    name,
    role: (role as NewRecipient["role"]) ?? null,
    emails,
    phones: phones.map(phoneAgain),
    flags,
  };
}

export const phoneAgain = ({ number, landline }: { number: string; landline: boolean }): NewPhone => ({
  number,
  landline,
});

export function addressAgain({ recipients, ...address }: ServiceAddress): NewServiceAddress {
  const { line, city, state, postal_code, zone, additional_communication } = address;
  return {
    line,
    city,
    state,
    postal_code,
    zone,
    additional_communication,
    recipients: recipients.map(again),
  };
}
