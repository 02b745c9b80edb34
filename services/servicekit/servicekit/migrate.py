"""Migrations: plain SQL files, forward-only, each in a transaction of its own, under one lock.

Who waits for a table in use has all others wait behind: a migration gives up soon, lets them go first, and tries again.
"""

import asyncio
import hashlib
import logging
from dataclasses import dataclass
from importlib.resources import files

import asyncpg

from servicekit.db import Connection

log = logging.getLogger(__name__)

_LOCK = 0x6669656C
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


@dataclass(frozen=True)
class Patience:
    """How long a migration waits for a lock, how long it then lets others go first, and how often it tries."""

    wait_ms: int = 200  # all others wait as long
    pause_seconds: float = 3.0
    tries: int = 100


PATIENCE = Patience()


class TableInUse(RuntimeError):
    """A table that a migration changes was in use at every try: run it again when less goes on. Nothing was changed."""


class MigrationChanged(RuntimeError):
    """An applied migration file was edited: write a new one instead."""


async def migrate(owner_url: str, package: str, patience: Patience = PATIENCE) -> list[str]:
    """Bring the database up to date: servicekit's tables first, then `package`'s. Returns the names applied.

    Needs the role named `<service>_owner`; grants go to `<service>_api` and `<service>_worker` beside it.
    Raises `MigrationChanged`, `TableInUse`.
    """
    connection = await asyncpg.connect(owner_url, timeout=10)
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
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
            await _patiently(connection, sql, (package, file.name, checksum), patience)
            log.info("migration applied", extra={"package": package, "migration": file.name})
            applied.append(file.name)
        elif done[file.name] != checksum:
            raise MigrationChanged(f"{package}/{file.name}")
    return applied


async def _patiently(connection: Connection, sql: str, done: tuple[str, str, str], patience: Patience) -> None:
    package, name, _ = done
    for tried in range(1, patience.tries + 1):
        try:
            async with connection.transaction():
                await connection.execute("select set_config('lock_timeout', $1, true)", str(patience.wait_ms))
                await connection.execute(sql)
                await connection.execute(_NOTE, *done)
                return
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            log.warning("a table is in use", extra={"package": package, "migration": name, "tries": tried})
        await asyncio.sleep(patience.pause_seconds)
    raise TableInUse(f"{package}/{name}")
