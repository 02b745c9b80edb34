"""What an intake takes from the queue: emails by lane, texts and calls by what each company's account may send."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Protocol

from contracts.deliveries import Lane
from notifier_svc.send.allowance import Allowance
from notifier_svc.send.hands import Hands
from notifier_svc.send.hosts import MailHosts
from notifier_svc.store import sending as store
from notifier_svc.store.sending import LANES, NOTHING, Claim
from servicekit.db import Tx

BATCH = 100
AHEAD_SECONDS = 5.0


class Claims(Protocol):
    """Some parts of the queue."""

    parts: Sequence[str]
    """As the planner calls them when it queues something."""

    async def take(self, tx: Tx) -> Claim:
        """Claim what is due (T1)."""

    async def seconds(self, tx: Tx) -> float | None:
        """How long until something may be taken; `None` when nothing waits."""


class EmailClaims:
    """Emails of some lanes, the more urgent first.

    Where the mail host has a pace no more are in our hands than it takes soon: what waits there too long is given back,
    and lines up behind all that waits by then.
    """

    def __init__(self, lanes: Collection[Lane], hosts: MailHosts, hands: Hands, lease: timedelta) -> None:
        self.parts: Sequence[str] = [f"email {LANES[lane]}" for lane in lanes]
        self._lanes = lanes
        self._hosts = hosts
        self._hands = hands
        self._lease = lease

    async def take(self, tx: Tx) -> Claim:
        most = self._most()
        return await store.claim_emails(tx, self._lanes, most, self._lease) if most > 0 else NOTHING

    async def seconds(self, tx: Tx) -> float | None:
        seconds = await store.seconds_to_next_email(tx, self._lanes)
        if seconds is None or self._most() > 0:
            return seconds
        return max(seconds, 1 / (self._hosts.per_second or BATCH))

    def _most(self) -> int:
        if (per_second := self._hosts.per_second) is None:
            return BATCH
        return min(BATCH, max(1, int(AHEAD_SECONDS * per_second)) - self._hands.emails_waiting(self._lanes))


class PhoneClaims:
    """Texts and calls of all companies: none waits for another's account.

    Of each at most `most` are in our hands, so that an account that does not answer leaves others their connections.
    """

    def __init__(self, allowance: Allowance, hands: Hands, most: int, lease: timedelta) -> None:
        self.parts: Sequence[str] = ["phone"]
        self._allowance = allowance
        self._hands = hands
        self._most = most
        self._lease = lease

    async def take(self, tx: Tx) -> Claim:
        allowed = self._allowance.of(await store.phone_lines(tx))
        held, share = self._hands.by_phone(), max(1, BATCH // max(1, len(allowed)))
        room = {id: min(count, share, self._most - held[id]) for id, count in allowed.items()}
        most = {id: count for id, count in room.items() if count > 0}
        if not most:
            return NOTHING
        claim = await store.claim_phone(tx, most, self._lease)
        self._allowance.spend(claimed.company_id for claimed in (*claim.dues, *claim.unreadable))
        return claim

    async def seconds(self, tx: Tx) -> float | None:
        return self._allowance.seconds(await store.phone_lines(tx))
