"""When a message that passed the gates may go: caps, quiet hours and a pause make it wait (G13, D13), never skip it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from contracts.deliveries import Category, Channel, Lane
from contracts.profiles import CompanyProfile, CustomerProfile, QuietHours
from notifier_svc.domain.matrix import NOT_AUTOMATED
from notifier_svc.domain.model import Wait


@dataclass(frozen=True, slots=True)
class Limits:
    """What makes messages wait; by default nothing does."""

    quiet_hours: QuietHours | None = None
    per_recipient_per_day: int | None = None
    planned: Mapping[tuple[Channel, str, date], int] = field(default_factory=dict)
    """How many went, or are to go, to a normalised address on a day of its zone; none where absent."""
    paused: bool = False
    spent: frozenset[Channel] = frozenset()
    """What a month's cap leaves nothing of."""


NO_LIMITS = Limits()
SPENT_AGAIN = timedelta(minutes=15)
"""Before what waits for a cap is asked about again: it may have been raised."""


def limits_of(
    company: CompanyProfile, *, paused: bool, planned: Mapping[tuple[Channel, str, date], int] = NO_LIMITS.planned
) -> Limits:
    """What makes messages of the company wait."""
    return Limits(company.quiet_hours, company.caps.per_recipient_per_day, planned, paused)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that may go, and the time it has."""

    category: Category
    channel: Channel
    lane: Lane
    key: str
    """The normalised address."""
    due_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class When:
    """The first moment at which it may go, after the end of a pause; and what it waits for, if for anything."""

    at: datetime
    waits_for: Wait | None = None


def zone_of(customer: CustomerProfile, service_address_id: UUID | None, company: CompanyProfile) -> tzinfo:
    """Whose clock quiet hours and days go by: the customer's, else the service address's, else the company's (D10).

    A zone that this machine's database does not know yet counts as none.
    """
    places = [place.zone for place in customer.service_addresses if place.id == service_address_id]
    return first_zone(customer.zone, *places, company.zone)


def first_zone(*names: str | None) -> tzinfo:
    """The first of these zones that there is; UTC where there is none."""
    return next((ZoneInfo(name) for name in names if name and name in _known_zones()), UTC)


def unknown_zones(profile: CustomerProfile | CompanyProfile) -> set[str]:
    """The zones of a profile that this machine's database does not have: the next one is used in their place."""
    places = profile.service_addresses if isinstance(profile, CustomerProfile) else ()
    return {name for name in (profile.zone, *(place.zone for place in places)) if name} - _known_zones()


@cache
def _known_zones() -> set[str]:
    return available_timezones()


def concern(limits: Limits, message: Outgoing) -> bool:
    """Whether any of the limits holds such a message at any time; if none does, nobody's clock need be read."""
    quiet = limits.quiet_hours
    capped = limits.per_recipient_per_day is not None or message.channel in limits.spent
    return limits.paused or capped or bool(quiet and _heeds(message, quiet))


def when(message: Outgoing, zone: tzinfo, limits: Limits) -> When:
    """When `message` may go; not before it expires, if its time runs out first. Waiting moves no expiry."""
    if message.category in NOT_AUTOMATED:
        return When(message.due_at)
    at = message.due_at
    waits_for = Wait.PAUSE if limits.paused else None
    while at < message.expires_at and (held := _held(message, at.astimezone(zone), limits)):
        waits_for = waits_for or held[0]
        at = held[1].astimezone(UTC)
    if waits_for is None and message.channel in limits.spent and message.lane is not Lane.URGENT:
        return When(at + SPENT_AGAIN, Wait.MONTHLY_CAP)
    return When(at, waits_for)


def _held(message: Outgoing, local: datetime, limits: Limits) -> tuple[Wait, datetime] | None:
    """What holds it back at this moment of its reader's clock, and until when."""
    if _capped(message, local.date(), limits):
        return Wait.CAP, _at(local.date() + timedelta(days=1), _morning(message, limits.quiet_hours), local)
    quiet = limits.quiet_hours
    if quiet and _heeds(message, quiet) and is_quiet(local.time(), quiet):
        days = 0 if local.time() < quiet.ends else 1
        return Wait.QUIET_HOURS, _at(local.date() + timedelta(days=days), quiet.ends, local)
    return None


def _capped(message: Outgoing, day: date, limits: Limits) -> bool:
    cap = limits.per_recipient_per_day
    return cap is not None and limits.planned.get((message.channel, message.key, day), 0) >= cap


def _morning(message: Outgoing, quiet: QuietHours | None) -> time:
    """When a day begins for what had to wait for it: it wakes nobody at midnight, however urgent it was."""
    return quiet.ends if quiet and _loud(message, quiet) and is_quiet(time.min, quiet) else time.min


def _heeds(message: Outgoing, quiet: QuietHours) -> bool:
    """Texts and calls do, email where the company says so; what is urgent passes where the company says so."""
    if message.lane is Lane.URGENT and quiet.urgent_passes:
        return False
    return _loud(message, quiet)


def _loud(message: Outgoing, quiet: QuietHours) -> bool:
    return message.channel is not Channel.EMAIL or quiet.hold_email


def is_quiet(local: time, quiet: QuietHours) -> bool:
    """Whether it is quiet at this time of day: from the start on, and no longer at the end; both may span midnight."""
    if quiet.starts <= quiet.ends:
        return quiet.starts <= local < quiet.ends
    return local >= quiet.starts or local < quiet.ends


def _at(day: date, clock: time, local: datetime) -> datetime:
    """That time on `day`, on the clock of `local`: of an hour that comes twice the one that is still to come.

    A time that the clock leaps over is as much later as the leap is long (PEP 495, fold 0).
    """
    return datetime.combine(day, clock, local.tzinfo).replace(fold=local.fold if day == local.date() else 0)
