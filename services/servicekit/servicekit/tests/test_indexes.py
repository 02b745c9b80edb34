"""Indexes of tables in use, on real PostgreSQL: built while others write, resumed after a failure."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from servicekit.db import Connection
from servicekit.indexes import MARK, OnlyIndexes
from servicekit.migrate import Patience, TableInUse, migrate
from servicekit.testing import MakeDatabase, until

Write = Callable[[str], int]
PACKAGE = "made_up_indexes"
FILE = "0001_index.sql"
SHORTLY = Patience(wait_ms=50, pause_seconds=0.01, tries=2)


@pytest.fixture
def owner(database: MakeDatabase) -> str:
    """A service's database, as its owner reaches it."""
    return database("status").owner_url


@pytest.fixture
async def db(owner: str) -> AsyncIterator[Connection]:
    """A table with two rows that are alike, and a partitioned one."""
    connection = await asyncpg.connect(owner)
    await connection.execute(
        "create table plain (n int); insert into plain values (1), (1);"
        "create table parted (n int, at int) partition by range (at);"
        "create table parted_1 partition of parted for values from (1) to (2);"
        "create table parted_2 partition of parted for values from (2) to (3);"
        "insert into parted values (7, 1), (8, 2)"
    )
    yield connection
    await connection.close()


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes the only file of a package's migrations."""
    folder = tmp_path / PACKAGE / "migrations"
    folder.mkdir(parents=True)
    (tmp_path / PACKAGE / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda statements: (folder / FILE).write_text(f"{MARK}\n{statements}")
    sys.modules.pop(PACKAGE, None)


async def indexes(db: Connection, table: str) -> dict[str, bool]:
    """The table's indexes, and whether each is valid."""
    rows = await db.fetch(
        "select indexrelid::regclass::text, indisvalid from pg_index where indrelid = to_regclass($1)", table
    )
    return dict(map(tuple, rows))


async def test_it_is_built_while_others_write(owner: str, db: Connection, write: Write) -> None:
    write("create index concurrently plain_n on plain (n);")
    writer = await asyncpg.connect(owner)
    await writer.execute("begin; insert into plain values (2)")
    migrating = asyncio.create_task(migrate(owner, PACKAGE))

    async def under_way() -> bool:
        return await indexes(db, "plain") == {"plain_n": False}

    await until(under_way)
    await db.execute("insert into plain values (3)")  # nobody waits behind it, though it waits for the first writer
    assert not migrating.done()
    await writer.execute("commit")
    await writer.close()
    assert await migrating == [FILE]
    assert await indexes(db, "plain") == {"plain_n": True}
    assert await migrate(owner, PACKAGE) == []


async def test_what_a_failure_left_behind_is_built_again(owner: str, db: Connection, write: Write) -> None:
    write(
        "-- Two; the second can't be.\ncreate index concurrently plain_first on plain (n);\n"
        "create unique index concurrently plain_n on plain (n);"
    )
    with pytest.raises(asyncpg.UniqueViolationError):
        await migrate(owner, PACKAGE)
    assert await indexes(db, "plain") == {"plain_first": True, "plain_n": False}
    first = await db.fetchval("select 'plain_first'::regclass::oid")
    await db.execute("delete from plain where ctid in (select ctid from plain limit 1)")
    assert await migrate(owner, PACKAGE) == [FILE]
    assert await indexes(db, "plain") == {"plain_first": True, "plain_n": True}
    assert await db.fetchval("select 'plain_first'::regclass::oid") == first  # what was done is not done again


async def test_a_partitioned_table_gets_it_partition_by_partition(owner: str, db: Connection, write: Write) -> None:
    write("create index concurrently parted_n on parted (n);")
    reader = await asyncpg.connect(owner)
    await reader.execute("begin; lock table parted_2 in access exclusive mode")
    with pytest.raises((TableInUse, asyncpg.QueryCanceledError)):
        async with asyncio.timeout(5):
            await migrate(f"{owner}?options=-c%20lock_timeout%3D100", PACKAGE, SHORTLY)
    assert await indexes(db, "parted") == {"parted_n": False}
    assert await indexes(db, "parted_1") == {"parted_n_parted_1": True}
    await reader.execute("rollback")
    await reader.close()
    await db.execute(
        "create table parted_3 (like parted including all); alter table parted attach partition parted_3"
        " for values from (3) to (4)"  # as a new month is, in the middle of it
    )
    assert await migrate(owner, PACKAGE, SHORTLY) == [FILE]
    assert await indexes(db, "parted") == {"parted_n": True}
    for leaf in ("parted_1", "parted_2", "parted_3"):
        assert [*(await indexes(db, leaf)).values()] == [True]


async def test_two_that_migrate_at_once_build_it_once(owner: str, db: Connection, write: Write) -> None:
    write("create index concurrently plain_n on plain (n);")
    applied = await asyncio.gather(*(migrate(owner, PACKAGE) for _ in range(3)))
    assert sorted(applied) == [[], [], [FILE]]
    assert await indexes(db, "plain") == {"plain_n": True}


@pytest.mark.parametrize("other", ["update plain set n = 2", "create index plain_n on plain (n)", "drop table plain"])
async def test_nothing_else_goes_outside_a_transaction(owner: str, db: Connection, write: Write, other: str) -> None:
    write("create index concurrently plain_at on plain (n);\n" + other)
    with pytest.raises(OnlyIndexes, match=other[:10]):
        await migrate(owner, PACKAGE)
    assert await indexes(db, "plain") == {}
