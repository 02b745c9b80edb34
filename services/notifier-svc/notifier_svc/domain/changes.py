"""What differs between two states of a rule or setting, field by field: the change log (G20). No secret is in it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from contracts.deliveries import Channel
from contracts.inbound import Scope
from contracts.jobs import Actor, Role
from notifier_svc.domain.model import Rule
from notifier_svc.domain.once_more import OnceMore
from notifier_svc.domain.pause import Pause
from notifier_svc.domain.sender import PhoneAccount, Sender
from notifier_svc.domain.usage import Cap


class Resource(StrEnum):
    """What can be changed."""

    RULE = "rule"
    SENDER = "sender"
    PAUSE = "pause"
    BLOCK = "block"
    MONTHLY_CAP = "monthly_cap"
    ONCE_MORE = "once_more"


@dataclass(frozen=True, slots=True)
class By:
    """Who changed it, by which operation."""

    actor: Actor
    how: str
    """As the table of access has it, `PUT /v1/pause`; or what did it by itself."""
    name: str | None = None
    """What the actor's token calls them, where it does."""


ITSELF = Actor(id="fieldbell", role=Role.SERVICE)
STARTERS = By(ITSELF, "starter")
BREAKER = By(ITSELF, "breaker")
PAUSE_ALL, RESUME_ALL = By(ITSELF, "pause-all"), By(ITSELF, "resume-all")
"""By an operator of the installation, who has no token."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after; what came or went is one change: the whole, and nothing."""

    field: str
    """`active`, `timing.days_before`; the name of the resource where it came or went."""
    old: Any
    new: Any
    """As JSON."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of one resource."""

    company_id: UUID
    resource: Resource
    id: UUID
    version: int | None
    """Its own, since then."""
    changes: tuple[Change, ...]


def of_rule(rule: Rule, version: int, before: Rule | None = None) -> Changed:
    """A rule that was made, or changed."""
    diff = _diff(Resource.RULE, _rule(before) if before else None, _rule(rule))
    return Changed(rule.company_id, Resource.RULE, rule.id, version, diff)


def of_sender(sender: Sender, version: int, before: Sender | None) -> Changed:
    """A sender that was set or replaced; of a token only that it is another one."""
    diff = _diff(Resource.SENDER, _sender(before) if before else None, _sender(sender))
    old, new = before and before.phone, sender.phone
    if old and new and old.sealed_token != new.sealed_token:
        diff += (Change("phone.auth_token", None, "replaced"),)
    if before and before.dkim and sender.dkim and before.dkim.sealed_key != sender.dkim.sealed_key:
        diff += (Change("dkim.private_key", None, "replaced"),)
    return Changed(sender.company_id, Resource.SENDER, sender.company_id, version, diff)


def of_pause(pause: Pause, before: Pause) -> Changed:
    """A company that was paused or resumed; without the office's note, which is free text."""
    diff = _diff(Resource.PAUSE, _pause(before), _pause(pause))
    return Changed(pause.company_id, Resource.PAUSE, pause.company_id, pause.version, diff)


def of_cap(cap: Cap, before: Cap) -> Changed:
    """What a month may cost."""
    old, new = ({"segments": each.segments, "calls": each.calls} for each in (before, cap))
    return Changed(cap.company_id, Resource.MONTHLY_CAP, cap.company_id, cap.version, tuple(_fields("", old, new)))


def of_once_more(chosen: OnceMore, before: OnceMore) -> Changed:
    """Of which categories emails in doubt are sent once more."""
    old, new = ({"categories": sorted(each.categories)} for each in (before, chosen))
    diff = tuple(_fields("", old, new))
    return Changed(chosen.company_id, Resource.ONCE_MORE, chosen.company_id, chosen.version, diff)


def of_block(company_id: UUID, id: UUID, channel: Channel, scope: Scope, *, lifted: bool = False) -> Changed:
    """A block that was added or lifted; whose address it is, the registry alone knows."""
    facts = {"channel": channel, "scope": scope}
    diff = _diff(Resource.BLOCK, facts, None) if lifted else _diff(Resource.BLOCK, None, facts)
    return Changed(company_id, Resource.BLOCK, id, None, diff)


def _rule(rule: Rule) -> dict[str, Any]:
    facts = asdict(rule)
    for silent in ("id", "company_id", "category", "created_at", "max_age", "expires_after"):
        del facts[silent]
    return facts | {
        "customer_kinds": sorted(rule.customer_kinds),
        "tags": sorted(rule.tags),
        "max_age_hours": rule.max_age.total_seconds() / 3600,
        "expires_after_hours": rule.expires_after.total_seconds() / 3600,
        "timing": asdict(rule.timing) | {"at": rule.timing.at.isoformat("minutes")} if rule.timing else None,
    }


def _sender(sender: Sender) -> dict[str, Any]:
    return {
        "from_address": sender.from_address,
        "reply_to": sender.reply_to,
        "phone": _phone(sender.phone) if sender.phone else None,
        "dkim": {"selector": sender.dkim.selector} if sender.dkim else None,
    }


def _phone(phone: PhoneAccount) -> dict[str, Any]:
    facts = asdict(phone)
    del facts["sealed_token"]
    return facts | {"numbers": list(phone.numbers)}


def _pause(pause: Pause) -> dict[str, Any]:
    return {"paused": pause.paused, "cause": pause.cause if pause.paused else None}


def _diff(whole: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> tuple[Change, ...]:
    if old is None or new is None:
        return (Change(whole, old, new),)
    return tuple(_fields("", old, new))


def _fields(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name, was in old.items():
        now = new[name]
        if isinstance(was, dict) and isinstance(now, dict):
            yield from _fields(f"{path}{name}.", was, now)
        elif was != now:
            yield Change(f"{path}{name}", was, now)
