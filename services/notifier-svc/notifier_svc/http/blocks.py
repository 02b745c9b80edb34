"""The block registry over HTTP: who must not be written to, and why; the office adds and lifts its own (G4)."""

from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, StringConstraints, TypeAdapter

from contracts.deliveries import Channel
from contracts.inbound import Cause, Scope
from contracts.jobs import Role
from notifier_svc.domain import addresses, changes
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import normalise
from notifier_svc.http.changes import by
from notifier_svc.http.cursors import instant
from notifier_svc.store import blocks as store
from notifier_svc.store import changes as log
from notifier_svc.store.blocks import Block, Place
from notifier_svc.store.reading import addresses_of, emails_of_contacts
from servicekit import clock
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.errors import Conflict, NotFound, Unprocessable
from servicekit.http import Body, Db
from servicekit.idempotency import Once, once
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, encode_cursor, read_cursor

router = APIRouter(prefix="/v1/blocks", tags=["blocks"])
customer_router = APIRouter(prefix="/v1/customers/{customer_id}", tags=["blocks"])

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]

# Only its owner can undo it.
OWNERS = frozenset({Cause.OPTED_OUT, Cause.UNSUBSCRIBED, Cause.COMPLAINED})


class BlockedAlready(Conflict):
    """The office has blocked this address already."""

    slug = "blocked-already"


class OwnersChoice(Conflict):
    """The customer chose this. Only they can undo it: a STOP by texting START, an unsubscription by an email's link."""

    slug = "owners-choice"


class BlockBody(Body):
    """An address not to be written to, whatever its owner's preferences say."""

    channel: Channel
    address: Annotated[str, StringConstraints(max_length=254)]
    """An email address, or a number in E.164 form."""
    scope: Scope = Scope.EVERYTHING
    note: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    """Why, for whoever reads it later."""
    expires_at: AwareDatetime | None = None
    """From then on it counts no more; never where absent."""


class Unsubscribe(Body):
    """What a customer asked the office to stop, say on the phone."""

    scope: Scope
    note: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    """How the customer asked, for whoever reads it later."""


class BlockView(BaseModel):
    """A block. The address itself is not kept, only what recognises it."""

    id: UUID
    channel: Channel
    scope: Scope
    cause: Cause
    masked_address: str | None
    note: str | None
    actor: str | None
    created_at: datetime
    expires_at: datetime | None
    liftable: bool
    """Whether the office may lift it."""


_VIEWS = TypeAdapter(list[BlockView])


@router.get("")
async def list_blocks(
    who: Office,
    request: Request,
    db: Db,
    channel: Channel | None = None,
    cause: Cause | None = None,
    address: Annotated[str | None, Query(max_length=254, description="an email address, or a number in E.164")] = None,
    customer_id: Annotated[UUID | None, Query(description="of this customer's addresses and phones")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Page[BlockView]:
    """What is blocked, newest first; of one address or one customer where it is named."""
    after = read_cursor(cursor, instant, UUID) if cursor else None
    keys: Keys = request.app.state.keys
    places = {(each, _looked_for(address)) for each in Channel} if address else None
    async with db.company(who.company) as tx:
        if customer_id:
            theirs = set(await addresses_of(tx, customer_id))
            places = theirs if places is None else {(c, normalise(a)) for c, a in places} & theirs
        hashes = None if places is None else [Place(who.company, *place).hash(keys) for place in places]
        found = await store.page(tx, channel, cause, hashes, after, limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    cursor = encode_cursor(last.created_at, last.id) if last else None
    return Page(items=[_view(block) for block in found[:limit]], next_cursor=cursor)


@router.post("", status_code=201, response_model=BlockView)
async def add_block(body: BlockBody, request: Once, who: Office, db: Db) -> Response:
    """Block an address. It counts from this answer on: for what is planned later, and for what waits."""
    async with db.company(who.company) as tx:
        return await once(tx, request, who, lambda: _add(tx, body, request, who))


async def _add(tx: Tx, body: BlockBody, request: Request, who: Principal) -> Response:
    if body.expires_at is not None and body.expires_at <= clock.now():
        raise Unprocessable("It would have ended already.")
    place = Place(who.company, body.channel, _checked(body))
    block = await store.add(
        tx,
        place.hash(request.app.state.keys),
        place,
        Cause.OFFICE,
        body.scope,
        note=body.note,
        actor=who.subject,
        expires_at=body.expires_at,
    )
    if block is None:
        raise BlockedAlready
    await log.add(tx, by(request, who), changes.of_block(who.company, block.id, block.channel, block.scope))
    headers = {"location": f"{router.prefix}/{block.id}"}
    return Response(_view(block).model_dump_json(), 201, headers, media_type="application/json")


@customer_router.post("/unsubscribe", status_code=201, response_model=list[BlockView])
async def unsubscribe_customer(customer_id: UUID, body: Unsubscribe, request: Once, who: Office, db: Db) -> Response:
    """Stop emails to a customer's contacts for them (S4.9). The office can lift these blocks again.

    Additional recipients are people of their own: theirs are blocked by address.
    """
    async with db.company(who.company) as tx:
        return await once(tx, request, who, lambda: _unsubscribe(tx, customer_id, body, request, who))


async def _unsubscribe(tx: Tx, customer_id: UUID, body: Unsubscribe, request: Request, who: Principal) -> Response:
    found = await emails_of_contacts(tx, customer_id)
    if not found:
        raise NotFound("There is no such customer, or none of its contacts has an email address.")
    told = partial(store.add, cause=Cause.OFFICE, scope=body.scope, note=body.note, actor=who.subject)
    places = [(Place(who.company, Channel.EMAIL, address), person) for person, address in found]
    keys: Keys = request.app.state.keys
    added = [await told(tx, place.hash(keys), place, by=person) for place, person in places]
    new = [block for block in added if block is not None]
    made = [changes.of_block(who.company, block.id, block.channel, block.scope) for block in new]
    await log.add(tx, by(request, who), *made)
    return Response(_VIEWS.dump_json([_view(block) for block in new]), 201, media_type="application/json")


@router.delete("/{block_id}", status_code=204)
async def lift_block(block_id: UUID, request: Request, who: Office, db: Db) -> Response:
    """Lift a block: the address may be written to again. What its owner asked for is not the office's to lift (D12)."""
    async with db.company(who.company) as tx:
        found = await store.find(tx, block_id)
        if found is None:
            raise NotFound("There is no such block.")
        block, hashed = found
        if block.cause in OWNERS:
            raise OwnersChoice
        if await store.lift(tx, who.company, block, hashed, who.subject):
            lifted = changes.of_block(who.company, block.id, block.channel, block.scope, lifted=True)
            await log.add(tx, by(request, who), lifted)
    return Response(status_code=204)


def _looked_for(address: str) -> str:
    """An email address as it is, a number in E.164: in a query `+` is a blank."""
    return address if "@" in address else "+" + "".join(filter(str.isdecimal, address))


def _checked(body: BlockBody) -> str:
    try:
        return (addresses.email if body.channel is Channel.EMAIL else addresses.number)(body.address)
    except ValueError as error:
        raise Unprocessable(f"The address {error}") from None


def _view(block: Block) -> BlockView:
    return BlockView.model_validate({**asdict(block), "liftable": block.cause not in OWNERS})
