"""Takes messages from the counter and has them carried, one after the other; each try is one span and one outcome."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from opentelemetry.trace import SpanKind

from contracts.deliveries import DeliveryState
from notifier_svc.domain import outcome
from notifier_svc.domain.outcome import Outcome
from notifier_svc.domain.recheck import Due
from notifier_svc.send import observing
from notifier_svc.send.intake import Counter
from notifier_svc.send.journal import Journal, Late
from notifier_svc.send.message import Ready
from notifier_svc.store.sending import End
from servicekit.db import TROUBLE
from servicekit.failpoints import Point, reach
from servicekit.telemetry import continued

log = logging.getLogger(__name__)

MISTAKE = "Sending it met an error of our own. Tell your administrator."

# T2: whether the message may go on the wire now. Raises trouble of the database, or `Late`: then it must not.
Begin = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Tried:
    """How a try ended."""

    outcome: Outcome
    spoken: bool = True
    """Whether a provider was spoken to about this message."""


def not_tried(ended: Outcome) -> Tried:
    """It ended before a provider heard of this message."""
    return Tried(ended, spoken=False)


class Courier(Protocol):
    """Hands messages of one kind to their provider."""

    def turn(self) -> float:
        """Take a turn to hand one over; returns how long until it comes."""

    async def carry(self, message: Ready, begin: Begin) -> Tried | None:
        """One try, `begin` right before the wire; nothing where it said no: the message is not ours any more."""

    async def goodbye(self) -> None:
        """End politely what is kept open."""

    def hang_up(self) -> None:
        """End it at once."""


class Worker:
    """Sends what the counter has until it closes."""

    def __init__(self, counter: Counter, journal: Journal, courier: Courier, hash_of: Callable[[Due], bytes]) -> None:
        self._counter = counter
        self._journal = journal
        self._courier = courier
        self._hash_of = hash_of

    async def run(self) -> None:
        """Send until the counter closes; then say goodbye."""
        try:
            while (message := await self._counter.get(self._courier.turn, self._journal.pick_up)) is not None:
                await self._send(message)
            await self._courier.goodbye()
        finally:
            self._courier.hang_up()

    async def _send(self, message: Ready) -> None:
        """One try, in one span; its end is handed to the journal."""
        due = message.due
        attributes = {"delivery.id": str(due.id), "delivery.channel": due.channel}
        with continued(f"{due.channel} send", due.traceparent, SpanKind.CLIENT, **attributes) as span:
            tried = await self._try(message)
            if tried is None:
                span.set_attribute("delivery.outcome", "lease lost")
                return
            span.set_attribute("delivery.outcome", tried.outcome.state)
            if tried.outcome.code:
                span.set_attribute("provider.code", tried.outcome.code)
        if tried.outcome.temporary:
            observing.failed_for_now(due.channel)
        if tried.spoken:
            reach(Point.ANSWERED)
        self._journal.end(self._end(message, tried))

    async def _try(self, message: Ready) -> Tried | None:
        begun = False

        async def begin() -> bool:
            nonlocal begun
            begun = await self._journal.begin(message.start)
            return begun

        try:
            return await self._courier.carry(message, begin)
        except TROUBLE as error:
            self._courier.hang_up()
            log.warning("a message could not be begun", extra={"error": type(error).__name__})
            return not_tried(outcome.again("The database did not answer.", delay=1.0))
        except Late:
            self._courier.hang_up()
            log.warning("a message was begun too long ago", extra={"delivery_id": str(message.due.id)})
            return not_tried(outcome.again("The sender stood still.", delay=0.0))
        except Exception:  # a courier's mistake is one message's trouble, never everybody's
            self._courier.hang_up()
            log.exception("a message met an error", extra={"delivery_id": str(message.due.id)})
            return Tried(outcome.unknown(MISTAKE)) if begun else not_tried(outcome.again(MISTAKE))

    def _end(self, message: Ready, tried: Tried) -> End:
        ended = tried.outcome
        if ended.state is DeliveryState.UNKNOWN:
            ended = replace(ended, segments=message.segments)  # billed, if it was taken
        version = message.start.template_version if ended.state is not DeliveryState.QUEUED else None
        blocked = self._hash_of(message.due) if ended.block else None
        unsent = None if ended.state is DeliveryState.SENT else message.start
        return End(message.due, ended, tried.spoken, version, blocked, unsent)
