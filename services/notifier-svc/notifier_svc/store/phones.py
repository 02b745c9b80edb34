"""Whose number is this? By the profiles known here."""

from uuid import UUID

from contracts.inbound import PhoneRef
from contracts.profiles import CustomerProfile, Phone
from notifier_svc.domain.people import phones_with
from notifier_svc.store.planning import QUERIES
from servicekit.db import Tx


async def of_number(tx: Tx, company_id: UUID, number: str) -> list[PhoneRef]:
    """Every phone with this number, of the company's customers."""
    found = await _customers_with(tx, company_id, number)
    return [PhoneRef(customer_id=p.id, phone_id=phone.id) for p in found for phone in phones_with(p, number)]


async def at_number(tx: Tx, company_id: UUID, number: str) -> list[Phone]:
    """The same phones, with what their owners said to texts and calls."""
    return [phone for p in await _customers_with(tx, company_id, number) for phone in phones_with(p, number)]


async def _customers_with(tx: Tx, company_id: UUID, number: str) -> list[CustomerProfile]:
    rows = [row async for row in QUERIES.customers_with_number(tx, company_id, number)]
    return [CustomerProfile.model_validate_json(row["data"]) for row in rows]
