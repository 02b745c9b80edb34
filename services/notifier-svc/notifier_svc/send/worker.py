"""One SMTP connection and the messages that go over it, one after the other."""

import logging
from collections.abc import Callable

from opentelemetry.trace import SpanKind

from contracts.deliveries import DeliveryState
from notifier_svc.channels.replies import Stage, meaning
from notifier_svc.channels.smtp import Connection, HostAway, Refused
from notifier_svc.channels.wire import Dropped
from notifier_svc.domain import outcome
from notifier_svc.domain.outcome import Outcome
from notifier_svc.domain.recheck import Due
from notifier_svc.send.breaker import Breaker
from notifier_svc.send.how import Sending
from notifier_svc.send.intake import Counter
from notifier_svc.send.journal import Journal
from notifier_svc.send.message import Ready
from notifier_svc.store.sending import End
from servicekit.db import TROUBLE
from servicekit.telemetry import continued

log = logging.getLogger(__name__)


class Worker:
    """Takes messages from the counter and hands them to the host."""

    def __init__(
        self, counter: Counter, journal: Journal, breaker: Breaker, how: Sending, bounced: Callable[[Due], bytes]
    ) -> None:
        self._counter = counter
        self._journal = journal
        self._breaker = breaker
        self._how = how
        self._bounced = bounced
        self._connection: Connection | None = None

    async def run(self) -> None:
        """Send until the counter closes; then say goodbye."""
        try:
            while (message := await self._counter.get()) is not None:
                await self._send(message)
            if self._connection is not None:
                await self._connection.quit()
        finally:
            self._hang_up()

    async def _send(self, message: Ready) -> None:
        """One try, in one span; its end is handed to the journal."""
        due = message.start.due
        attributes = {"delivery.id": str(due.id), "delivery.channel": due.channel}
        with continued("email send", due.traceparent, SpanKind.CLIENT, **attributes) as span:
            ended, tried = await self._try(message)
            if ended is None:
                span.set_attribute("delivery.outcome", "lease lost")
                return
            span.set_attribute("delivery.outcome", ended.state)
            if ended.code:
                span.set_attribute("smtp.code", ended.code)
        version = message.start.template_version if ended.state is not DeliveryState.QUEUED else None
        self._journal.end(End(due, ended, tried, version, self._bounced(due) if ended.bounced else None))

    async def _try(self, message: Ready) -> tuple[Outcome | None, bool]:
        """How the try ended, and whether the host was spoken to about this message; no outcome where it is not ours."""
        try:
            connection = await self._envelope(message.recipient)
            if not await self._journal.begin(message.start):
                await connection.reset()
                return None, False
            return meaning(Stage.END, await connection.message(message.raw)), True
        except HostAway as error:
            return self._away(error), False
        except Refused as error:
            return await self._refused(error), True
        except Dropped as error:
            return self._dropped(str(error)), True
        except TROUBLE as error:
            self._hang_up()
            log.warning("a message could not be begun", extra={"error": type(error).__name__})
            return outcome.again("The database did not answer.", delay=1.0), False

    async def _envelope(self, recipient: str) -> Connection:
        """An open connection that has accepted MAIL and RCPT. One that went stale while idle is replaced once."""
        connection = await self._connected()
        stale = connection.carried > 0
        try:
            await connection.envelope(self._how.from_address, recipient)
        except Dropped:
            if not stale:
                raise
            self._hang_up()
            connection = await self._connected()
            await connection.envelope(self._how.from_address, recipient)
        return connection

    async def _connected(self) -> Connection:
        if self._connection is not None and self._connection.usable:
            return self._connection
        self._hang_up()
        if self._breaker.seconds:
            raise HostAway("another connection failed a moment ago")
        self._connection = await Connection.open(self._how.host)
        self._breaker.answered()
        return self._connection

    def _away(self, error: HostAway) -> Outcome:
        """Nothing is wrong with the message: it waits as long as the host is left alone."""
        delay = self._breaker.failed()
        log.warning("the mail host is away", extra={"error": str(error), "code": error.code})
        return outcome.again("The mail host can't be reached, or refuses us.", error.code, delay)

    async def _refused(self, error: Refused) -> Outcome:
        """The host said no; the connection stays, unless the host is closing it (421)."""
        ended = meaning(error.stage, error.reply)
        try:
            if error.reply.code == 421 or self._connection is None:
                self._hang_up()
            else:
                await self._connection.reset()
        except Dropped:
            self._hang_up()
        return ended

    def _dropped(self, why: str) -> Outcome:
        """Before the final dot nothing can have arrived; after it nobody can know."""
        handed_over = self._connection is not None and self._connection.handed_over
        self._hang_up()
        return outcome.unknown(why) if handed_over else outcome.again(why)

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
