"""Hands emails over: one SMTP connection, one message after the other."""

import logging

from notifier_svc.channels.replies import Stage, meaning
from notifier_svc.channels.smtp import CLOSING, Connection, HostAway, Refused
from notifier_svc.channels.wire import Dropped
from notifier_svc.domain import outcome
from notifier_svc.domain.outcome import Outcome
from notifier_svc.send.breaker import Breaker
from notifier_svc.send.how import Sending
from notifier_svc.send.message import Mail, Ready
from notifier_svc.send.worker import Begin, Tried, not_tried

log = logging.getLogger(__name__)


class MailCourier:
    """Carries emails to the mail host."""

    def __init__(self, breaker: Breaker, how: Sending) -> None:
        self._breaker = breaker
        self._how = how
        self._connection: Connection | None = None

    async def carry(self, message: Ready, begin: Begin) -> Tried | None:
        """One try: the envelope, then T2, then the message."""
        assert isinstance(message.content, Mail)
        try:
            connection = await self._envelope(message.content.recipient)
            if not await begin():
                await connection.reset()
                return None
            return Tried(meaning(Stage.END, await connection.message(message.content.raw)))
        except HostAway as error:
            return not_tried(self._away(error))
        except Refused as error:
            return Tried(await self._refused(error))
        except Dropped as error:
            return Tried(self._dropped(str(error)))

    async def goodbye(self) -> None:
        """End the conversation politely."""
        if self._connection is not None:
            await self._connection.quit()

    def hang_up(self) -> None:
        """End it at once: nobody knows where it stands."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _envelope(self, recipient: str) -> Connection:
        """An open connection that has accepted the envelope. One that went stale while idle is replaced once."""
        connection = await self._connected()
        stale = connection.carried > 0
        try:
            await connection.envelope(self._how.from_address, recipient)
        except Dropped:
            if not stale:
                raise
            self.hang_up()
            connection = await self._connected()
            await connection.envelope(self._how.from_address, recipient)
        return connection

    async def _connected(self) -> Connection:
        if self._connection is not None and self._connection.usable:
            return self._connection
        self.hang_up()
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
        if error.stage is Stage.MAIL and error.reply.code // 100 == 5:
            return self._unwelcome(error)
        ended = meaning(error.stage, error.reply)
        try:
            if error.reply.code == CLOSING or self._connection is None:
                self.hang_up()
            else:
                await self._connection.reset()
        except Dropped:
            self.hang_up()
        return ended

    def _unwelcome(self, error: Refused) -> Outcome:
        """The host refuses our own address: no message is to blame, and every one would meet the same."""
        self.hang_up()
        log.error("the mail host refuses the installation's address", extra={"code": error.reply.label})
        return outcome.again("The mail host refuses our own address.", error.reply.label, self._breaker.failed())

    def _dropped(self, why: str) -> Outcome:
        """Before the final dot nothing can have arrived; after it nobody can know."""
        handed_over = self._connection is not None and self._connection.handed_over
        self.hang_up()
        return outcome.unknown(why) if handed_over else outcome.again(why)
