"""The database: two pools (api, worker), one transaction per act, queries from SQL files."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import aiosql
import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy

from servicekit.errors import Unavailable

if TYPE_CHECKING:  # generic in the stubs only
    Connection = asyncpg.Connection[asyncpg.Record]
    # A connection inside a transaction that the caller opened and will commit.
    Tx = Connection | PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Connection, Pool = asyncpg.Connection, asyncpg.Pool
    Tx = Connection | PoolConnectionProxy

ACQUIRE_SECONDS = 2.0
COMMAND_SECONDS = 30.0

# Trouble of the database itself: says nothing about the work, so the work is tried again.
TROUBLE: tuple[type[Exception], ...] = (
    OSError,
    TimeoutError,
    Unavailable,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the connection was lost in the middle of something
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
)


def load_queries(package: str) -> Any:
    """The named queries of `<package>/queries/*.sql`, as functions of (tx, *positional parameters)."""
    return aiosql.from_path(
        Path(str(files(package) / "queries")), "asyncpg", mandatory_parameters=False, kwargs_only=False
    )


def plain_uuid(value: object) -> str:
    """For orjson, which knows `UUID` but not the subclass that asyncpg returns."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError


async def configure(connection: Connection) -> None:
    """Let `jsonb` travel as Python objects."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + orjson.dumps(value, default=plain_uuid),
        decoder=lambda raw: orjson.loads(raw[1:]),
    )


async def connect(url: str, name: str) -> Connection:
    """A connection of its own, outside the pools; for listening, leading and hot statements."""
    connection = await asyncpg.connect(
        url, timeout=ACQUIRE_SECONDS * 5, command_timeout=COMMAND_SECONDS, server_settings={"application_name": name}
    )
    try:
        await configure(connection)
    except BaseException:
        connection.terminate()
        raise
    return connection


async def _nothing_to_reset(_connection: Connection) -> None:
    """What a transaction sets ends with it, and nothing outlives one: no lock, listener or setting of a session."""


async def _open(url: str, size: int, name: str) -> Pool:
    """A pool that connects at first use, so that a service starts while its database is away."""
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        init=configure,
        reset=_nothing_to_reset,
        timeout=ACQUIRE_SECONDS,
        command_timeout=COMMAND_SECONDS,
        server_settings={"application_name": name},
    )


class Database:
    """A service's database, as one company's request sees it or as the service's workers do."""

    def __init__(self, api: Pool, worker: Pool, worker_url: str, name: str) -> None:
        self._api = api
        self._worker = worker
        self._worker_url = worker_url
        self._name = name

    @classmethod
    async def open(cls, api_url: str, worker_url: str, *, size: int, name: str) -> "Database":
        """Open both pools; nothing is connected yet."""
        return cls(await _open(api_url, size, name), await _open(worker_url, size, name), worker_url, name)

    async def close(self) -> None:
        """Close both pools, waiting a moment for work in flight."""
        for pool in (self._api, self._worker):
            try:
                async with asyncio.timeout(5):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    @asynccontextmanager
    async def company(self, company_id: UUID) -> AsyncIterator[Tx]:
        """One transaction in which row-level security shows this company only."""
        async with _transaction(self._api) as tx:
            await tx.execute("select set_config('app.company_id', $1, true)", str(company_id))
            yield tx

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[Tx]:
        """One transaction across companies: for relay, consumers, sender and platform requests."""
        async with _transaction(self._worker) as tx:
            yield tx

    async def worker_connection(self) -> Connection:
        """A worker connection outside the pool. The caller closes it."""
        return await connect(self._worker_url, self._name)

    async def check(self) -> None:
        """Raise unless both roles can reach the database."""
        for pool in (self._api, self._worker):
            async with _transaction(pool) as tx:
                await tx.execute("select 1")


@asynccontextmanager
async def _transaction(pool: Pool) -> AsyncIterator[Tx]:
    try:
        connection = await pool.acquire(timeout=ACQUIRE_SECONDS)
    except TROUBLE as error:
        raise Unavailable("The database can't be reached.") from error
    try:
        async with connection.transaction():
            yield connection
    finally:
        await pool.release(connection)
