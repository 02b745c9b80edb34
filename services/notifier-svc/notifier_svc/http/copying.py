"""Whether a message can be sent again, as the office is told before it asks, and once more when it does."""

from typing import Annotated, Protocol

from asyncpg import Record
from fastapi import Depends, Request

from contracts.customer_requests import TextRequest
from contracts.deliveries import DeliveryState
from notifier_svc.domain.copies import (
    WAITING,
    Copy,
    How,
    IsAboutConsent,
    IsATest,
    NobodyToSendTo,
    NotEnded,
    NotKept,
    SentAgainMeanwhile,
)
from notifier_svc.domain.recheck import Due
from notifier_svc.http.delivery_views import ResendOffer
from notifier_svc.store import copies as store
from servicekit.db import Tx
from servicekit.errors import Conflict


class Copier(Protocol):
    """Knows, as the sender does, whether a message may go again."""

    async def copied(self, tx: Tx, original: Due, how: How) -> Copy:
        """Its copy, if it may go as things stand. Raises a `Conflict` with a sentence."""


def _copier(request: Request) -> Copier:
    copier: Copier = request.app.state.copier
    return copier


CopierOf = Annotated[Copier, Depends(_copier)]


async def original_of(tx: Tx, row: Record, state: DeliveryState) -> Due:
    """What is sent again, in this state. Raises a `Conflict` where it can't be, whatever its reader wishes."""
    if state in WAITING:
        raise NotEnded("It can be sent again when it has ended. Until it goes it can be cancelled.")
    if any(copy["state"] in WAITING for copy in await store.copies_of(tx, row["id"])):
        raise SentAgainMeanwhile("It is being sent again already: its copy waits.")
    found = await store.originals(tx, [(row["occurred_month"], row["id"])])
    if not found.dues:
        raise NotKept("The customer was deleted, or what happened is not kept any more.")
    [original] = found.dues
    if original.test:
        raise IsATest
    if isinstance(original.occurrence.data, TextRequest):
        raise IsAboutConsent
    if row["recipient_id"] is None and row["masked_address"] is None:
        raise NobodyToSendTo("It was stopped before it was decided who gets it.")
    return original


async def offer(tx: Tx, row: Record, copier: Copier) -> ResendOffer:
    """How it would be sent again if somebody asked now. Locks nothing."""
    try:
        original = await original_of(tx, row, DeliveryState(row["state"]))
    except Conflict as no:
        return ResendOffer(how=[], why_not=no.detail or no.title)
    ways, why_not = [], None
    for how in How:
        try:
            await copier.copied(tx, original, how)
            ways.append(how)
        except Conflict as no:
            why_not = no.detail or no.title
    return ResendOffer(how=ways, why_not=None if ways else why_not)
