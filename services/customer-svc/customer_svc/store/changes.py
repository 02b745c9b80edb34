"""The change logs: rows are added; a customer's lose what they say when the customer is deleted, a company's never."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from contracts.profiles import CompanyProfile
from customer_svc.domain.changes import By, Change, Operation
from customer_svc.domain.customer import Customer
from customer_svc.domain.preferences import Setting, kept
from customer_svc.store import queries
from servicekit.db import Tx


@dataclass(frozen=True, slots=True)
class Filter:
    """Which changes; `None` does not narrow."""

    field: str | None = None
    """This one, or all below it: `contacts.flags`."""
    part_id: UUID | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def add(tx: Tx, customer: Customer, by: By, changes: Iterable[Change]) -> None:
    """Note what became of this customer with its present version."""
    await add_all(tx, [(customer, changes)], by)


async def add_all(tx: Tx, made: Iterable[tuple[Customer, Iterable[Change]]], by: By) -> None:
    """Note what became of each of these customers with its present version."""
    rows = [
        (customer.company_id, customer.id, customer.version, c.field, c.part_id, _json(c.old), _json(c.new))
        for customer, changes in made
        for c in changes
    ]
    if rows:
        await queries.add_changes(tx, by.actor, by.name, by.how, *map(list, zip(*rows, strict=True)))


async def add_company(tx: Tx, company: CompanyProfile, by: Operation, changes: Iterable[Change]) -> None:
    """Note what became of the company with its present version."""
    rows = [(c.field, c.part_id, _json(c.old), _json(c.new)) for c in changes]
    if rows:
        by_whom = (by.actor.id, by.name, by.actor.role, by.how)
        await queries.add_company_changes(
            tx, company.id, company.version, *by_whom, *map(list, zip(*rows, strict=True))
        )


def _json(value: Any) -> str | None:
    """As text: in an array of JSON a list would be taken for one more dimension."""
    return None if value is None else orjson.dumps(value).decode()


async def listed(
    tx: Tx, company_id: UUID, customer_id: UUID, wanted: Filter, before: int | None, limit: int
) -> list[asyncpg.Record]:
    """Up to `limit` changes older than change `before`, newest first."""
    found = queries.list_changes(
        tx,
        *(company_id, customer_id, wanted.field, wanted.part_id, wanted.actor, wanted.since, wanted.until),
        *(before, limit),
    )
    return [row async for row in found]


async def listed_of_company(tx: Tx, wanted: Filter, before: int | None, limit: int) -> list[asyncpg.Record]:
    """The same of the company whose transaction this is."""
    narrowed = (wanted.field, wanted.part_id, wanted.actor, wanted.since, wanted.until)
    return [row async for row in queries.list_company_changes(tx, *narrowed, before, limit)]


async def settings(tx: Tx, company_id: UUID, customer_id: UUID) -> list[Setting]:
    """Who set each flag, and who added each part, last; oldest first."""
    found = queries.settings_of_customer(tx, company_id, customer_id)
    return [Setting(row["part_id"], row["field"], row["actor"], row["how"], row["at"]) async for row in found]


async def add_kept(tx: Tx, customer: Customer, by: By, named: Collection[tuple[UUID, str]]) -> None:
    """Note of the flags that their owner named, each with its part, which are so by the owner's wish from now on.

    What the owner had set last already is not noted again, however often it is named.
    """
    if named:
        log = await settings(tx, customer.company_id, customer.id)
        await add(tx, customer, by, kept(customer, named, log))


async def forget(tx: Tx, company_id: UUID, customer_id: UUID) -> None:
    """Keep that there were changes, and by whom; not what they said."""
    await queries.forget_changes(tx, company_id, customer_id)
