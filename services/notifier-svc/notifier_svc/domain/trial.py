"""A message that somebody of the office sends to themself, before customers get one like it (G10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from contracts.deliveries import Category, Channel, Reason
from contracts.model import Contract
from contracts.profiles import CompanyProfile, Phone
from contracts.rendering import RenderContext
from notifier_svc.domain.gates import channel_refused, unreachable
from notifier_svc.domain.matrix import OF_A_PHONE, REASONS
from notifier_svc.domain.model import Block, Candidate, Decision, OwnMessage, OwnTrigger, Send, Skip
from notifier_svc.domain.people import willing

NOBODY = UUID(int=0)
"""In place of a customer where a message is about none (RFC 9562 5.9: the nil UUID)."""
GOOD_FOR = timedelta(hours=1)
"""Who tests waits for it; later it would only puzzle them."""


class Trial(Contract):
    """What such a message is about. It is whole: no later change of a job or profile makes it another one."""

    id: UUID
    company_id: UUID
    customer_id: UUID = NOBODY
    """Whose job's values it shows, so that they go with them; `NOBODY` where they are samples."""
    name: str
    """Who asked for it, and reads it."""
    locale: str
    """The customer's, as BCP 47: whose words are tried."""
    context: RenderContext


@dataclass(frozen=True, slots=True)
class Place:
    """Where it goes, and what stands against that."""

    channel: Channel
    address: str
    company: CompanyProfile
    blocked: frozenset[Block]
    phone_account: bool
    phones: Sequence[Phone] = ()
    """The phones of customers that have this number."""


def reader_of(trial: Trial, channel: Channel, address: str | None) -> Candidate:
    """Who asked, as someone whom no customer's preference concerns."""
    return Candidate(NOBODY, trial.name, channel, address, frozenset())


def decide(trial: Trial, template_id: UUID, place: Place, now: datetime) -> Decision:
    """One row of the log: it goes at once, or not at all."""
    message = OwnMessage(OwnTrigger.TEST, Category.SYSTEM, place.channel, template_id)
    reader = reader_of(trial, place.channel, place.address)
    return Decision(message, may_go(reader, place), now, now + GOOD_FOR, reader)


def may_go(reader: Candidate, place: Place) -> Send | Skip:
    """What holds for every message holds for this one: an account to send by, no block, the sandbox; and consent."""
    refusal = (
        channel_refused(reader.channel, place.phone_account)
        or unreachable(Category.SYSTEM, reader, place.company, place.blocked)
        or _unwanted(reader.channel, place.phones)
    )
    return Skip(refusal) if refusal else Send()


def _unwanted(channel: Channel, phones: Sequence[Phone]) -> Reason | None:
    """Whether a customer's phone is not to be texted or called, whoever asks."""
    needed = OF_A_PHONE.get(channel)
    unwilling = needed and any(needed not in willing(phone) for phone in phones)
    return REASONS[needed] if needed and unwilling else None
