"""The consent ledger: rows are added, never changed."""

from uuid import UUID

from contracts.profiles import Consent
from customer_svc.store import queries
from servicekit.db import Tx


async def write_down(
    tx: Tx, company_id: UUID, customer_id: UUID, phone_id: UUID, state: Consent, source: str, actor: str
) -> None:
    """Add a row."""
    await queries.add_consent(tx, company_id, customer_id, phone_id, state, source, actor)
