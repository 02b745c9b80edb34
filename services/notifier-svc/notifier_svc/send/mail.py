"""Hands emails over: one SMTP connection, one message after the other."""

import asyncio
import logging
from dataclasses import replace

from notifier_svc.channels.replies import Reply, Stage, meaning
from notifier_svc.channels.smtp import CLOSING, Connection, HostAway, Refused
from notifier_svc.channels.wire import Dropped
from notifier_svc.domain import outcome
from notifier_svc.domain.outcome import Outcome
from notifier_svc.send.hosts import MailHosts, NoRoom, Way
from notifier_svc.send.message import Mail, Ready
from notifier_svc.send.worker import Begin, Tried, not_tried

log = logging.getLogger(__name__)


class MailCourier:
    """Carries emails to the first mail host that works."""

    def __init__(self, hosts: MailHosts) -> None:
        self._hosts = hosts
        self._way: Way | None = None
        self._connection: Connection | None = None
        self._turn_at: Way | None = None

    def turn(self) -> float:
        """At the host that would be asked now."""
        seconds, self._turn_at = self._hosts.turn()
        return seconds

    async def carry(self, message: Ready, begin: Begin) -> Tried | None:
        """One try over a borrowed connection; where it breaks off nobody knows where that stands, and it is ended."""
        assert isinstance(message.content, Mail)
        try:
            tried = await self._carry(message.content, begin)
        except BaseException:
            self.hang_up()
            raise
        self._let_go()
        return tried

    async def _carry(self, mail: Mail, begin: Begin) -> Tried | None:
        """The envelope, then T2, then the message."""
        try:
            connection = await self._envelope(mail)
            if not await begin():
                await connection.reset()
                return None
            raw = mail.for_sendgrid + mail.raw if self._way and self._way.host.sendgrid else mail.raw
            return Tried(self._meant(Stage.END, await connection.message(raw)))
        except HostAway as error:
            return not_tried(self._away(error))
        except Refused as error:
            return Tried(await self._refused(error))
        except Dropped as error:
            return Tried(self._dropped(str(error)))

    async def goodbye(self) -> None:
        """End politely what lies idle."""
        await self._hosts.goodbye()

    def hang_up(self) -> None:
        """End the conversation at once."""
        if self._connection is not None:
            self._connection.close()
            self._let_go()

    def _let_go(self) -> None:
        if self._connection and self._way:
            self._way.give_back(self._connection)
        self._connection = None

    async def _envelope(self, mail: Mail) -> Connection:
        """An open connection that has accepted the envelope. One that went stale while idle is replaced once."""
        connection, way = await self._connected()
        stale = connection.carried > 0
        if self._turn_at is not way:
            await asyncio.sleep(way.turn())
        self._turn_at = None
        try:
            await connection.envelope(mail.bounces_to, mail.recipient)
        except Dropped:
            if not stale:
                raise
            self.hang_up()
            way.hang_up()  # the others lay idle as long
            connection, way = await self._connected()
            await asyncio.sleep(way.turn())
            await connection.envelope(mail.bounces_to, mail.recipient)
        return connection

    async def _connected(self) -> tuple[Connection, Way]:
        """One to the best host there is now: back to the first, once that works again."""
        self._connection, self._way = await self._hosts.connect()
        return self._connection, self._way

    def _away(self, error: HostAway) -> Outcome:
        """Nothing is wrong with the message: it waits in the queue as long as no host may be asked."""
        if isinstance(error, NoRoom):
            return outcome.again("All connections to the mail host are in use.", delay=0.0)
        log.warning("no mail host can be reached", extra={"error": str(error), "code": error.code})
        return outcome.again("The mail host can't be reached, or refuses us.", error.code, self._hosts.seconds)

    async def _refused(self, error: Refused) -> Outcome:
        """The host said no; the connection stays, unless the host is closing it (421)."""
        if error.stage is Stage.MAIL and error.reply.code // 100 == 5:
            return self._unwelcome(error)
        ended = self._meant(error.stage, error.reply)
        try:
            if self._connection is not None:
                await self._connection.reset()
        except Dropped:
            self.hang_up()
        return ended

    def _meant(self, stage: Stage, reply: Reply) -> Outcome:
        """What a reply makes of the message; where the host sends us away, another may have it at once."""
        ended = meaning(stage, reply)
        if reply.code != CLOSING:
            if self._way:
                self._way.answered()
            return ended
        self._leave()
        return replace(ended, delay=0.0) if self._hosts.several and not self._hosts.seconds else ended

    def _leave(self) -> None:
        """This host is of no use now; where there is another, that one is asked meanwhile."""
        self.hang_up()
        if self._way and self._hosts.several:
            self._way.failed()

    def _unwelcome(self, error: Refused) -> Outcome:
        """The host refuses our own address: no message is to blame, and every one would meet the same."""
        self.hang_up()
        if self._way:
            self._way.failed()
        log.error("the mail host refuses the installation's address", extra={"code": error.reply.label})
        return outcome.again("The mail host refuses our own address.", error.reply.label, self._hosts.seconds)

    def _dropped(self, why: str) -> Outcome:
        """Before the final dot nothing can have arrived; after it nobody can know."""
        handed_over = self._connection is not None and self._connection.handed_over
        self._leave()
        return outcome.unknown(why) if handed_over else outcome.again(why)
