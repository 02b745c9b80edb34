"""A message that somebody of the office sends to themself, before customers get one like it (G10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from contracts.deliveries import Category, Channel
from contracts.model import Contract
from contracts.profiles import CompanyProfile
from contracts.rendering import RenderContext
from notifier_svc.domain.gates import channel_refused, unreachable
from notifier_svc.domain.model import Block, Candidate, Decision, OwnMessage, OwnTrigger, Send, Skip

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


def reader_of(trial: Trial, channel: Channel, address: str | None) -> Candidate:
    """Who asked, as someone whom no customer's preference concerns."""
    return Candidate(NOBODY, trial.name, channel, address, frozenset())


def decide(trial: Trial, template_id: UUID, place: Place, now: datetime) -> Decision:
    """One row of the log: it goes at once, or not at all."""
    message = OwnMessage(OwnTrigger.TEST, Category.SYSTEM, place.channel, template_id)
    reader = reader_of(trial, place.channel, place.address)
    return Decision(
        message, may_go(reader, place.company, place.blocked, place.phone_account), now, now + GOOD_FOR, reader
    )


def may_go(reader: Candidate, company: CompanyProfile, blocked: frozenset[Block], phone_account: bool) -> Send | Skip:
    """Only what holds for every message holds for this one: an account to send by, no block, the sandbox."""
    refusal = channel_refused(reader.channel, phone_account) or unreachable(Category.SYSTEM, reader, company, blocked)
    return Skip(refusal) if refusal else Send()
