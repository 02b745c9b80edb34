"""Contacts of a customer over HTTP, with their email addresses and phones."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response

from contracts.profiles import CompanyProfile
from customer_svc.domain import contacts
from customer_svc.domain.contacts import ContactChanges, EmailChanges, NewContact, NewEmail
from customer_svc.domain.customer import Customer
from customer_svc.domain.phones import NewPhone, PhoneChanges
from customer_svc.domain.portal import OwnCustomer
from customer_svc.http.changing import AddingByOwner, ByOffice, ByOwner

router = APIRouter(prefix="/v1/customers/{customer_id}/contacts", tags=["contacts"])


@router.post("", status_code=201, response_model=Customer | OwnCustomer)
async def add_contact(body: NewContact, by_owner: AddingByOwner) -> Response:
    """Add a contact; company defaults fill the flags not named (S0.15)."""
    return await by_owner.add(lambda customer, company: contacts.add(customer, body, company))


@router.patch("/{contact_id}", response_model=Customer | OwnCustomer)
async def change_contact(contact_id: UUID, body: Annotated[ContactChanges, Body()], by_owner: ByOwner) -> Response:
    """Change a contact's name or flags (S0.16), or make it the primary one."""
    flags = body.get("flags", {})
    return await by_owner.change_flags(lambda known, _: contacts.change(known, contact_id, body), contact_id, flags)


@router.delete("/{contact_id}", response_model=Customer)
async def remove_contact(contact_id: UUID, by_office: ByOffice) -> Response:
    """Remove a contact."""
    return await by_office.change(lambda customer, _: contacts.remove(customer, contact_id))


@router.post("/{contact_id}/emails", status_code=201, response_model=Customer | OwnCustomer)
async def add_email(contact_id: UUID, body: NewEmail, by_owner: AddingByOwner) -> Response:
    """Add an email address; company defaults fill the flags not named (S0.2)."""
    return await by_owner.add(lambda customer, company: contacts.add_email(customer, contact_id, body, company))


@router.patch("/{contact_id}/emails/{email_id}", response_model=Customer | OwnCustomer)
async def change_email(
    contact_id: UUID, email_id: UUID, body: Annotated[EmailChanges, Body()], by_owner: ByOwner
) -> Response:
    """Change an email address or its flags (S0.4)."""
    flags = body.get("flags", {})

    def changed(customer: Customer, _: CompanyProfile) -> Customer:
        return contacts.change_email(customer, contact_id, email_id, body)

    if "address" in body:
        return await by_owner.change_address(email_id, changed, flags)
    return await by_owner.change_flags(changed, email_id, flags)


@router.delete("/{contact_id}/emails/{email_id}", response_model=Customer | OwnCustomer)
async def remove_email(contact_id: UUID, email_id: UUID, by_owner: ByOwner) -> Response:
    """Remove an email address."""
    return await by_owner.change_address(
        email_id, lambda customer, _: contacts.remove_email(customer, contact_id, email_id)
    )


@router.post("/{contact_id}/phones", status_code=201, response_model=Customer | OwnCustomer)
async def add_phone(contact_id: UUID, body: NewPhone, by_owner: AddingByOwner) -> Response:
    """Add a phone, in any notation of the company's country or with a country code."""
    return await by_owner.add(lambda customer, company: contacts.add_phone(customer, contact_id, body, company))


@router.patch("/{contact_id}/phones/{phone_id}", response_model=Customer | OwnCustomer)
async def change_phone(
    contact_id: UUID, phone_id: UUID, body: Annotated[PhoneChanges, Body()], by_owner: ByOwner
) -> Response:
    """Change a phone; another number starts without consent."""
    return await by_owner.change(
        lambda customer, company: contacts.change_phone(customer, contact_id, phone_id, body, company)
    )


@router.delete("/{contact_id}/phones/{phone_id}", response_model=Customer | OwnCustomer)
async def remove_phone(contact_id: UUID, phone_id: UUID, by_owner: ByOwner) -> Response:
    """Remove a phone."""
    return await by_owner.change(lambda customer, _: contacts.remove_phone(customer, contact_id, phone_id))
