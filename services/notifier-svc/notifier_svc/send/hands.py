"""What this sender holds: claimed, and not yet settled."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from contracts.deliveries import Channel, Lane
from notifier_svc.domain.recheck import Claimed, Due


@dataclass(slots=True)
class _Hold:
    due: Due
    leased_at: float
    picked_up: bool = False
    begun: bool = False


class Hands:
    """The deliveries in this sender's hands, by id."""

    def __init__(self) -> None:
        self._holds: dict[UUID, _Hold] = {}

    def take(self, dues: Iterable[Due]) -> None:
        """They were claimed just now."""
        now = monotonic()
        for due in dues:
            self._holds[due.id] = _Hold(due, now)

    def pick_up(self, due: Due) -> bool:
        """Somebody carries it now. False: it is not ours any more, it waited too long and was given back."""
        hold = self._held(due)
        if hold:
            hold.picked_up = True
        return hold is not None

    def begin(self, due: Due) -> bool:
        """From here on only its outcome settles it: its T2 may be in the database. False: it is not ours any more."""
        hold = self._held(due)
        if hold:
            hold.begun = True
        return hold is not None

    def drop(self, dues: Iterable[Claimed]) -> None:
        """They are settled, or no longer ours."""
        for due in dues:
            if self._held(due):
                del self._holds[due.id]

    def renewed(self, ids: Iterable[UUID]) -> None:
        """Their leases were lengthened just now."""
        now = monotonic()
        for id in ids:
            if id in self._holds:
                self._holds[id].leased_at = now

    def ids(self) -> list[UUID]:
        """All that is held."""
        return list(self._holds)

    def carried_before(self, seconds: float) -> list[Due]:
        """Those that are carried, and whose lease is older than `seconds`."""
        return [hold.due for hold in self._older(seconds) if hold.picked_up]

    def waiting_since(self, seconds: float) -> list[Due]:
        """Those that were claimed more than `seconds` ago, and that nobody carries yet."""
        return [hold.due for hold in self._older(seconds) if not hold.picked_up]

    def _older(self, seconds: float) -> list[_Hold]:
        limit = monotonic() - seconds
        return [hold for hold in self._holds.values() if hold.leased_at < limit]

    def _held(self, due: Claimed) -> _Hold | None:
        hold = self._holds.get(due.id)
        return hold if hold and hold.due.fence == due.fence else None

    def emails_waiting(self, lanes: Collection[Lane]) -> int:
        """How many emails of these lanes are held that nobody carries yet."""
        waiting = (hold.due for hold in self._holds.values() if not hold.picked_up)
        return sum(due.channel is Channel.EMAIL and due.lane in lanes for due in waiting)

    def by_phone(self) -> Counter[UUID]:
        """How many texts and calls are held of each company."""
        return Counter(hold.due.company_id for hold in self._holds.values() if hold.due.channel is not Channel.EMAIL)

    def not_begun(self) -> list[Due]:
        """Those that certainly never reached the wire."""
        return [hold.due for hold in self._holds.values() if not hold.begun]
