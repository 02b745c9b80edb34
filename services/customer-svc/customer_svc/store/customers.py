"""Customers as whole aggregates: load one, save what changed of it, publish its profile."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from contracts.profiles import Consent, CustomerDeleted, CustomerProfile, Phone
from contracts.topics import CUSTOMERS
from customer_svc.domain.changes import By, Change, changes
from customer_svc.domain.consent import phones_of, put
from customer_svc.domain.customer import Customer, deleted, profile
from customer_svc.domain.summary import Filter, Order, Position, Summary, searchable
from customer_svc.store import changes as log
from customer_svc.store import queries
from customer_svc.store.refusals import refusals
from customer_svc.store.rows import Tables, changed, gone, rows_of
from servicekit import outbox
from servicekit.db import Tx
from servicekit.errors import NotFound


async def get(tx: Tx, company_id: UUID, customer_id: UUID) -> Customer:
    """The customer. Raises `NotFound`, for another company's too."""
    rows = [row async for row in queries.load_customers(tx, company_id, [customer_id])]
    if not rows:
        raise NotFound("There is no such customer.")
    return Customer.model_validate(dict(rows[0]))


async def lock(tx: Tx, company_id: UUID, customer_id: UUID) -> Customer:
    """The customer; nobody else changes it until the transaction ends. Raises `NotFound`."""
    await queries.lock_customer(tx, company_id, customer_id)
    return await get(tx, company_id, customer_id)


async def listed(tx: Tx, wanted: Filter, order: Order, after: Position | None, limit: int) -> list[Summary]:
    """The first `limit` customers of this transaction's company that match, after a position in the list."""
    name, moment, last_id = after or (None, None, None)
    rows = queries.list_customers(
        tx,
        *(wanted.archived, wanted.blocked, wanted.kind, wanted.region_id, wanted.tag, wanted.pattern, wanted.digits),
        *(wanted.preference, wanted.preferred, order is Order.NEWEST, name, moment, last_id, limit),
    )
    return [Summary.model_validate(dict(row)) async for row in rows]


async def add(tx: Tx, customer: Customer, by: By) -> Customer:
    """Store and publish a new customer."""
    customer = await _still_opted_out(tx, (), customer)
    await _write(tx, {}, customer)
    await log.add(tx, customer, by, changes(None, customer))
    return customer


async def save(tx: Tx, before: Customer, after: Customer, by: By) -> Customer:
    """Store and publish a changed customer as its next version; one that did not change stays as it is."""
    if after == before:
        return before
    after = await _still_opted_out(tx, phones_of(before), after)
    after = after.model_copy(update={"version": before.version + 1})
    await _write(tx, rows_of(before), after)
    await log.add(tx, after, by, changes(before, after))
    return after


async def delete(tx: Tx, customer: Customer, by: By) -> None:
    """Remove every row of the customer and tell the others; change log and ledger keep that it was so (S4.17)."""
    await queries.delete_customer(tx, customer.company_id, customer.id)
    await log.forget(tx, customer.company_id, customer.id)
    await queries.forget_typed_sources(tx, customer.company_id, customer.id)
    await queries.forget_answers(tx, customer.company_id, customer.id)
    await log.add(tx, customer, by, [Change("customer", None, None, None)])
    await _publish(tx, deleted(customer))


async def _still_opted_out(tx: Tx, known: Iterable[Phone], customer: Customer) -> Customer:
    """The customer, whose new phones have opted out where another phone of the same number has (D12)."""
    old = {phone.id for phone in known}
    new = {phone.id: phone.number for phone in phones_of(customer) if phone.id not in old}
    if not new:
        return customer
    found = {row["number"] async for row in queries.opted_out(tx, customer.company_id, list(new.values()))}
    for id, number in new.items():
        if number in found:
            customer = put(customer, id, Consent.REVOKED)
    return customer


async def _write(tx: Tx, before: Tables, customer: Customer) -> None:
    tables = rows_of(customer)
    with refusals():
        await queries.save_customer(tx, *_row(customer))
    for table, rows in tables.items():
        await _write_table(tx, customer.company_id, table, before.get(table, []), rows)
    await _publish(tx, profile(customer))


async def _write_table(tx: Tx, company_id: UUID, table: str, before: list[Any], after: list[Any]) -> None:
    if ids := gone(before, after):
        await getattr(queries, f"remove_{table}")(tx, company_id, ids)
    if rows := changed(before, after):
        await getattr(queries, f"save_{table}")(tx, rows)


def _row(customer: Customer) -> tuple[Any, ...]:
    return (
        customer.company_id,
        customer.id,
        customer.version,
        customer.name,
        customer.kind,
        customer.region_id,
        customer.head_office,
        customer.send_client_notifications,
        customer.tags,
        customer.zone,
        customer.archived,
        customer.blocked,
        customer.notes,
        customer.sales_tax_exempt,
        customer.reward_balance,
        [card.model_dump() for card in customer.cards],
        searchable(customer),
        customer.external_id,
        customer.locale,
    )


async def _publish(tx: Tx, snapshot: CustomerProfile | CustomerDeleted) -> None:
    await outbox.add(tx, [outbox.Message(CUSTOMERS, str(snapshot.id), snapshot.company_id, snapshot)])
