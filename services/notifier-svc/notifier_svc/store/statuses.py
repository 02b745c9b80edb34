"""The copy of status-svc's catalogue: what a rule may name, and the rows of the board."""

from uuid import UUID

from contracts.profiles import StatusEntry
from notifier_svc.store.planning import QUERIES
from notifier_svc.store.reading import readable
from servicekit import copies
from servicekit.db import Tx

KIND = "statuses"


async def of_company(tx: Tx, company_id: UUID) -> dict[UUID, StatusEntry]:
    """The company's statuses, the retired ones too, as far as they are known here."""
    stored = {row["id"]: row["data"] async for row in QUERIES.statuses_of(tx, company_id)}
    return readable("status", stored, StatusEntry.model_validate_json)


async def find(tx: Tx, status_id: UUID) -> StatusEntry | None:
    """A status of this transaction's company, as far as it is known here."""
    stored = await copies.find(tx, {KIND: {status_id}})
    return readable("status", stored[KIND], StatusEntry.model_validate_json).get(status_id)
