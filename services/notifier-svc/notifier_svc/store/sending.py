"""What sending reads and writes: the three steps of the protocol (T1, T2, T3), the way back, and the sweep."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from contracts.deliveries import Category, Channel, DeliveryState, Lane
from contracts.topics import DELIVERIES, MESSAGES, TYPE_PREFIX
from notifier_svc.domain.model import Wait
from notifier_svc.domain.outcome import Outcome, not_once_more, unknown
from notifier_svc.domain.recheck import Claimed, Due
from notifier_svc.domain.scheduled import Scheduled
from notifier_svc.domain.timing import When
from notifier_svc.domain.trial import Trial
from notifier_svc.domain.triggers import Occurrence, is_told
from notifier_svc.domain.usage import AT_LEAST, Used, month_at
from notifier_svc.store import blocks, kept_words, receipts, usage
from notifier_svc.store.blocks import Place
from notifier_svc.store.planning import QUERIES, columns
from notifier_svc.store.reading import readable
from servicekit.db import Tx
from servicekit.failpoints import Point, reach
from servicekit.outbox import Message

# The queue's numbers of the lanes.
LANES: dict[Lane, int] = {Lane.URGENT: 0, Lane.NORMAL: 1, Lane.BULK: 2}
_OWN = {own.__name__: own for own in (Trial, Scheduled)}
"""What no event told."""
FIRST_LOOK = timedelta(seconds=5)  # at what is unknown: a callback mostly settles it before anybody has to ask
BILLED = frozenset({DeliveryState.SENT, DeliveryState.UNKNOWN})
_COLUMNS = [field.name for field in fields(Claimed)]


@dataclass(frozen=True, slots=True)
class Start:
    """T2: a message that is about to go on the wire."""

    due: Due
    template_version: int | None
    """None where no template was used."""
    body: bytes
    """What will be sent, as the log keeps it."""
    subject: str | None = None
    """Of an email: what it is looked for by."""


@dataclass(frozen=True, slots=True)
class End:
    """T3: how it ended."""

    due: Claimed
    outcome: Outcome
    tried: bool
    """Whether a provider was spoken to about this message."""
    template_version: int | None = None
    blocked: bytes | None = None
    """The keyed hash of the address, where nobody may write to it again."""
    unsent: Start | None = None
    """What it would have said, where it did not go: kept, too, so that it can be sent again as it was."""

    @property
    def may_have_begun(self) -> bool:
        """Whether its T2 may be there, though nothing was tried."""
        return not self.tried and self.unsent is not None

    @property
    def stands(self) -> Outcome:
        """What the delivery is then: in doubt where it goes no more, and an earlier try may have arrived."""
        stopped = not self.tried or self.outcome.state is DeliveryState.EXPIRED
        return not_once_more(self.outcome) if stopped and self.due.may_be_there else self.outcome


@dataclass(frozen=True, slots=True)
class Later:
    """What may go, but not now."""

    due: Due
    moment: When


@dataclass(frozen=True, slots=True)
class Claim:
    """T1: what is in our hands now."""

    dues: Sequence[Due]
    unreadable: Sequence[Claimed]
    """What this release can't read the occurrence of."""
    at: datetime
    """By the database's clock: the time of their re-check."""


NOTHING = Claim((), (), datetime.min.replace(tzinfo=UTC))


async def claim_emails(tx: Tx, lanes: Collection[Lane], limit: int, lease: timedelta) -> Claim:
    """Take up to `limit` due emails (T1)."""
    return await _claimed_now(tx, QUERIES.claim_emails(tx, _numbers(lanes), limit, lease))


async def claim_phone(tx: Tx, most: Mapping[UUID, int], lease: timedelta) -> Claim:
    """Take due texts and calls, of each company at most so many (T1)."""
    return await _claimed_now(tx, QUERIES.claim_phone(tx, list(most), list(most.values()), lease))


async def _claimed_now(tx: Tx, taken: AsyncIterator[asyncpg.Record]) -> Claim:
    return await read(tx, [tuple(row) async for row in taken])


async def read(tx: Tx, held: Sequence[tuple[Any, ...]]) -> Claim:
    """Deliveries and what they are about, by month, id and fence."""
    if not held:
        return NOTHING
    rows = [row async for row in QUERIES.claimed(tx, *map(list, zip(*held, strict=True)))]
    occurrences = readable("occurrence", {row["event_id"]: row for row in rows}, occurrence_of)
    known = [(row, occurrences.get(row["event_id"])) for row in rows]
    return Claim(
        [Due(**claimed(row), occurrence=occurrence) for row, occurrence in known if occurrence],
        [Claimed(**claimed(row)) for row, occurrence in known if occurrence is None],
        rows[0]["claimed_at"],
    )


async def rules_by_id(tx: Tx, dues: Iterable[Due]) -> Mapping[UUID, asyncpg.Record]:
    """The rules that the deliveries come from, as they are now; to be read by `rule_of`."""
    wanted = {(due.company_id, due.rule_id) for due in dues if due.rule_id}
    found = QUERIES.rules_by_id(tx, [company for company, _ in wanted], [rule for _, rule in wanted])
    return {row["id"]: row async for row in found}


async def seconds_to_next_email(tx: Tx, lanes: Collection[Lane]) -> float | None:
    """How long until an email of these lanes is due; `None` when none waits."""
    seconds: float | None = await QUERIES.seconds_to_next_email(tx, _numbers(lanes))
    return seconds


async def texted_lately(tx: Tx, dues: Iterable[Due], within: timedelta) -> set[UUID]:
    """Those of the texts whose number got another one within this time."""
    texts = [due for due in dues if due.channel is Channel.SMS]
    if not texts:
        return set()
    found = QUERIES.texted_lately(tx, [due.occurred_month for due in texts], [due.id for due in texts], within)
    return {row["id"] async for row in found}


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """A company's texts and calls that wait."""

    company_id: UUID
    per_second: float
    """What its phone account may send."""
    seconds: float
    """How long until the first is due; not positive: it is."""


async def phone_lines(tx: Tx) -> list[PhoneLine]:
    """The companies whose texts or calls wait."""
    return [PhoneLine(**row) async for row in QUERIES.phone_lines(tx)]


def _numbers(lanes: Collection[Lane]) -> list[int]:
    return sorted(LANES[lane] for lane in lanes)


async def begin(tx: Tx, starts: Sequence[Start], margin: timedelta) -> set[UUID]:
    """Note what is about to go on the wire (T2); returns what may: still ours, for `margin` at least."""
    ids, fences = [s.due.id for s in starts], [s.due.fence for s in starts]
    versions, subjects, bodies = zip(*((s.template_version, s.subject, s.body) for s in starts), strict=True)
    return {row["id"] async for row in QUERIES.begin(tx, ids, fences, versions, subjects, bodies, margin)}


async def finish(tx: Tx, ends: Sequence[End], now: datetime) -> set[UUID]:
    """Write the end of deliveries and tell it (T3); returns those that were still ours.

    In the order of their ids, as whoever else locks several deliveries: no deadlocks. Does not wake the relay: a NOTIFY
    would serialise the commits.
    """
    if not ends:
        return set()
    in_order = sorted(ends, key=lambda end: end.due.id)
    rows = [row async for row in QUERIES.finish(tx, *columns(_end(end, now) for end in in_order))]
    written = {row["id"] for row in rows}
    await _close(tx, ends, written)
    await usage.count(tx, (used for end in ends if end.due.id in written and (used := _used(end))), month_at(now))
    await receipts.settle(tx, [(row["occurred_month"], row["id"]) for row in rows if row["told"]])
    for end in ends:
        if end.blocked and end.outcome.block and end.due.address and end.due.id in written:
            place = Place(end.due.company_id, end.due.channel, end.due.address)
            await blocks.add(tx, end.blocked, place, end.outcome.block)
    doubts = [end.due for end in ends if end.outcome.state is DeliveryState.UNKNOWN and end.due.id in written]
    if doubts:
        rows = [(due.occurred_month, due.id, due.fence, due.company_id) for due in doubts]
        await QUERIES.add_doubts(tx, *columns(rows), FIRST_LOOK, month_at(now))
    return written


def _used(end: End) -> Used | None:
    """What its provider bills, or may bill."""
    due, ended = end.due, end.outcome
    if due.channel is Channel.EMAIL or not end.tried or ended.state not in BILLED:
        return None
    return Used(due.company_id, due.channel, ended.segments or AT_LEAST)


def _end(end: End, now: datetime) -> tuple[Any, ...]:
    due, outcome, stands = end.due, end.outcome, end.stands
    version = end.template_version or due.template_version
    data = due.updated(stands.state, stands.reason, version, due.attempts + end.tried, now)
    message = Message(DELIVERIES, str(due.id), due.company_id, data, time=now, traceparent=due.traceparent)
    return (
        due.id,
        due.fence,
        stands.state,
        stands.reason,
        outcome.code,
        stands.detail,
        end.template_version,
        end.tried,
        outcome.provider_id,
        outcome.segments,
        message.headers(),
        data.model_dump_json().encode(),
        end.unsent and end.unsent.subject,
        end.unsent and end.unsent.body,
        outcome.state,
        outcome.detail,
    )


async def put_back(tx: Tx, ends: Sequence[tuple[End, timedelta]]) -> set[UUID]:
    """Queue deliveries again after a delay, with what their try met; returns those that were still ours.

    One of which a receipt said meanwhile that an earlier try arrived does not go again.
    """
    if not ends:
        return set()
    in_order = sorted(ends, key=lambda end: end[0].due.id)
    ids, fences, tried, codes, details, delays = columns((*_back(end), delay) for end, delay in in_order)
    rows = [row async for row in QUERIES.put_back(tx, ids, fences, delays, tried, codes, details)]
    back = {row["id"] for row in rows}
    await _close(tx, (end for end, _ in ends), back)
    for row in rows:
        if row["told"]:
            await receipts.go_no_more(tx, row["occurred_month"], row["id"])
    return back


async def _close(tx: Tx, ends: Iterable[End], written: Collection[UUID]) -> None:
    """End what was begun and not tried: an attempt that stays open would be taken for one that may have arrived."""
    rows = [_closed(end) for end in ends if end.may_have_begun and end.due.id in written]
    if rows:
        await QUERIES.close_attempts(tx, *columns(rows))


def _closed(end: End) -> tuple[Any, ...]:
    due, ended = end.due, end.outcome
    return due.occurred_month, due.id, due.fence, ended.state, ended.detail


def _back(end: End) -> tuple[Any, ...]:
    return end.due.id, end.due.fence, end.tried, end.outcome.code, end.outcome.detail


async def give_back(tx: Tx, dues: Sequence[Claimed]) -> set[UUID]:
    """End the lease of what was not begun: another sender may take it at once."""
    nothing = Outcome(DeliveryState.QUEUED)
    return await put_back(tx, [(End(due, nothing, tried=False), timedelta()) for due in dues])


async def postpone(tx: Tx, later: Sequence[Later]) -> None:
    """From a claim's hands: what a pause holds to where no claim looks, all else back to the queue until its moment."""
    held = [each.due for each in later if each.moment.waits_for is Wait.PAUSE]
    if held:
        await QUERIES.hold(tx, [due.id for due in held], [due.fence for due in held])
    back = [_until(each) for each in later if each.moment.waits_for is not Wait.PAUSE]
    if back:
        await QUERIES.postpone(tx, *columns(sorted(back)))


def _until(later: Later) -> tuple[Any, ...]:
    """Waiting moves no expiry: what can't go before is due when it ends."""
    due, moment = later.due, later.moment
    return due.id, due.fence, min(moment.at, due.expires_at), moment.waits_for


async def renew(tx: Tx, dues: Sequence[Due], lease: timedelta) -> set[UUID]:
    """Lengthen leases; returns those that were still ours."""
    renewed = QUERIES.renew(tx, [due.id for due in dues], [due.fence for due in dues], lease)
    return {row["id"] async for row in renewed}


async def sweep(tx: Tx, held: Collection[UUID], limit: int, now: datetime) -> list[End]:
    """Settle leases that ran out, but for those in our own hands: what was begun is unknown, the rest goes back.

    Returns what became unknown. Locks in one statement and looks in the next, so that a T2 that committed in between
    is seen.
    """
    locked = [row["id"] async for row in QUERIES.lock_overdue(tx, list(held), limit)]
    if not locked:
        return []
    rows = [row async for row in QUERIES.overdue(tx, locked)]
    doubt = {row["id"] for row in rows if row["in_doubt"]}
    dues = [Claimed(**claimed(row)) for row in rows]
    await give_back(tx, [due for due in dues if due.id not in doubt])
    lost = unknown("The sender ended while the message was on the wire.")
    billed = {row["id"]: kept_words.segments_of(row["body"]) for row in rows}
    ends = [End(due, replace(lost, segments=billed[due.id]), tried=True) for due in dues if due.id in doubt]
    await finish(tx, ends, now)
    reach(Point.SWEEPING)
    return ends


async def backlog(tx: Tx) -> tuple[dict[Lane, int], dict[Lane, float]]:
    """How many deliveries are due and wait, per lane, and for how many seconds the first of them has."""
    rows = [row async for row in QUERIES.backlog(tx)]
    return _by_lane(rows), _by_lane(rows, "oldest")


async def retrying(tx: Tx) -> dict[Lane, int]:
    """How many were tried, or could not be, and wait for the next time, per lane."""
    return _by_lane([row async for row in QUERIES.retrying(tx)])


def _by_lane(rows: Iterable[asyncpg.Record], column: str = "waiting") -> dict[Lane, Any]:
    waiting = {row["lane"]: row[column] for row in rows}
    return {lane: waiting.get(number, 0) for lane, number in LANES.items()}


async def wake_relay(tx: Tx) -> None:
    """Tell the relay that something is to be published."""
    await QUERIES.wake_relay(tx)


def claimed(row: asyncpg.Record) -> dict[str, Any]:
    """A row's part of a `Claimed`."""
    typed = {"category": Category(row["category"]), "channel": Channel(row["channel"]), "lane": Lane(row["lane"])}
    return {name: row[name] for name in _COLUMNS} | typed


def occurrence_of(row: asyncpg.Record) -> Occurrence:
    """What happened, as its event told it. Raises `ValueError`, `LookupError` or `TypeError`."""
    model = _OWN.get(row["type"]) or MESSAGES[TYPE_PREFIX + row["type"]]
    data = model.model_validate_json(row["data"])
    if not is_told(data):
        raise TypeError(f"{row['type']} is nothing to tell a customer about")
    return Occurrence(row["event_id"], row["company_id"], row["occurred_at"], data, row["occurrence_traceparent"])
