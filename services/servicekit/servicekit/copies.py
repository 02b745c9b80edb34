"""Copies of snapshots that other services own: the newest version wins, a deletion is remembered, a rebuild swaps."""

from collections.abc import Iterable, Mapping
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
_GET = """
select s.id, s.company_id, s.version, s.data
from snapshot s join snapshot_generation g on g.kind = s.kind and g.active = s.generation
where s.kind = $1 and s.id = any($2::uuid[]) and s.data is not null
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
    await tx.execute("insert into snapshot_generation (kind) values ($1) on conflict do nothing", kind)
    await tx.execute(
        _APPLY,
        kind,
        [s.id for s in snapshots],
        [s.company_id for s in snapshots],
        [s.version for s in snapshots],
        [None if isinstance(s, CustomerDeleted) else orjson.Fragment(s.model_dump_json()) for s in snapshots],
    )


async def get(tx: Tx, kind: str, ids: Iterable[UUID]) -> Mapping[UUID, Any]:
    """The data kept for `ids`, as JSON objects; unknown and deleted ones are absent."""
    rows = await tx.fetch(_GET, kind, list(set(ids)))
    return {row["id"]: row["data"] for row in rows}
