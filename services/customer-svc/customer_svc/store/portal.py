"""Portal accounts, their sessions, and tries to sign in."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from contracts.customer_requests import InvitationRequested, Purpose
from contracts.topics import CUSTOMER_REQUESTS
from customer_svc.domain.customer import Customer
from customer_svc.domain.portal import ASK_AGAIN_AFTER, GOOD_FOR, SESSION, Access, Account, SignsInElsewhere
from customer_svc.store import queries
from servicekit import outbox
from servicekit.db import Database, Tx

NO_COMPANY = UUID(int=0)
"""Tries to sign in to a company that there is not are counted here."""
_OF_ACCESS = Access.__dataclass_fields__.keys() - {"locked_until"}


async def company_called(tx: Tx, slug: str) -> UUID:
    """The company's id; `NO_COMPANY` where there is none."""
    id: UUID | None = await queries.company_with_slug(tx, slug)
    return id or NO_COMPANY


async def invite(
    tx: Tx,
    customer: Customer,
    contact_id: UUID,
    email_id: UUID,
    address: str,
    purpose: Purpose,
    now: datetime,
    *,
    asked: bool,
) -> None:
    """Have a link sent by which the contact chooses a password: the one sent before, while that holds.

    `asked`: by whoever says to be the contact, who waits longer each time.
    """
    expires_at = now + GOOD_FOR[purpose]
    account = (customer.company_id, email_id, customer.id, address)
    invitation_id: UUID = await queries.invite(tx, *account, uuid4(), expires_at, int(asked))
    request = InvitationRequested(
        id=uuid4(),
        invitation_id=invitation_id,
        company_id=customer.company_id,
        customer_id=customer.id,
        customer_version=customer.version,
        person_id=contact_id,
        email_id=email_id,
        purpose=purpose,
        expires_at=expires_at,
    )
    message = outbox.Message(CUSTOMER_REQUESTS, str(customer.id), customer.company_id, request, id=request.id)
    await outbox.add(tx, [message])


async def signs_in_elsewhere(tx: Tx, company_id: UUID, address: str, email_id: UUID) -> bool:
    """Whether another contact signs in with this address."""
    return bool(await queries.signs_in_elsewhere(tx, company_id, address, email_id))


async def account(tx: Tx, company_id: UUID, email_id: UUID) -> Account | None:
    """Whoever signs in by this address of the profile, or is invited to."""
    return _account(company_id, await queries.portal_account_of(tx, company_id, email_id))


async def account_with(tx: Tx, company_id: UUID, address: str) -> Account | None:
    """Whoever signs in with an address."""
    return _account(company_id, await queries.portal_account_with(tx, company_id, address))


async def sign_in_addresses(tx: Tx, company_id: UUID, customer_ids: Sequence[UUID]) -> set[UUID]:
    """Ids of those of the customers' email addresses by which somebody signs in."""
    return {row["email_id"] async for row in queries.sign_in_addresses(tx, company_id, customer_ids)}


async def account_to_remind(tx: Tx, company_id: UUID, address: str) -> Account | None:
    """Whoever has an account by this address, unless they were written to a while ago; locked."""
    return _account(company_id, await queries.portal_account_to_remind(tx, company_id, address, ASK_AGAIN_AFTER))


async def invited(tx: Tx, company_id: UUID, invitation_id: UUID) -> Account | None:
    """Whose invitation this is, if it still holds; nobody else uses it until the transaction ends."""
    return _account(company_id, await queries.invited(tx, company_id, invitation_id))


async def confirm(tx: Tx, account: Account, password_hash: str) -> None:
    """Give the account its password; who is signed in by the old one is no more. Raises `SignsInElsewhere`."""
    try:
        await queries.confirm(tx, account.company_id, account.email_id, password_hash)
    except asyncpg.UniqueViolationError:
        raise SignsInElsewhere from None
    await queries.drop_sessions_of(tx, account.company_id, account.email_id)


async def begin_session(tx: Tx, account: Account, token: str) -> None:
    """Let the bearer of this token get access tokens for a while."""
    await queries.add_session(tx, account.company_id, _hash(token), account.email_id, SESSION)


async def in_session(tx: Tx, token: str) -> Account | None:
    """Whose session this is."""
    row: asyncpg.Record | None = await queries.portal_session(tx, _hash(token))
    return await account(tx, row["company_id"], row["email_id"]) if row else None


async def end_session(tx: Tx, token: str) -> None:
    """Sign out; twice is once."""
    await queries.drop_session(tx, _hash(token))


async def count_try(tx: Tx, company_id: UUID, hashed: bytes) -> int | None:
    """Count one more try, and say which it is in a row; `None` while nobody may try."""
    row: asyncpg.Record | None = await queries.count_attempt(tx, company_id, hashed)
    return row["failures"] if row else None


async def lock(tx: Tx, company_id: UUID, hashed: bytes, duration: timedelta) -> None:
    """Let nobody try for a while."""
    await queries.lock_sign_in(tx, company_id, hashed, duration)


async def locked_for(tx: Tx, company_id: UUID, hashed: bytes) -> int:
    """How many seconds nobody may try."""
    seconds: int | None = await queries.locked_for(tx, company_id, hashed)
    return seconds or 0


async def accesses(tx: Tx, company_id: UUID, customer_id: UUID, tag: Callable[[UUID, str], bytes]) -> list[Access]:
    """Where each email address of a customer's contacts stands; `tag` hashes one as tries to sign in are counted."""
    rows = [row async for row in queries.portal_accounts_of_customer(tx, company_id, customer_id)]
    hashes = [tag(company_id, row["normalised"]) for row in rows]
    locked = {row["address_hash"]: row["locked_until"] async for row in queries.locked_until(tx, company_id, hashes)}
    return [
        Access(**{name: row[name] for name in _OF_ACCESS}, locked_until=locked.get(hashed))
        for row, hashed in zip(rows, hashes, strict=True)
    ]


async def forget_tries(tx: Tx, company_id: UUID, hashed: bytes) -> None:
    """It was the right password."""
    await queries.forget_attempts(tx, company_id, hashed)


async def forget_old(database: Database) -> None:
    """Sessions that ended, and tries of another day."""
    async with database.worker() as tx:
        await queries.forget_old_attempts(tx)
        await queries.forget_old_sessions(tx)


def _account(company_id: UUID, row: asyncpg.Record | None) -> Account | None:
    if row is None:
        return None
    fields: dict[str, Any] = {name: row[name] for name in Account.__dataclass_fields__ if name != "company_id"}
    return Account(company_id=company_id, **fields)


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
