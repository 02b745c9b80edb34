"""Of which categories a company has emails in doubt sent once more."""

from uuid import UUID

from contracts.deliveries import Category
from notifier_svc.domain.once_more import OnceMore
from notifier_svc.store.planning import QUERIES
from servicekit.db import Tx


async def find(tx: Tx, company_id: UUID) -> OnceMore:
    """What the company chose; before it did so, none, at version 0."""
    row = await QUERIES.once_more(tx, company_id)
    return (
        OnceMore(company_id, row["version"], frozenset(map(Category, row["categories"])))
        if row
        else OnceMore(company_id)
    )


async def lock(tx: Tx, company_id: UUID) -> OnceMore:
    """Keep others from changing it until the transaction ends; then read it."""
    await QUERIES.lock_once_more(tx, company_id)
    return await find(tx, company_id)


async def put(tx: Tx, chosen: OnceMore) -> None:
    """It counts for what is looked at from now on."""
    await QUERIES.put_once_more(tx, chosen.company_id, chosen.version, sorted(chosen.categories))
