"""What limits the companies of what is due: pauses, quiet hours, and the places that their caps have left (G13)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from contracts.deliveries import Channel
from contracts.profiles import CompanyProfile, CustomerProfile
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.matrix import NOT_AUTOMATED
from notifier_svc.domain.model import normalise
from notifier_svc.domain.recheck import Due
from notifier_svc.domain.timing import NO_LIMITS, Limits, limits_of, zone_of
from notifier_svc.domain.usage import month_at
from notifier_svc.store import pauses, usage
from notifier_svc.store import places as store
from notifier_svc.store.places import Place
from servicekit import clock
from servicekit.db import Tx


@dataclass(frozen=True)
class Limiting:
    """What is known now about the limits of some companies."""

    companies: Mapping[UUID, CompanyProfile]
    paused: Collection[UUID]
    hashes: Mapping[UUID, bytes]
    """By delivery: its address, where its company has a cap that counts it."""
    taken: Mapping[bytes, Sequence[tuple[date, UUID]]]
    """By address: on which day which delivery has a place."""
    spent: Collection[tuple[UUID, Channel]] = ()
    """Which companies' monthly caps are used up, and of what."""

    def of(self, due: Due) -> Limits:
        """What the domain asks about one delivery; its own place counts for none."""
        company = self.companies.get(due.company_id)
        if company is None:
            return NO_LIMITS
        paused, hashed = company.id in self.paused, self.hashes.get(due.id)
        if hashed is None:
            return self._with_spent(limits_of(company, paused=paused), due)
        others = Counter(day for day, id in self.taken.get(hashed, ()) if id != due.id)
        key = normalise(due.address or "")
        planned = {(due.channel, key, day): n for day, n in others.items()}
        return self._with_spent(limits_of(company, paused=paused, planned=planned), due)

    def _with_spent(self, limits: Limits, due: Due) -> Limits:
        if (due.company_id, due.channel) not in self.spent:
            return limits
        return replace(limits, spent=frozenset({due.channel}))

    def place(self, due: Due, customer: CustomerProfile, now: datetime) -> Place | None:
        """What it takes up where it goes, if its company has a cap."""
        company, hashed = self.companies[due.company_id], self.hashes.get(due.id)
        cap = company.caps.per_recipient_per_day
        if hashed is None or cap is None:
            return None
        day = now.astimezone(zone_of(customer, due.occurrence.service_address_id, company)).date()
        return Place(company.id, hashed, day, cap, due.id)


async def limiting(tx: Tx, keys: Keys, dues: Sequence[Due], companies: Mapping[UUID, CompanyProfile]) -> Limiting:
    """Read what limits `companies`; of addresses, where a company has a cap."""
    capped = {id for id, company in companies.items() if company.caps.per_recipient_per_day is not None}
    hashes = {
        due.id: keys.address(due.company_id, due.channel, normalise(due.address))
        for due in dues
        if due.company_id in capped and due.address and due.category not in NOT_AUTOMATED
    }
    taken = await store.taken(tx, set(hashes.values())) if hashes else {}
    by_phone = {due.company_id for due in dues if due.channel is not Channel.EMAIL}
    spent = await usage.spent(tx, by_phone, month_at(clock.now())) if by_phone else ()
    return Limiting(companies, await pauses.paused(tx, {due.company_id for due in dues}), hashes, taken, spent)
