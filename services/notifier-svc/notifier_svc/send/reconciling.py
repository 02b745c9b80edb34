"""Settles unknown outcomes: Twilio is asked for texts and calls, emails are sent once more where that is wanted."""

import asyncio
import logging
from datetime import timedelta
from enum import StrEnum

from contracts.deliveries import Channel
from notifier_svc.channels.twilio import Account, Away, Listed, Lost, Refused, Twilio
from notifier_svc.sealing import Seal, Unopenable
from notifier_svc.store import doubts as store
from notifier_svc.store import senders
from notifier_svc.store.doubts import Doubt
from servicekit import clock
from servicekit.db import TROUBLE, Database
from servicekit.telemetry import meter

log = logging.getLogger(__name__)

AT_ONCE = 20
POLL_SECONDS = 5.0
LOOKS = 3
"""How often a text must be missing at Twilio to be held for not taken: its list may be behind."""
EARLIER = timedelta(seconds=30)
"""How far Twilio's clock is behind ours at most, where both are right."""
CLOCK_IS_WRONG = timedelta(days=1)
"""How far where one is not: what it took in that time, and no try is known by, may be what is looked for."""
BEFORE = timedelta(hours=1)
"""For so long another text of the same words, or another call, may be taken for it."""
LATER = timedelta(minutes=5)
"""A call that Twilio took later than this after the try began is no call of ours."""
FOUND = "Twilio did not answer in time, and has it all the same."
NOT_THERE = "Twilio did not answer, and does not have it: it is sent again."
NO_CALL = "Twilio was asked, and has no such call. By itself nobody is called again."
WHICH_CALL = "Twilio was asked, and has calls that may be this one or another."
WANTED = "Nobody knows whether it arrived; the company has such emails sent once more."

_settled = meter.create_counter("fieldbell_doubts_total", description="Unknown outcomes looked at, by what came of it.")


class How(StrEnum):
    """What came of looking at one."""

    FOUND = "found"
    NOT_TAKEN = "not taken"
    SENT_AGAIN = "sent again"
    BY_OTHERS = "settled by others"
    NEVER = "stays unknown"
    LATER = "looked at again"


class Reconciler:
    """Runs until cancelled; several may."""

    def __init__(self, database: Database, twilio: Twilio, seal: Seal, wait: timedelta) -> None:
        self._database = database
        self._twilio = twilio
        self._seal = seal
        self._wait = wait

    async def run(self) -> None:
        """Settle what can be, for ever."""
        for how in How:
            _settled.add(0, {"how": how})
        while True:
            try:
                settled = await self.settle()
            except TROUBLE as error:
                log.warning("doubts have to wait", extra={"error": type(error).__name__})
                settled = 0
            if settled < AT_ONCE:
                await asyncio.sleep(min(POLL_SECONDS, self._wait.total_seconds()))

    async def settle(self) -> int:
        """Look at some that are due; how many those were.

        Who looks for so long that another looks, too, does no harm: only what is still unknown can be settled.
        """
        async with self._database.worker() as tx:
            found = await store.take(tx, AT_ONCE, 2 * self._wait)
        async with asyncio.TaskGroup() as looking:  # so that no company waits for another's account
            for doubt in found:
                looking.create_task(self._settle(doubt))
        return len(found)

    async def _settle(self, doubt: Doubt) -> None:
        try:
            _settled.add(1, {"how": await self._look_at(doubt)})
        except TROUBLE as error:
            log.warning("a doubt has to wait", extra={"error": type(error).__name__})

    async def _look_at(self, doubt: Doubt) -> How:
        if doubt.settled:
            return await self._over(doubt, How.BY_OTHERS)
        if doubt.about.channel is not Channel.EMAIL:
            return await self._ask(doubt)
        if doubt.once_more and doubt.doubted == 1:  # R = 1 (D14)
            return await self._send_again(doubt, WANTED, How.SENT_AGAIN)
        return await self._over(doubt, How.NEVER)

    async def _ask(self, doubt: Doubt) -> How:
        about = doubt.about
        try:
            account = await self._account(doubt)
            if account is None or doubt.sender_changed or not about.address or not (doubt.words or doubt.is_call):
                return await self._over(doubt, How.NEVER)
            listed = await self._listed(account, about.address, doubt)
        except (Refused, Away, Lost, Unopenable) as error:
            log.warning("Twilio can't be asked", extra={"company_id": str(about.company_id), "error": str(error)})
            return await self._later(doubt, looked=False)
        return await self._conclude(doubt, listed)

    async def _conclude(self, doubt: Doubt, listed: list[Listed]) -> How:
        """Is it among what Twilio has for this number? Only what no other try is known by, or may be, can be it."""
        async with self._database.worker() as tx:
            rivals = await store.rivals(tx, doubt, doubt.began - BEFORE)
        if rivals:  # two of the same words, or two calls: nobody can tell which of them Twilio has
            which = WHICH_CALL if doubt.is_call and listed else None
            return await (self._over(doubt, How.NEVER, which) if all(rivals) else self._later(doubt, looked=False))
        async with self._database.worker() as tx:
            free = await store.unclaimed(tx, doubt, [each.sid for each in listed])
            same = [each.sid for each in listed if each.sid in free and _is_like(doubt, each)]
            if same and not (doubt.is_call and len(same) > 1):
                await store.sent(tx, doubt, same[-1], FOUND, clock.now())
                return How.FOUND
        if doubt.looks + 1 < LOOKS and not same:
            return await self._later(doubt, looked=True)
        if doubt.is_call:
            return await self._over(doubt, How.NEVER, WHICH_CALL if same else NO_CALL)
        if free:  # it may be one of these: a clock is wrong, or an account puts words before ours, or hides them
            return await self._over(doubt, How.NEVER)
        return await self._send_again(doubt, NOT_THERE, How.NOT_TAKEN)

    async def _listed(self, account: Account, number: str, doubt: Doubt) -> list[Listed]:
        if doubt.is_call:
            return await self._twilio.calls_to(account, number, doubt.began - EARLIER, doubt.began + LATER)
        return await self._twilio.texts_to(account, number, doubt.began - CLOCK_IS_WRONG)

    async def _account(self, doubt: Doubt) -> Account | None:
        async with self._database.worker() as tx:
            found = await senders.find(tx, doubt.about.company_id)
        phone = found[0].phone if found else None
        if phone is None:
            return None
        token = self._seal.open(doubt.about.company_id, phone.sealed_token)
        return Account(phone.account_sid, token, phone.numbers[0], phone.messaging_service_sid)

    async def _send_again(self, doubt: Doubt, why: str, how: How) -> How:
        async with self._database.worker() as tx:
            await store.again(tx, doubt, why, clock.now())
        return how

    async def _later(self, doubt: Doubt, *, looked: bool) -> How:
        if doubt.about.expires_at <= clock.now():
            return await self._over(doubt, How.NEVER)
        async with self._database.worker() as tx:
            await store.later(tx, doubt, self._wait, looked=looked)
        return How.LATER

    async def _over(self, doubt: Doubt, how: How, said: str | None = None) -> How:
        async with self._database.worker() as tx:
            await store.over(tx, doubt, said)
        return how


def _is_like(doubt: Doubt, listed: Listed) -> bool:
    """Whether it can be told from others: a call of that time, or a text of the same words taken since."""
    return doubt.is_call or (listed.created >= doubt.began - EARLIER and listed.body.strip() == doubt.words.strip())
