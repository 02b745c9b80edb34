// Preferences, switched one by one: shown at once, and taken back where they are refused.
import { answered } from "../../api/client";
import type { Contact, ContactFlags, Customer, EmailFlags, RecipientFlags } from "../../api/types";
import { useApi } from "../../api/useApi";
import { changeAddress } from "../asks";
import { useChange } from "../changing";

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

/** Whether others are told about a service address, too; off keeps who they are. */
export function useAdditional(customerId: string, addressId: string) {
  const api = useApi().customer;
  return useChange<boolean>(
    customerId,
    (on, header) => changeAddress(addressId, { additional_communication: on })(api, customerId, header),
    (customer, on) => ({
      ...customer,
      service_addresses: customer.service_addresses.map((address) =>
        address.id === addressId ? { ...address, additional_communication: on } : address,
      ),
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
