"""Migrations: plain SQL files, forward-only, each in a transaction of its own, under one lock.

Who waits for a table in use has all others wait behind: a migration gives up soon, lets them go first, and tries again.
A file that begins with `-- outside a transaction` builds indexes of tables in use, and nothing else.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from importlib.resources import files

import asyncpg

from servicekit import indexes
from servicekit.db import Connection

log = logging.getLogger(__name__)

_LOCK = 0x6669656C
_ASK_AGAIN_SECONDS = 0.2
_BOOKKEEPING = """
create table if not exists migration (
    package text not null,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now(),
    primary key (package, name)
)
"""

_NOTE = "insert into migration (package, name, checksum) values ($1, $2, $3)"
_Done = tuple[str, str, str]
"""What is noted of a migration: package, name, checksum."""


@dataclass(frozen=True)
class Patience:
    """How long a migration waits for a lock, how long it then lets others go first, and how often it tries."""

    wait_ms: int = 200  # all others wait as long
    pause_seconds: float = 3.0
    tries: int = 100


PATIENCE = Patience()


class TableInUse(RuntimeError):
    """A table that a migration changes was in use at every try: run it again when less goes on. Nothing was changed.

    Of a migration outside a transaction, indexes that were built stay.
    """


class MigrationChanged(RuntimeError):
    """An applied migration file was edited: write a new one instead."""


async def migrate(owner_url: str, package: str, patience: Patience = PATIENCE) -> list[str]:
    """Bring the database up to date: servicekit's tables first, then `package`'s. Returns the names applied.

    Needs the role named `<service>_owner`; grants go to `<service>_api` and `<service>_worker` beside it.
    Raises `MigrationChanged`, `TableInUse`, `OnlyIndexes`.
    """
    connection = await asyncpg.connect(owner_url, timeout=10)
    try:
        # Not waited for in the database: an index that is built concurrently would wait for who waits like that.
        while not await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK):
            await asyncio.sleep(_ASK_AGAIN_SECONDS)
        await connection.execute(_BOOKKEEPING)
        return [*await _apply(connection, "servicekit", patience), *await _apply(connection, package, patience)]
    finally:
        await connection.close()


async def _apply(connection: Connection, package: str, patience: Patience) -> list[str]:
    rows = await connection.fetch("select name, checksum from migration where package = $1", package)
    done = {row["name"]: row["checksum"] for row in rows}
    applied = []
    folder = files(package) / "migrations"
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name):
        sql = file.read_text()
        checksum = hashlib.sha256(sql.encode()).hexdigest()
        if file.name not in done:
            work = _outside if sql.startswith(indexes.MARK) else _within
            note = package, file.name, checksum
            await _patiently(partial(work, connection, sql, note, patience.wait_ms), note, patience)
            log.info("migration applied", extra={"package": package, "migration": file.name})
            applied.append(file.name)
        elif done[file.name] != checksum:
            raise MigrationChanged(f"{package}/{file.name}")
    return applied


async def _patiently(work: Callable[[], Awaitable[None]], done: _Done, patience: Patience) -> None:
    package, name, _ = done
    for tried in range(1, patience.tries + 1):
        try:
            return await work()
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            log.warning("a table is in use", extra={"package": package, "migration": name, "tries": tried})
        await asyncio.sleep(patience.pause_seconds)
    raise TableInUse(f"{package}/{name}")


async def _within(connection: Connection, sql: str, done: _Done, wait_ms: int) -> None:
    async with connection.transaction():
        await connection.execute("select set_config('lock_timeout', $1, true)", str(wait_ms))
        await connection.execute(sql)
        await connection.execute(_NOTE, *done)


async def _outside(connection: Connection, sql: str, done: _Done, wait_ms: int) -> None:
    for index in [*indexes.read(sql)]:
        await indexes.build(connection, index, wait_ms)
    await connection.execute(_NOTE, *done)
