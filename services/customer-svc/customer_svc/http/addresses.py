"""Service addresses of a customer over HTTP, with their additional recipients."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response

from contracts.profiles import CustomerProfile
from customer_svc.domain import addresses
from customer_svc.domain.addresses import NewRecipient, NewServiceAddress, RecipientChanges, ServiceAddressChanges
from customer_svc.domain.customer import Customer
from customer_svc.domain.portal import OwnCustomer
from customer_svc.http.changing import AddingByOwner, AddingByStaffOrOwner, ByOffice, ByOwner

router = APIRouter(prefix="/v1/customers/{customer_id}/service-addresses", tags=["service addresses"])


@router.post("", status_code=201, response_model=Customer | OwnCustomer)
async def add_address(body: NewServiceAddress, by_owner: AddingByOwner) -> Response:
    """Add a service address, with recipients if there are any (S2.4)."""
    return await by_owner.add(lambda customer, company: addresses.add(customer, body, company))


@router.patch("/{address_id}", response_model=Customer | OwnCustomer)
async def change_address(
    address_id: UUID, body: Annotated[ServiceAddressChanges, Body()], by_owner: ByOwner
) -> Response:
    """Change a service address, or switch its additional communication on or off (S2.6)."""
    return await by_owner.change(lambda customer, _: addresses.change(customer, address_id, body))


@router.delete("/{address_id}", response_model=Customer)
async def remove_address(address_id: UUID, by_office: ByOffice) -> Response:
    """Remove a service address and its recipients."""
    return await by_office.change(lambda customer, _: addresses.remove(customer, address_id))


@router.post("/{address_id}/recipients", status_code=201, response_model=Customer | CustomerProfile | OwnCustomer)
async def add_recipient(address_id: UUID, body: NewRecipient, by: AddingByStaffOrOwner) -> Response:
    """Add an additional recipient; technicians and the customer may, too (S2.3)."""
    return await by.add(lambda customer, company: addresses.add_recipient(customer, address_id, body, company))


@router.patch("/{address_id}/recipients/{recipient_id}", response_model=Customer | OwnCustomer)
async def change_recipient(
    address_id: UUID, recipient_id: UUID, body: Annotated[RecipientChanges, Body()], by_owner: ByOwner
) -> Response:
    """Change a recipient; a list of emails or phones given replaces the list that was."""
    return await by_owner.change_flags(
        lambda customer, company: addresses.change_recipient(customer, address_id, recipient_id, body, company),
        recipient_id,
        body.get("flags", {}),
    )


@router.delete("/{address_id}/recipients/{recipient_id}", response_model=Customer | OwnCustomer)
async def remove_recipient(address_id: UUID, recipient_id: UUID, by_owner: ByOwner) -> Response:
    """Remove a recipient."""
    return await by_owner.change(lambda customer, _: addresses.remove_recipient(customer, address_id, recipient_id))
