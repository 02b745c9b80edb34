"""Copies of snapshots that other services own: the newest version wins, a deletion is remembered, a rebuild swaps."""

from collections.abc import Iterable, Mapping, Set
from typing import Any, Protocol
from uuid import UUID

import orjson

from contracts.profiles import CustomerDeleted
from servicekit.cloudevents import Event
from servicekit.db import Tx


class Versioned(Protocol):
    """What can be copied: it has an owner, an id, and a version that only rises."""

    @property
    def id(self) -> UUID: ...
    @property
    def company_id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    def model_dump_json(self) -> str: ...


_APPLY = """
insert into snapshot as mine (kind, generation, id, company_id, version, data)
select $1, g.generation, new.id, new.company_id, new.version, new.data
from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::jsonb[]) as new (id, company_id, version, data),
     (select unnest(array_remove(array[active, building], null)) as generation
      from snapshot_generation where kind = $1) g
on conflict (kind, generation, id) do update
set version = excluded.version, data = excluded.data
where mine.version < excluded.version and mine.company_id = excluded.company_id
"""
# By key, one after the other (`offset 0`): a join planned while the table was empty would be a bad one for ever.
_FIND = """
select wanted.kind, wanted.id, found.data
from unnest($1::text[], $2::uuid[]) as wanted (kind, id)
cross join lateral (
    select s.data::text as data
    from snapshot_generation g join snapshot s on s.kind = g.kind and s.generation = g.active and s.id = wanted.id
    where g.kind = wanted.kind and s.data is not null
    offset 0
) found
"""


async def apply(tx: Tx, kind: str, events: Iterable[Event[Any]]) -> None:
    """Take over the snapshots of `events`; an older version than the one kept is ignored."""
    await put(tx, kind, [event.data for event in events])


async def put(tx: Tx, kind: str, offered: Iterable[Versioned]) -> None:
    """Store the newest of `offered` per id, in the generation in use and in the one being built."""
    newest: dict[UUID, Versioned] = {}
    for snapshot in offered:
        if snapshot.id not in newest or newest[snapshot.id].version < snapshot.version:
            newest[snapshot.id] = snapshot
    snapshots = sorted(newest.values(), key=lambda s: s.id)  # one order for all writers: no deadlocks
    if not snapshots:
        return
    columns = (
        [s.id for s in snapshots],
        [s.company_id for s in snapshots],
        [s.version for s in snapshots],
        [None if isinstance(s, CustomerDeleted) else orjson.Fragment(s.model_dump_json()) for s in snapshots],
    )
    if await tx.execute(_APPLY, kind, *columns) == "INSERT 0 0":  # none is news, or this kind is
        await tx.execute("insert into snapshot_generation (kind) values ($1) on conflict do nothing", kind)
        await tx.execute(_APPLY, kind, *columns)


async def get(tx: Tx, kind: str, ids: Iterable[UUID]) -> Mapping[UUID, Any]:
    """The data kept for `ids`, as JSON objects; unknown and deleted ones are absent."""
    return {id: orjson.loads(text) for id, text in (await find(tx, {kind: set(ids)}))[kind].items()}


async def find(tx: Tx, wanted: Mapping[str, Set[UUID]]) -> dict[str, dict[UUID, str]]:
    """The data kept for the ids of each kind, as JSON text; unknown and deleted ones are absent."""
    kinds = [kind for kind, ids in wanted.items() for _ in ids]
    found: dict[str, dict[UUID, str]] = {kind: {} for kind in wanted}
    for row in await tx.fetch(_FIND, kinds, [id for ids in wanted.values() for id in ids]):
        found[row["kind"]][row["id"]] = row["data"]
    return found
