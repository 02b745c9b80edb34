"""Fills customer-svc's database in sets, with what a million requests would leave there."""

from pathlib import Path
from uuid import UUID

import aiosql
import asyncpg

from deploy.local.plan import Plan

CHUNK = 25_000
queries = aiosql.from_path(
    Path(__file__).with_name("queries"), "asyncpg", mandatory_parameters=False, kwargs_only=False
)


async def fill(plan: Plan, company_id: UUID, count: int) -> None:
    """Add customers. The index of the search is made afterwards: kept up row by row it takes five times as long."""
    owner = await asyncpg.connect(plan.role_url("customer-svc", "owner"))
    worker = await asyncpg.connect(plan.role_url("customer-svc", "worker"))
    try:
        index = await owner.fetchval("select pg_get_indexdef('customer_search'::regclass)")
        await owner.execute("drop index customer_search")
        for first in range(1, count + 1, CHUNK):
            await queries.fill(worker, company_id, first, min(count, first + CHUNK - 1))
        await owner.execute("set maintenance_work_mem = '512MB'")
        await owner.execute(index)
        await owner.execute("vacuum analyze")
    finally:
        await owner.close()
        await worker.close()


async def fetch(plan: Plan, sql: str, *values: object) -> list[asyncpg.Record]:
    """Rows of customer-svc's database, of all companies."""
    worker = await asyncpg.connect(plan.role_url("customer-svc", "worker"))
    try:
        return list(await worker.fetch(sql, *values))
    finally:
        await worker.close()
