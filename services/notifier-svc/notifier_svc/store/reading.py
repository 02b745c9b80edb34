"""Reads what is stored piece by piece: what this release can't read, written by a newer one say, stops no neighbour."""

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

from pydantic import ValidationError

from contracts.deliveries import Channel
from contracts.inbound import PersonRef
from contracts.profiles import CompanyProfile, CustomerProfile
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.people import addresses
from servicekit import copies
from servicekit.db import Tx

S = TypeVar("S")
T = TypeVar("T")

EMAIL = Channel.EMAIL

log = logging.getLogger(__name__)


async def company_of(tx: Tx, company_id: UUID) -> CompanyProfile:
    """The company, as it is known here."""
    data = await copies.get(tx, "companies", [company_id])
    return CompanyProfile.model_validate(data[company_id])


async def email_with(tx: Tx, keys: Keys, company_id: UUID, customer_id: UUID, address_hash: bytes) -> str | None:
    """The customer's email address that this hash stands for, if it is still on file."""
    emails = (address for channel, address in await addresses_of(tx, customer_id) if channel is EMAIL)
    return next((each for each in emails if keys.address(company_id, EMAIL, each) == address_hash), None)


async def addresses_of(tx: Tx, customer_id: UUID) -> list[tuple[Channel, str]]:
    """Every normalised address of the customer, with its channels; none of one who is not known here."""
    customer = await customer_of(tx, customer_id)
    return [*addresses(customer)] if customer else []


async def emails_of_contacts(tx: Tx, customer_id: UUID) -> list[tuple[PersonRef, str]]:
    """Every email address of the customer's contacts, and whose it is."""
    customer = await customer_of(tx, customer_id)
    return [
        (PersonRef(customer_id=customer_id, person_id=contact.id), email.address)
        for contact in (customer.contacts if customer else ())
        for email in contact.emails
    ]


async def customer_of(tx: Tx, customer_id: UUID) -> CustomerProfile | None:
    """The customer, as they are known here; `None` where they are not, or no more."""
    found = await copies.get(tx, "customers", [customer_id])
    return CustomerProfile.model_validate(found[customer_id]) if customer_id in found else None


def readable(kind: str, stored: Mapping[UUID, S], read: Callable[[S], T]) -> dict[UUID, T]:
    """What `read` makes of each; what can't be read is absent, and logged without its values."""
    found: dict[UUID, T] = {}
    for id, data in stored.items():
        try:
            found[id] = read(data)
        except (ValueError, LookupError, TypeError) as error:
            facts = {"kind": kind, "id": str(id), "error": type(error).__name__, "fields": _fields(error)}
            log.error("stored data can't be read", extra=facts)
    return found


def _fields(error: Exception) -> list[str]:
    if not isinstance(error, ValidationError):
        return []
    return [".".join(map(str, each["loc"])) for each in error.errors(include_url=False, include_input=False)]
