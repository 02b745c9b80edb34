"""A new customer, whole: its fields, its people and its service addresses in one go."""

from typing import Annotated

from pydantic import Field

from contracts.profiles import CompanyProfile
from customer_svc.domain import addresses, contacts, customer
from customer_svc.domain.addresses import NewServiceAddress
from customer_svc.domain.contacts import NewContact
from customer_svc.domain.customer import Customer, CustomerFields

Contacts = Annotated[tuple[NewContact, ...], Field(max_length=contacts.MOST_CONTACTS)]
Addresses = Annotated[tuple[NewServiceAddress, ...], Field(max_length=addresses.MOST_ADDRESSES)]


class NewCustomer(CustomerFields):
    """A customer with contacts and service addresses."""

    contacts: Contacts = ()
    service_addresses: Addresses = ()


def admit(new: NewCustomer, company: CompanyProfile) -> Customer:
    """The new customer, with the company's defaults copied wherever nothing else was said (S0.2, S0.15, D8)."""
    admitted = customer.new(new, company)
    admitted = contacts.add_all(admitted, new.contacts, company)
    return addresses.add_all(admitted, new.service_addresses, company)
