"""Senders over HTTP: what a company's messages come from."""

import asyncio
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, SecretStr, StringConstraints, model_validator

from contracts.addresses import normalised_email
from contracts.jobs import Role
from notifier_svc.channels.dkim import BadKey, key_of, record_of
from notifier_svc.domain import changes
from notifier_svc.domain.addresses import Address, Number
from notifier_svc.domain.sender import DkimKey, KeywordsAnsweredBy, PhoneAccount, Sender
from notifier_svc.http.changes import by
from notifier_svc.sealing import Seal, Unopenable
from notifier_svc.store import changes as log
from notifier_svc.store import senders as store
from servicekit.auth import Principal, require
from servicekit.errors import NotFound, Unprocessable
from servicekit.http import Body, Db
from servicekit.preconditions import IfMatch, check_singleton, etag

router = APIRouter(prefix="/v1/sender", tags=["sender"])

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]
Admin = Annotated[Principal, Depends(require(Role.ADMIN))]


class TokenNeeded(Unprocessable):
    """A new phone account needs its auth token."""

    slug = "token-needed"


class PhoneBody(Body):
    """A company's account at Twilio."""

    account_sid: Annotated[str, StringConstraints(pattern=r"^AC[0-9a-f]{32}$")]
    auth_token: Annotated[SecretStr, Field(min_length=8, max_length=128)] | None = None
    """Written, never read back; where absent, the one of this account that is stored stays."""
    messaging_service_sid: Annotated[str, StringConstraints(pattern=r"^MG[0-9a-f]{32}$")] | None = None
    """Sends the texts, this company's only; without one the first number does."""
    numbers: Annotated[list[Number], Field(min_length=1, max_length=50)]
    """E.164, each of this company only; calls come from the first."""
    messages_per_second: float = Field(1.0, gt=0, le=1000)
    """What Twilio lets the account send."""
    keywords_answered_by: KeywordsAnsweredBy = KeywordsAnsweredBy.TWILIO
    """Who replies to STOP, START and HELP: Twilio, unless the account has its own handling of them switched off."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.numbers)) < len(self.numbers):
            raise ValueError("a number is listed twice")
        return self


class KeyNeeded(Unprocessable):
    """A DKIM key under a new selector needs its private half."""

    slug = "key-needed"


class DkimBody(Body):
    """What the company's emails are signed with, in the name of its From's domain."""

    selector: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private_key: Annotated[SecretStr, Field(min_length=40, max_length=4000)] | None = None
    """PEM: RSA of 2,048 to 4,096 bits, or Ed25519. Written, never read back; where absent, the stored one stays."""


class SenderBody(Body):
    """What a company's messages come from; where absent, the installation's From, and the brand's email for replies."""

    from_address: Address | None = None
    reply_to: Address | None = None
    phone: PhoneBody | None = None
    """Without an account the company neither texts nor calls; a body without one takes it and its token away."""
    dkim: DkimBody | None = None
    """Needs a From of its own; without one the installation signs, if it has a key. A body without it takes it away."""

    @model_validator(mode="after")
    def _signs_its_own(self) -> Self:
        if self.dkim and not self.from_address:
            raise ValueError("a DKIM key signs for the From's domain: it needs a from_address")
        return self


class DkimView(BaseModel):
    """The DKIM key without its private half, and the TXT record that shows the public one to the world."""

    selector: str
    record_name: str
    record: str | None
    """None where no key in the settings opens it: put it anew."""


class PhoneView(BaseModel):
    """The phone account without its token."""

    account_sid: str
    messaging_service_sid: str | None
    numbers: list[str]
    messages_per_second: float
    keywords_answered_by: KeywordsAnsweredBy


class SenderView(BaseModel):
    """What the company's messages come from."""

    version: int
    from_address: str | None
    reply_to: str | None
    phone: PhoneView | None
    dkim: DkimView | None


@router.get("", response_model=SenderView)
async def get_sender(who: Office, db: Db, request: Request) -> JSONResponse:
    """The company's sender, with the ETag that a change must name; 404 where it has none of its own yet."""
    async with db.company(who.company) as tx:
        found = await store.find(tx, who.company)
    if found is None:
        raise NotFound("The company sends from the installation's address, and neither texts nor calls.")
    return _answer(*found, request.app.state.seal)


@router.put("", response_model=SenderView)
async def put_sender(body: SenderBody, request: IfMatch, who: Admin, db: Db) -> JSONResponse:
    """Set or replace the sender; what waits goes out from the new one. The first needs no If-Match."""
    seal: Seal = request.app.state.seal
    record = await _record(body.dkim)
    async with db.company(who.company) as tx:
        found = await store.lock(tx, who.company)
        version = found[1] if found else 0
        check_singleton(request, version)
        if body.from_address and normalised_email(body.from_address) == request.app.state.own_address:
            raise store.FromTaken("It is the installation's own.")
        sender = Sender(
            company_id=who.company,
            from_address=body.from_address,
            reply_to=body.reply_to,
            phone=_account(body.phone, seal, who, found[0].phone if found else None) if body.phone else None,
            dkim=_dkim(body.dkim, record, seal, who, found[0].dkim if found else None) if body.dkim else None,
        )
        await store.put(tx, sender, version + 1)
        await log.add(tx, by(request, who), changes.of_sender(sender, version + 1, found[0] if found else None))
    return _answer(sender, version + 1, seal)


def _account(body: PhoneBody, seal: Seal, who: Principal, before: PhoneAccount | None) -> PhoneAccount:
    if body.auth_token is not None:
        token = seal.seal(who.company, body.auth_token.get_secret_value())
    elif before is not None and before.account_sid == body.account_sid:
        token = before.sealed_token
    else:
        raise TokenNeeded
    return PhoneAccount(
        account_sid=body.account_sid,
        sealed_token=token,
        numbers=tuple(body.numbers),
        messaging_service_sid=body.messaging_service_sid,
        messages_per_second=body.messages_per_second,
        keywords_answered_by=body.keywords_answered_by,
    )


async def _record(body: DkimBody | None) -> str | None:
    """What shows a new key to the world. A long one takes a second to check: in a thread, while others are answered."""
    if body is None or body.private_key is None:
        return None
    try:
        return record_of(await asyncio.to_thread(key_of, body.private_key.get_secret_value()))
    except BadKey as error:
        raise Unprocessable(str(error)) from None


def _dkim(body: DkimBody, record: str | None, seal: Seal, who: Principal, before: DkimKey | None) -> DkimKey:
    if body.private_key is None or record is None:
        if before is None or before.selector != body.selector:
            raise KeyNeeded
        return before
    return DkimKey(body.selector, seal.seal(who.company, body.private_key.get_secret_value()), record)


def _shown(sender: Sender, seal: Seal) -> DkimView | None:
    if (dkim := sender.dkim) is None:
        return None
    try:
        seal.open(sender.company_id, dkim.sealed_key)
        record = dkim.record
    except Unopenable:
        record = None
    return DkimView(selector=dkim.selector, record_name=f"{dkim.selector}._domainkey.{sender.domain}", record=record)


def _answer(sender: Sender, version: int, seal: Seal) -> JSONResponse:
    phone = sender.phone
    view = SenderView(
        version=version,
        from_address=sender.from_address,
        reply_to=sender.reply_to,
        phone=PhoneView.model_validate(phone, from_attributes=True) if phone else None,
        dkim=_shown(sender, seal),
    )
    return JSONResponse(view.model_dump(mode="json"), headers={"etag": etag(version)})
