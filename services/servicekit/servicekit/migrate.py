"""Migrations: plain SQL files, forward-only, each in a transaction of its own, under one lock."""

import hashlib
import logging
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


class MigrationChanged(RuntimeError):
    """An applied migration file was edited: write a new one instead."""


async def migrate(owner_url: str, package: str) -> list[str]:
    """Bring the database up to date: servicekit's tables first, then `package`'s. Returns the names applied.

    Needs the role named `<service>_owner`; grants go to `<service>_api` and `<service>_worker` beside it.
    """
    connection = await asyncpg.connect(owner_url, timeout=10)
    try:
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        await connection.execute(_BOOKKEEPING)
        return [*await _apply(connection, "servicekit"), *await _apply(connection, package)]
    finally:
        await connection.close()


async def _apply(connection: Connection, package: str) -> list[str]:
    rows = await connection.fetch("select name, checksum from migration where package = $1", package)
    done = {row["name"]: row["checksum"] for row in rows}
    applied = []
    folder = files(package) / "migrations"
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name):
        sql = file.read_text()
        checksum = hashlib.sha256(sql.encode()).hexdigest()
        if file.name not in done:
            async with connection.transaction():
                await connection.execute(sql)
                await connection.execute(
                    "insert into migration (package, name, checksum) values ($1, $2, $3)", package, file.name, checksum
                )
            log.info("migration applied", extra={"package": package, "migration": file.name})
            applied.append(file.name)
        elif done[file.name] != checksum:
            raise MigrationChanged(f"{package}/{file.name}")
    return applied
