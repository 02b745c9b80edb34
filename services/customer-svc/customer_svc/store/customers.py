"""Customers as whole aggregates: load one, save what changed of it, publish its profile."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from contracts.profiles import Consent, CustomerDeleted, CustomerProfile, Phone
from contracts.topics import CUSTOMERS
from customer_svc.domain.changes import By, Change, changes
from customer_svc.domain.consent import phones_of, put
from customer_svc.domain.customer import Customer, deleted, profile
from customer_svc.domain.imports import DELETED_MEANWHILE
from customer_svc.domain.summary import Filter, Order, Position, Summary, searchable
from customer_svc.store import changes as log
from customer_svc.store import queries
from customer_svc.store.consent import Said, write_down
from customer_svc.store.refusals import refusals
from customer_svc.store.rows import Tables, changed, gone, rows_of
from servicekit import outbox
from servicekit.db import Tx
from servicekit.errors import NotFound


async def get(tx: Tx, company_id: UUID, customer_id: UUID) -> Customer:
    """The customer. Raises `NotFound`, for another company's too."""
    found = await load(tx, company_id, [customer_id])
    if not found:
        raise NotFound("There is no such customer.")
    return found[0]


async def load(tx: Tx, company_id: UUID, ids: Sequence[UUID]) -> list[Customer]:
    """Those of these customers that are there, in no order."""
    return [Customer.model_validate(dict(row)) async for row in queries.load_customers(tx, company_id, ids)]


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


async def named(tx: Tx, company_id: UUID, ids: Sequence[UUID]) -> list[Summary]:
    """Those of these customers that are there, by name."""
    return [Summary.model_validate(dict(row)) async for row in queries.customers_named(tx, company_id, ids)]


async def add(tx: Tx, customer: Customer, by: By) -> Customer:
    """Store and publish a new customer."""
    [added] = await add_all(tx, [customer], by)
    return added


async def add_all(tx: Tx, customers: Sequence[Customer], by: By) -> list[Customer]:
    """Store and publish new customers of one company."""
    added = await _still_opted_out(tx, (), customers)
    await _write(tx, {}, added)
    await log.add_all(tx, [(customer, changes(None, customer)) for customer in added], by)
    await _note_opted_out(tx, (), added, by)
    return added


async def save(tx: Tx, before: Customer, after: Customer, by: By) -> Customer:
    """Store and publish a changed customer as its next version; one that did not change stays as it is."""
    if after == before:
        return before
    [after] = await _still_opted_out(tx, phones_of(before), [after])
    after = after.model_copy(update={"version": before.version + 1})
    await _write(tx, rows_of(before), [after])
    await log.add(tx, after, by, changes(before, after))
    await _note_opted_out(tx, phones_of(before), [after], by)
    return after


async def number_of(tx: Tx, company_id: UUID, phone_id: UUID) -> str | None:
    """A phone's number, which is the same for ever; `None` where the phone is gone."""
    number: str | None = await queries.number_of_phone(tx, company_id, phone_id)
    return number


async def lock_with_number(tx: Tx, company_id: UUID, number: str | None, customer_id: UUID) -> list[UUID]:
    """The customer, and everybody else who has a phone with this number: nobody else changes them meanwhile."""
    found = queries.lock_customers_with_number(tx, company_id, number, customer_id)
    return [row["id"] async for row in found]


async def lock_to_delete(tx: Tx, company_id: UUID, customer_id: UUID) -> Customer:
    """The customer, and before it the unfinished imports: each holds itself before its customers. Raises `NotFound`."""
    async for _ in queries.lock_imports_at_work(tx, company_id):
        pass
    return await lock(tx, company_id, customer_id)


async def delete(tx: Tx, customer: Customer, by: By) -> None:
    """Remove every row of the customer, `lock_to_delete`d, and tell the others (S4.17).

    Change log and ledger keep that it was so. No import that waits brings the customer back.
    """
    await queries.delete_customer(tx, customer.company_id, customer.id)
    await queries.forget_lines(tx, customer.company_id, customer.id, customer.external_id, DELETED_MEANWHILE)
    await log.forget(tx, customer.company_id, customer.id)
    await queries.forget_typed_sources(tx, customer.company_id, customer.id)
    await queries.forget_answers(tx, customer.company_id, customer.id)
    await queries.forget_unpublished(tx, customer.company_id, customer.id)
    await log.add(tx, customer, by, [Change("customer", None, None, None)])
    await _publish(tx, [deleted(customer)])


async def _still_opted_out(tx: Tx, known: Iterable[Phone], customers: Sequence[Customer]) -> list[Customer]:
    """The customers, whose new phones have opted out where another phone of the same number has (D12)."""
    old = {phone.id for phone in known}
    new = [(customer.id, phone) for customer in customers for phone in phones_of(customer) if phone.id not in old]
    after = {customer.id: customer for customer in customers}
    if new:
        numbers = [phone.number for _, phone in new]
        found = {row["number"] async for row in queries.opted_out(tx, customers[0].company_id, numbers)}
        for id, phone in new:
            if phone.number in found:
                after[id] = put(after[id], phone.id, Consent.REVOKED)
    return list(after.values())


async def _note_opted_out(tx: Tx, known: Iterable[Phone], customers: Sequence[Customer], by: By) -> None:
    """The ledger says of each new phone that may not be texted why it begins so."""
    old = {phone.id for phone in known}
    said = Said("another phone of this number had opted out", by.actor)
    for customer in customers:
        for phone in phones_of(customer):
            if phone.id not in old and phone.sms_consent is Consent.REVOKED:
                await write_down(tx, customer, phone.id, said)


async def _write(tx: Tx, before: Tables, customers: Sequence[Customer]) -> None:
    """Customers of one company; `before` are the rows of the one that was there."""
    with refusals():
        await queries.save_customer(tx, map(_row, customers))
    tables = [rows_of(customer) for customer in customers]
    for table in tables[0] if tables else ():
        rows = [row for of_one in tables for row in of_one[table]]
        await _write_table(tx, customers[0].company_id, table, before.get(table, []), rows)
    if before.get("email_address"):
        await queries.drop_accounts_of_other_addresses(tx, customers[0].company_id, customers[0].id)
    await _publish(tx, map(profile, customers))


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


async def _publish(tx: Tx, snapshots: Iterable[CustomerProfile | CustomerDeleted]) -> None:
    await outbox.add(tx, [outbox.Message(CUSTOMERS, str(each.id), each.company_id, each) for each in snapshots])
