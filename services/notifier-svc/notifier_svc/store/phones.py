"""Whose number is this? By the profiles known here."""

from uuid import UUID

from contracts.inbound import PhoneRef
from contracts.profiles import CustomerProfile
from notifier_svc.domain.people import phones_with
from notifier_svc.store.planning import QUERIES
from servicekit.db import Tx


async def of_number(tx: Tx, company_id: UUID, number: str) -> list[PhoneRef]:
    """Every phone with this number, of the company's customers."""
    rows = [row async for row in QUERIES.customers_with_number(tx, company_id, number)]
    profiles = [CustomerProfile.model_validate_json(row["data"]) for row in rows]
    return [PhoneRef(customer_id=p.id, phone_id=phone) for p in profiles for phone in phones_with(p, number)]
