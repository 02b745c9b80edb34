"""The inbox: which events a consumer group has worked off, remembered in the transaction that did it."""

from collections.abc import Collection

from servicekit.db import Tx

_REMEMBER = """
insert into inbox (consumer, event_id) select $1, unnest($2::text[]) on conflict do nothing returning event_id
"""
_FORGET = "delete from inbox where consumer = $1 and event_id = $2"


async def remember(tx: Tx, consumer: str, event_ids: Collection[str]) -> set[str]:
    """Note `event_ids` as worked off; returns those that were not before."""
    return {row["event_id"] for row in await tx.fetch(_REMEMBER, consumer, list(event_ids))}


async def forget(tx: Tx, consumer: str, event_id: str) -> None:
    """Let an event that became a dead letter be seen as new when it is put back."""
    await tx.execute(_FORGET, consumer, event_id)
