"""A database connection of its own for hot statements: no reset between uses, plans pinned."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from servicekit.db import TROUBLE, Connection, Database, Tx

CLOSE_SECONDS = 2.0
# A plan made while a table was empty goes bad as it fills. Every hot statement goes by keys and in the order of an
# index: nothing else may even be considered.
PINNED = "; ".join(f"set enable_{way} = off" for way in ("hashjoin", "mergejoin", "seqscan", "bitmapscan", "sort"))


class Line:
    """One worker connection, used by one statement or transaction at a time; opened again after it broke."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = asyncio.Lock()
        self._connection: Connection | None = None

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Tx]:
        """The connection, outside a transaction. Raises what `servicekit.db.TROUBLE` lists."""
        async with self._lock:
            connection = await self._open()
            try:
                yield connection
            except TROUBLE:
                connection.terminate()
                raise

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """The connection, in one transaction."""
        async with self.use() as tx, tx.transaction():
            yield tx

    async def close(self) -> None:
        """Hang up, without a word where the database does not answer."""
        if self._connection is not None and not self._connection.is_closed():
            try:
                await self._connection.close(timeout=CLOSE_SECONDS)
            except TROUBLE:
                self._connection.terminate()

    async def _open(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._database.worker_connection()
            await self._connection.execute(PINNED)
        return self._connection
