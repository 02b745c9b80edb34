"""Senders in the database: tokens sealed, numbers that belong to one company."""

from collections.abc import Iterable
from uuid import UUID

import asyncpg

from contracts.addresses import normalised_email
from notifier_svc.domain.sender import DkimKey, KeywordsAnsweredBy, PhoneAccount, Sender
from notifier_svc.sealing import Seal
from notifier_svc.store.planning import QUERIES, columns
from servicekit.db import Tx
from servicekit.errors import Conflict


class NumberTaken(Conflict):
    """One of these numbers belongs to another company."""

    slug = "number-taken"


class FromTaken(Conflict):
    """This From address belongs to another company."""

    slug = "from-taken"


class ServiceTaken(Conflict):
    """This Messaging Service belongs to another company."""

    slug = "messaging-service-taken"


async def find(tx: Tx, company_id: UUID) -> tuple[Sender, int] | None:
    """The company's sender and its version; `None` where it has none of its own."""
    row: asyncpg.Record | None = await QUERIES.sender(tx, company_id)
    return (_sender(row), row["version"]) if row else None


async def of_companies(tx: Tx, company_ids: Iterable[UUID]) -> dict[UUID, Sender]:
    """The senders of those companies that have one."""
    return {row["company_id"]: _sender(row) async for row in QUERIES.senders(tx, list(company_ids))}


async def lock(tx: Tx, company_id: UUID) -> tuple[Sender, int] | None:
    """Keep others from changing the company's sender until the transaction ends; then `find` it."""
    await QUERIES.lock_sender(tx, company_id)
    return await find(tx, company_id)


async def put(tx: Tx, sender: Sender, version: int) -> None:
    """Store the sender as this version.

    Raises `NumberTaken`, `FromTaken` and `ServiceTaken`; then the transaction is lost.
    """
    phone = sender.phone
    try:
        await QUERIES.put_sender(
            tx,
            sender.company_id,
            version,
            normalised_email(sender.from_address) if sender.from_address else None,
            sender.reply_to,
            phone.account_sid if phone else None,
            phone.sealed_token if phone else None,
            phone.messaging_service_sid if phone else None,
            phone.messages_per_second if phone else None,
            phone.keywords_answered_by if phone else KeywordsAnsweredBy.TWILIO,
            sender.dkim.selector if sender.dkim else None,
            sender.dkim.sealed_key if sender.dkim else None,
            sender.dkim.record if sender.dkim else None,
        )
    except asyncpg.UniqueViolationError as error:
        taken = ServiceTaken if error.constraint_name == "sender_messaging_service" else FromTaken
        raise taken from error
    await QUERIES.drop_numbers(tx, sender.company_id)
    try:
        await QUERIES.add_numbers(tx, sender.company_id, list(phone.numbers if phone else ()))
    except asyncpg.UniqueViolationError as error:
        raise NumberTaken from error


async def reseal(tx: Tx, seal: Seal) -> int:
    """Seal every token and key anew, with the first key; returns how many there are. Raises `Unopenable`."""

    def anew(company_id: UUID, sealed: bytes | None) -> bytes | None:
        return sealed and seal.seal(company_id, seal.open(company_id, sealed))

    rows = [(row["company_id"], row["auth_token"], row["dkim_key"]) async for row in QUERIES.sealed_secrets(tx)]
    sealed = [(company_id, anew(company_id, token), anew(company_id, key)) for company_id, token, key in rows]
    if sealed:
        await QUERIES.reseal(tx, *columns(sealed))
    return sum(secret is not None for _, *secrets in sealed for secret in secrets)


def _sender(row: asyncpg.Record) -> Sender:
    dkim = DkimKey(row["dkim_selector"], row["dkim_key"], row["dkim_record"]) if row["dkim_selector"] else None
    return Sender(row["company_id"], row["from_address"], row["reply_to"], _phone(row), dkim)


def _phone(row: asyncpg.Record) -> PhoneAccount | None:
    if row["account_sid"] is None:
        return None
    return PhoneAccount(
        account_sid=row["account_sid"],
        sealed_token=row["auth_token"],
        numbers=tuple(row["numbers"] or ()),
        messaging_service_sid=row["messaging_service_sid"],
        messages_per_second=row["messages_per_second"],
        keywords_answered_by=KeywordsAnsweredBy(row["keywords_answered_by"]),
    )
