"""`POST /v1/test-messages`: a message to oneself, by the way that customers' messages go (G10)."""

from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from contracts.deliveries import Channel, DeliveryState, Reason
from contracts.jobs import Role
from notifier_svc.domain import addresses, delivery, trial
from notifier_svc.domain.delivery import Delivery
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Block, normalise
from notifier_svc.domain.reasons import why
from notifier_svc.domain.rules import check_sendable
from notifier_svc.domain.trial import Place, Trial
from notifier_svc.domain.triggers import Occurrence
from notifier_svc.http.occasions import Office, Tried, occasion_of
from notifier_svc.planning import message_of
from notifier_svc.store import planning, senders, templates
from notifier_svc.store import trials as store
from notifier_svc.store.phones import at_number
from servicekit import clock, outbox
from servicekit.auth import Principal
from servicekit.db import Tx
from servicekit.errors import Forbidden, Problem, Unprocessable
from servicekit.http import Db
from servicekit.idempotency import Once, once
from servicekit.telemetry import current_traceparent

router = APIRouter(prefix="/v1/test-messages", tags=["previews"])

MOST = 30
WITHIN = timedelta(hours=1)


class AddressNeeded(Unprocessable):
    """It is not known where to send it."""

    slug = "address-needed"


class TooManyTests(Problem):
    """The company has sent itself many test messages: please wait."""

    status, slug, retry_after = 429, "too-many-tests", int(WITHIN.total_seconds())


class TrialBody(Tried):
    """A published template, and what it is tried on."""

    template_id: UUID
    to: str | None = Field(None, min_length=1, max_length=254)
    """An email address, or a number in E.164 form: for admins. Where absent it goes to the token's verified email."""


class TrialView(BaseModel):
    """What becomes of it; `GET /v1/deliveries/{id}` says more."""

    id: UUID
    """The delivery's."""
    channel: Channel
    masked_address: str | None
    state: DeliveryState
    reason: Reason | None
    explanation: str | None


@router.post("", status_code=202, response_model=TrialView)
async def send_test(request: Once, body: TrialBody, who: Office, db: Db) -> Response:
    """Send a message to oneself, marked as a test; it is in the log and counts for no customer. Thirty an hour.

    A draft and what is archived are refused; a template that is not known here yet goes on its way to the log.
    """
    address = _address(body, who)
    async with db.company(who.company) as tx:
        return await once(tx, request, who, partial(_send, tx, body, address, request.app.state.keys, who))


async def _send(tx: Tx, body: TrialBody, address: str, keys: Keys, who: Principal) -> Response:
    if await store.lately(tx, WITHIN) >= MOST:
        raise TooManyTests
    for template in (await templates.known(tx, [body.template_id])).values():
        check_sendable(template, body.channel)
    occasion = await occasion_of(tx, who.company, body)
    asked = Trial(
        id=uuid4(),
        company_id=who.company,
        customer_id=occasion.customer.id,
        name=who.name or who.subject,
        locale=body.locale or occasion.locale,
        context=occasion.context(body.channel),
    )
    sender = (await senders.of_companies(tx, [who.company])).get(who.company)
    blocked = await _blocked(tx, keys, who.company, body.channel, normalise(address))
    phones = [] if body.channel is Channel.EMAIL else await at_number(tx, who.company, address)
    place = Place(body.channel, address, occasion.company, blocked, bool(sender and sender.phone), phones)
    return _answer(await _planned(tx, keys, asked, body.template_id, place))


async def _planned(tx: Tx, keys: Keys, asked: Trial, template_id: UUID, place: Place) -> Delivery:
    """Its row of the log, and its place in the queue if it may go."""
    now = clock.now()
    occurrence = Occurrence(asked.id, asked.company_id, now, asked, current_traceparent())
    published = await templates.published(tx, [template_id])
    [row] = delivery.deliveries(occurrence, [trial.decide(asked, template_id, place, now)], published, keys)
    await planning.add(tx, [occurrence], [row])
    if row.state is not DeliveryState.QUEUED:
        await outbox.add(tx, [message_of(row, now)])
    return row


async def _blocked(tx: Tx, keys: Keys, company_id: UUID, channel: Channel, key: str) -> frozenset[Block]:
    hashed = keys.address(company_id, channel, key)
    found = (await planning.blocked(tx, [hashed])).get(hashed, ())
    return frozenset(Block(channel, key, *block) for block in found)


def _address(body: TrialBody, who: Principal) -> str:
    """The asker's own address, which their issuer has verified; another only for who may settle everything."""
    own = who.email if who.email_verified and body.channel is Channel.EMAIL else None
    if body.to is None and own is None:
        lacking = "verified email address" if body.channel is Channel.EMAIL else "phone"
        raise AddressNeeded(f"A token names no {lacking}. An admin can name one in `to`.")
    try:
        address = (addresses.email if body.channel is Channel.EMAIL else addresses.number)(body.to or own or "")
    except ValueError as error:
        raise Unprocessable(f"The address {error}") from None
    if Role.ADMIN not in who.roles and (own is None or normalise(address) != normalise(own)):
        raise Forbidden("Only an admin sends a test to an address of their choice.")
    return address


def _answer(row: Delivery) -> Response:
    view = TrialView(
        id=row.id,
        channel=row.channel,
        masked_address=row.masked_address,
        state=row.state,
        reason=row.reason,
        explanation=why(row.state, row.reason, None),
    )
    return Response(view.model_dump_json(), 202, {"location": f"/v1/deliveries/{row.id}"}, "application/json")
