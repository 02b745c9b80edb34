"""Indexes of big tables in use, built while others write (`create index concurrently`), outside any transaction.

What a failure leaves behind is an invalid index: the next try drops it and builds it again. PostgreSQL builds none of a
partitioned table like that: its partitions get theirs one by one, and the last makes the table's own valid.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from servicekit.db import Connection

MARK = "-- outside a transaction"
_CREATE = re.compile(
    r"create (?P<unique>unique )?index concurrently (?P<name>\w+) on (?P<table>\w+) (?P<rest>.+)", re.DOTALL
)
_COMMENT = re.compile(r"--[^\n]*")
_VALID = "select indisvalid from pg_index where indexrelid = to_regclass($1)"
_PARTITIONED = "select relkind = 'p' from pg_class where oid = to_regclass($1)"
# Names as they are written in SQL, quoted where they must be.
_WITHOUT = """
select leaf.inhrelid::regclass::text as name
from pg_inherits leaf
where leaf.inhparent = to_regclass($1) and not exists (
    select from pg_inherits part join pg_index of_leaf on of_leaf.indexrelid = part.inhrelid
    where part.inhparent = to_regclass($2) and of_leaf.indrelid = leaf.inhrelid)
order by 1
"""


class OnlyIndexes(ValueError):
    """A migration outside a transaction is `create index concurrently` and nothing else, which could not be resumed."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index to build."""

    name: str
    table: str
    rest: str
    unique: str = ""

    def statement(self, how: str, only: str = "") -> str:
        """What makes it. Names come from migrations and the catalogue; there are no parameters in such statements."""
        return f"create {self.unique}index {how} {self.name} on {only}{self.table} {self.rest}"


def read(sql: str) -> Iterator[Index]:
    """The indexes that a marked migration builds. Raises `OnlyIndexes`."""
    for statement in filter(None, (part.strip() for part in _COMMENT.sub("", sql).split(";"))):
        found = _CREATE.fullmatch(statement)
        if found is None:
            raise OnlyIndexes(statement)
        yield Index(found["name"], found["table"], found["rest"], found["unique"] or "")


async def build(connection: Connection, index: Index, wait_ms: int) -> None:
    """Build it, or what is missing of it; where a lock is needed for a moment, it is waited for no longer than this."""
    if not await connection.fetchval(_PARTITIONED, index.table):
        await _build(connection, index)
        return
    await _briefly(connection, index.statement("if not exists", "only "), wait_ms)
    while leaves := await connection.fetch(_WITHOUT, index.table, index.name):  # months may be added meanwhile
        for leaf in leaves:
            part = Index(f"{index.name}_{leaf['name']}", leaf["name"], index.rest, index.unique)
            await _build(connection, part)
            await _briefly(connection, f"alter index {index.name} attach partition {part.name}", wait_ms)


async def _build(connection: Connection, index: Index) -> None:
    valid = await connection.fetchval(_VALID, index.name)
    if valid is False:
        await connection.execute(f"drop index concurrently {index.name}")
    if not valid:
        await connection.execute(index.statement("concurrently"))


async def _briefly(connection: Connection, statement: str, wait_ms: int) -> None:
    async with connection.transaction():
        await connection.execute("select set_config('lock_timeout', $1, true)", str(wait_ms))
        await connection.execute(statement)
