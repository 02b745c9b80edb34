"""Deliveries of unknown outcome, and what becomes of them."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from contracts.deliveries import Channel, DeliveryState
from contracts.topics import DELIVERIES
from notifier_svc.domain.recheck import Claimed
from notifier_svc.store import usage
from notifier_svc.store.planning import QUERIES
from notifier_svc.store.sending import claimed
from servicekit import outbox
from servicekit.db import Tx
from servicekit.outbox import Message


@dataclass(frozen=True, slots=True)
class Doubt:
    """A delivery whose last try may have arrived."""

    about: Claimed
    looks: int
    """How often the provider was asked."""
    settled: bool
    """Whether somebody else has settled it."""
    began: datetime
    doubted: int
    """How many of its tries ended so."""
    words: str
    """What the try said; empty once it is no longer kept."""
    sender_changed: bool = False
    """Whether the company changed its sender since, its account perhaps."""
    once_more: bool = False
    """Whether the company has emails of this category sent once more."""

    @property
    def is_call(self) -> bool:
        """Calls have no words that Twilio would show, and are not made again by themselves."""
        return self.about.channel is Channel.VOICE


async def take(tx: Tx, limit: int, lease: timedelta) -> list[Doubt]:
    """What is to be settled now; nobody else gets it for as long as `lease`."""
    return [_doubt(row) async for row in QUERIES.take_doubts(tx, limit, lease)]


async def unclaimed(tx: Tx, doubt: Doubt, ids: Sequence[str]) -> list[str]:
    """Those of the provider's ids that no other try of the company's messages to the same number is known by."""
    about = doubt.about
    found = QUERIES.known_ids(tx, about.company_id, about.address, list(ids), about.id, about.fence)
    known = {row["provider_id"] async for row in found}
    return [id for id in ids if id not in known]


async def rivals(tx: Tx, doubt: Doubt, since: datetime) -> list[bool]:
    """Of each other text of the same words to the same number, or any call, that Twilio may have: has it ended?"""
    about = doubt.about
    found = QUERIES.rivals(tx, about.company_id, about.channel, about.address, about.id, about.fence, since)
    return [row["outcome"] is not None async for row in found if doubt.is_call or _words(row["body"]) == doubt.words]


async def sent(tx: Tx, doubt: Doubt, provider_id: str, detail: str, now: datetime) -> None:
    """It had arrived."""
    about = doubt.about
    if await QUERIES.doubt_sent(tx, about.occurred_month, about.id, about.fence, provider_id, detail):
        await _tell(tx, about, DeliveryState.SENT, now)
    await over(tx, doubt)


async def again(tx: Tx, doubt: Doubt, detail: str, now: datetime) -> None:
    """Have it sent once more, unless its time has run out, or the office has sent it again; then it stays unknown.

    Locked in one statement and looked at in the next: a copy that was being made meanwhile is seen.
    """
    about = doubt.about
    await QUERIES.stands(tx, about.occurred_month, about.id)
    if await QUERIES.doubt_again(tx, about.occurred_month, about.id, about.fence, detail):
        await _tell(tx, about, DeliveryState.QUEUED, now)
        if about.channel is Channel.SMS:  # it was not taken: nobody bills it
            await usage.take_back(tx, about.occurred_month, about.id, about.fence)
    await over(tx, doubt)


async def later(tx: Tx, doubt: Doubt, wait: timedelta, *, looked: bool) -> None:
    """Look again; `looked`: the provider has answered this time."""
    await QUERIES.doubt_later(tx, doubt.about.id, doubt.about.fence, int(looked), wait)


async def over(tx: Tx, doubt: Doubt, detail: str | None = None) -> None:
    """Nothing more can be done about it; where it stays unknown the log says this of it."""
    if detail:
        await QUERIES.doubt_stays(tx, doubt.about.occurred_month, doubt.about.id, detail)
    await QUERIES.doubt_over(tx, doubt.about.id, doubt.about.fence)


async def _tell(tx: Tx, about: Claimed, state: DeliveryState, now: datetime) -> None:
    data = about.updated(state, None, about.template_version, about.attempts, now)
    message = Message(DELIVERIES, str(about.id), about.company_id, data, time=now, traceparent=about.traceparent)
    await outbox.add(tx, [message])


def _doubt(row: Any) -> Doubt:
    about, words = Claimed(**claimed(row)), _words(row["body"])
    facts = row["looks"], not row["in_doubt"], row["started_at"], row["doubted"]
    return Doubt(about, *facts, words, row["sender_changed"], row["once_more"])


def _words(body: bytes | None) -> str:
    words: str = orjson.loads(zlib.decompress(body)).get("text", "") if body else ""
    return words
