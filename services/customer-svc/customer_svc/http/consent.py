"""Consent over HTTP: ask a phone's owner by text, write down what was said elsewhere, read the ledger."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from contracts.customer_requests import SmsPermissionRequested
from contracts.deliveries import Channel
from contracts.profiles import Consent, Phone
from customer_svc.domain import consent
from customer_svc.domain.consent import ConsentGiven
from customer_svc.domain.customer import Customer
from customer_svc.domain.permission import question
from customer_svc.http.changing import OFFICE, ByAdminOrService, ByOffice, Changing, by
from customer_svc.store import companies, customers
from customer_svc.store import consent as store
from customer_svc.store.consent import Said
from servicekit import clock
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.http import Db
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, encode_cursor, read_cursor, row_number

ASKED = "asked by text"

router = APIRouter(prefix="/v1/customers/{customer_id}", tags=["consent"])

Office = Annotated[Principal, Depends(require(*OFFICE))]


class LedgerEntry(BaseModel):
    """What was asked or said about one phone, when, and how it is known."""

    id: int
    at: datetime
    channel: Channel
    person_id: UUID | None
    """The contact or additional recipient."""
    phone_id: UUID | None
    state: Consent
    source: str
    wording: str | None
    """What was asked or told, word for word."""
    actor: str
    """Who wrote it down; `customer` where the owner answered."""


@router.post("/phones/{phone_id}/consent/request", response_model=Customer)
async def ask(phone_id: UUID, by_office: ByOffice) -> Response:
    """Ask by text whether this phone may be texted (S1.18). A 409 where it said so already, or after a STOP (S1.19)."""

    async def asked(tx: Tx, who: Principal, customer: Customer) -> None:
        wording = question(await companies.get(tx, customer.company_id))
        await store.write_down(tx, customer, phone_id, Said(ASKED, who.subject, wording))
        await store.request(tx, SmsPermissionRequested, customer, phone_id, wording)

    async def permitted(tx: Tx, customer: Customer) -> Customer:
        last_asked = await store.last_asked(tx, customer.company_id, phone_id)
        return consent.ask(customer, phone_id, last_asked, clock.now())

    return await by_office.change_in(permitted, asked)


@router.put("/phones/{phone_id}/consent", response_model=Customer)
async def set_consent(phone_id: UUID, body: ConsentGiven, by_admin: ByAdminOrService) -> Response:
    """Write down what a phone's owner said about texts, and how that is known; a 409 after a STOP (S1.19).

    What is revoked is revoked for the number: of every phone of the company that has it.
    """
    if body.sms is Consent.REVOKED:
        return await _revoke(phone_id, body, by_admin)

    async def noted(tx: Tx, who: Principal, customer: Customer) -> None:
        await store.write_down(tx, customer, phone_id, Said(body.source, who.subject))

    return await by_admin.change(lambda customer, _: consent.write_down(customer, phone_id, body), noted)


async def _revoke(phone_id: UUID, body: ConsentGiven, by_admin: Changing) -> Response:
    async def noted(tx: Tx, who: Principal, customer: Customer) -> None:
        _, named = consent.find(customer, phone_id)
        for phone in consent.with_number(customer, named.number):
            await store.write_down(tx, customer, phone.id, Said(body.source, who.subject))
        await _revoke_elsewhere(tx, who, customer, named)

    return await by_admin.change_number(
        phone_id, lambda customer, _: consent.write_down(customer, phone_id, body), noted
    )


async def _revoke_elsewhere(tx: Tx, who: Principal, customer: Customer, named: Phone) -> None:
    """Of other customers; what was typed may name the one, and is not told of the others."""
    said = Said(f"written down for phone {named.id} of the same number", who.subject)
    ids = await customers.lock_with_number(tx, customer.company_id, named.number, customer.id)
    for before in await customers.load(tx, customer.company_id, [id for id in ids if id != customer.id]):
        after = await customers.save(tx, before, consent.revoked(before, named.number), by(who))
        for phone in consent.with_number(before, named.number):
            if phone.sms_consent is not Consent.REVOKED:
                await store.write_down(tx, after, phone.id, said)


@router.get("/consent")
async def read_ledger(
    customer_id: UUID,
    who: Office,
    db: Db,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Page[LedgerEntry]:
    """All that was asked and said about the customer's phones, newest first (G14)."""
    [before] = read_cursor(cursor, row_number) if cursor else (None,)
    async with db.company(who.company) as tx:
        await customers.get(tx, who.company, customer_id)
        rows = await store.of_customer(tx, who.company, customer_id, before, limit + 1)
    items = [LedgerEntry.model_validate(dict(row)) for row in rows[:limit]]
    return Page(items=items, next_cursor=encode_cursor(items[-1].id) if len(rows) > limit else None)
