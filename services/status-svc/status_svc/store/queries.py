"""The named queries of queries/*.sql."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg

from servicekit.db import load_queries

queries: Any = load_queries("status_svc")


async def rows(found: AsyncIterator[asyncpg.Record]) -> list[asyncpg.Record]:
    """All rows of a query."""
    return [row async for row in found]
