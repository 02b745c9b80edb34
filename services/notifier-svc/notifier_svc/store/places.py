"""The places that caps leave recipients on a day: who takes the last one the database decides (G13)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from notifier_svc.store.planning import QUERIES
from servicekit.db import Tx


class Place(NamedTuple):
    """A delivery that would go to an address on a day, where no more than `cap` may."""

    company_id: UUID
    address_hash: bytes
    day: date
    cap: int
    delivery_id: UUID


async def taken(tx: Tx, hashes: Iterable[bytes]) -> dict[bytes, list[tuple[date, UUID]]]:
    """By address: on which of these days which delivery has a place."""
    found: dict[bytes, list[tuple[date, UUID]]] = {}
    async for row in QUERIES.places(tx, list(hashes)):
        found.setdefault(row["address_hash"], []).append((row["day"], row["delivery_id"]))
    return found


async def take(tx: Tx, wanted: Sequence[Place]) -> set[UUID]:
    """Take a place for each; returns the deliveries that have one now. Who has not was not the first: ask again."""
    columns = map(list, zip(*wanted, strict=True))
    return {row["delivery_id"] async for row in QUERIES.take_places(tx, *columns)} if wanted else set()


async def forget(tx: Tx) -> None:
    """Drop the places of days that are over everywhere."""
    await QUERIES.forget_places(tx)
