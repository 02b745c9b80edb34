"""Migrations of a database in use, on real PostgreSQL."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from servicekit.db import Connection
from servicekit.migrate import Patience, TableInUse, migrate
from servicekit.testing import MakeDatabase, until

PACKAGE = "made_up_migrations"
SHORTLY = Patience(wait_ms=50, pause_seconds=0.01, tries=2)
WITHOUT_END = Patience(wait_ms=50, pause_seconds=0.01, tries=10_000)


@pytest.fixture
def owner(database: MakeDatabase) -> str:
    """A service's database, as its owner reaches it."""
    return database("status").owner_url


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a package has its migrations; none yet."""
    folder = tmp_path / PACKAGE / "migrations"
    folder.mkdir(parents=True)
    (tmp_path / PACKAGE / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    sys.modules.pop(PACKAGE, None)


@pytest.fixture
def change(folder: Path) -> None:
    """A migration that needs a table for itself."""
    (folder / "0001_colour.sql").write_text("alter table jobs add column made_up text;")


@pytest.fixture
async def reader(owner: str) -> AsyncIterator[Connection]:
    """Somebody who reads the table in a transaction that goes on."""
    connection = await asyncpg.connect(owner)
    await connection.execute("begin; lock table jobs in access share mode")
    yield connection
    await connection.close()


@pytest.fixture
async def other(owner: str) -> AsyncIterator[Connection]:
    """Somebody else."""
    connection = await asyncpg.connect(owner)
    yield connection
    await connection.close()


async def has_column(connection: Connection) -> bool:
    return bool(await connection.fetchval("select true from pg_attribute where attname = 'made_up'"))


@pytest.mark.usefixtures("change")
async def test_a_table_in_use_is_changed_once_it_is_free_and_nobody_waits_behind(
    owner: str, reader: Connection, other: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    migrating = asyncio.create_task(migrate(owner, PACKAGE, WITHOUT_END))

    async def tried() -> bool:
        return "a table is in use" in caplog.messages

    await until(tried)
    await other.fetch("select count(*) from jobs")  # though the migration waits for the first reader
    assert not await has_column(other)
    await reader.execute("rollback")
    assert await migrating == ["0001_colour.sql"]
    assert await has_column(other)


@pytest.mark.usefixtures("change")
async def test_a_table_that_is_never_free_stays_as_it_is_and_says_so(owner: str, reader: Connection) -> None:
    with pytest.raises(TableInUse, match=r"0001_colour\.sql"):
        await migrate(owner, PACKAGE, SHORTLY)
    assert not await has_column(reader)
    await reader.execute("rollback")
    assert await migrate(owner, PACKAGE, SHORTLY) == ["0001_colour.sql"]


async def test_what_guards_a_change_log_lets_nobody_take_anything_back(
    folder: Path, other: Connection, owner: str
) -> None:
    (folder / "0001_log.sql").write_text(
        "create table made_up_log (company_id uuid, what text); select guard_change_log('made_up_log');"
    )
    await migrate(owner, PACKAGE)
    await other.execute("alter table made_up_log no force row level security")  # so that it is not that which refuses
    await other.execute("insert into made_up_log values (gen_random_uuid(), 'on')")
    for taken_back in ("update made_up_log set what = 'off'", "delete from made_up_log"):
        with pytest.raises(asyncpg.RaiseError, match="only added to"):
            await other.execute(taken_back)
    for what, may in (("insert", True), ("select", True), ("update", False), ("delete", False)):
        for role in ("status_api", "status_worker"):
            sql = "select has_table_privilege($1, 'made_up_log', $2)"
            assert await other.fetchval(sql, role, what) is may, (role, what)
