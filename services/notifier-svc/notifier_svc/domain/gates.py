"""The gates (requirements, D7): may this message go to this person by this channel, and if not, why."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.deliveries import Category, Channel, Reason
from contracts.inbound import Scope
from contracts.profiles import CompanyProfile, CustomerProfile
from notifier_svc.domain.matrix import BLOCKS, GROUPS, OF_A_PHONE, REASONS, needs
from notifier_svc.domain.model import Block, Candidate, Send, Skip, normalise

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^\x00-\x1f\x7f]+@[^\x00-\x1f\x7f@]+")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What besides the recipient decides."""

    customer: CustomerProfile
    company: CompanyProfile
    blocked: frozenset[Block]
    phone_account: bool = True
    """Whether the company has an account to text and call with."""


def channel_refused(channel: Channel, phone_account: bool) -> Reason | None:
    """Why the company can send nothing by this channel, whoever it is for (S3.13)."""
    if channel is not Channel.EMAIL and not phone_account:
        return Reason.PHONE_NOT_SET_UP
    return None


def gate(category: Category, candidate: Candidate | None, circumstances: Circumstances) -> Send | Skip:
    """May this message go to this candidate, or is there none; the first "no" in the order of the requirements."""
    if circumstances.customer.archived:
        return Skip(Reason.ARCHIVED)
    if candidate is None or candidate.address is None:
        return Skip(Reason.NO_ADDRESS)
    refusal = unreachable(category, candidate, circumstances.company, circumstances.blocked)
    if refusal:
        return Skip(refusal)
    for flag in needs(category, candidate.channel):
        if flag not in candidate.allows:
            return Skip(REASONS[flag])
    return Send()


def unreachable(
    category: Category, candidate: Candidate, company: CompanyProfile, blocked: frozenset[Block]
) -> Reason | None:
    """Why the address can't or mustn't be written to, whatever its owner prefers and whoever that is."""
    closed = _closed(category, candidate, blocked)
    if closed is None and not _reachable_in_sandbox(candidate, company):
        return Reason.SANDBOX
    return closed


def eligible(category: Category, candidate: Candidate, blocked: frozenset[Block]) -> bool:
    """Whether nothing about this phone itself stands against a text or call (D1); the sandbox changes no choice."""
    return OF_A_PHONE[candidate.channel] in candidate.allows and not _closed(category, candidate, blocked)


def too_old(occurred_at: datetime, max_age: timedelta, now: datetime) -> bool:
    """Whether the news is older than its trigger allows (D13)."""
    return now - occurred_at > max_age


def _closed(category: Category, candidate: Candidate, blocked: frozenset[Block]) -> Reason | None:
    """Why nothing of this category can or may be sent to the address, whatever its owner prefers."""
    if not _valid(candidate):
        return Reason.INVALID_ADDRESS
    if candidate.channel is Channel.SMS and candidate.landline:
        return Reason.LANDLINE
    return _blocked(category, candidate, blocked) if blocked else None


def _blocked(category: Category, candidate: Candidate, blocked: frozenset[Block]) -> Reason | None:
    """Whether a block keeps it away, and which sentence of the office's says so best."""
    scopes = (Scope.EVERYTHING, GROUPS.get(category))
    place = (candidate.channel, candidate.key)
    causes = {block.cause for block in blocked if block[:2] == place and block.scope in scopes}
    told = (reason for cause, reason in BLOCKS[candidate.channel].items() if cause in causes)
    return next(told, Reason.BLOCKED) if causes else None


def _valid(candidate: Candidate) -> bool:
    """Whether the address can be written to at all; the customer service has checked its form."""
    form = _EMAIL if candidate.channel is Channel.EMAIL else _E164
    return form.fullmatch(candidate.key) is not None


def _reachable_in_sandbox(candidate: Candidate, company: CompanyProfile) -> bool:
    sandbox = company.sandbox
    return not sandbox.on or candidate.key in {normalise(address) for address in sandbox.allow_list}
