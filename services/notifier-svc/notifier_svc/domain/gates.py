"""The gates (requirements, D7): may this message go to this person by this channel, and if not, why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.deliveries import Category, Channel, Reason
from contracts.profiles import CompanyProfile, CustomerProfile
from notifier_svc.domain.model import Block, Candidate, Flag, Scope, Send, Skip, normalise

# D7, row by row: which preferences a category needs. An empty tuple: no further flag.
EMAIL_NEEDS: dict[Category, tuple[Flag, ...]] = {
    Category.CONFIRMATION: (Flag.CONFIRMATIONS_OF_ALL_JOBS, Flag.CONFIRMATIONS),
    Category.STATUS: (Flag.STATUS_UPDATES,),
    Category.REQUEST: (Flag.STATUS_UPDATES,),
    Category.FOLLOW_UP: (Flag.STATUS_UPDATES,),
    Category.RECEIPT: (Flag.PAYMENT_RECEIPTS,),
    Category.INVOICE: (Flag.INVOICES,),
    Category.SERVICE_REMINDER: (Flag.SERVICE_REMINDERS,),
    Category.INVOICE_REMINDER: (Flag.INVOICE_REMINDERS,),
    Category.BROADCAST: (Flag.BROADCASTS,),
    Category.MANUAL: (),
    Category.DIRECT: (),
    Category.ACCOUNT: (),
    Category.SYSTEM: (),
}
PHONE_NEEDS: dict[Category, tuple[Flag, ...]] = {
    Category.CONFIRMATION: (Flag.CONFIRMATIONS_OF_ALL_JOBS,),
    Category.STATUS: (),
    Category.REQUEST: (),
    Category.FOLLOW_UP: (),
    Category.RECEIPT: (),
    Category.INVOICE: (),
    Category.SERVICE_REMINDER: (Flag.SERVICE_REMINDERS,),
    Category.INVOICE_REMINDER: (Flag.INVOICE_REMINDERS,),
    Category.BROADCAST: (Flag.BY_EMAIL_ONLY,),
    Category.MANUAL: (),
    Category.DIRECT: (),
    Category.ACCOUNT: (),
    Category.SYSTEM: (),
}
# What the channel needs on top: of an automated message, and of the others.
AUTOMATED: dict[Channel, tuple[Flag, ...]] = {
    Channel.EMAIL: (),
    Channel.SMS: (Flag.TEXT, Flag.SMS_CONSENT),
    Channel.VOICE: (Flag.VOICE, Flag.CALLS),
}
NOT_AUTOMATED: dict[Category, dict[Channel, tuple[Flag, ...]]] = {
    Category.MANUAL: {Channel.SMS: (Flag.SMS_CONSENT,)},
    Category.DIRECT: {Channel.SMS: (Flag.SMS_CONSENT,)},
    Category.ACCOUNT: {},
    Category.SYSTEM: {},
}
# Whose unsubscribe stops it; what is not here obeys only blocks of everything.
GROUPS: dict[Category, Scope] = {
    Category.SERVICE_REMINDER: Scope.REMINDERS,
    Category.INVOICE_REMINDER: Scope.REMINDERS,
    Category.BROADCAST: Scope.BROADCASTS,
}

REASONS: dict[Flag, Reason] = {
    Flag.CONFIRMATIONS_OF_ALL_JOBS: Reason.CONFIRMATIONS_OFF,
    Flag.CONFIRMATIONS: Reason.ADDRESS_CONFIRMATIONS_OFF,
    Flag.STATUS_UPDATES: Reason.STATUS_UPDATES_OFF,
    Flag.PAYMENT_RECEIPTS: Reason.RECEIPTS_OFF,
    Flag.INVOICES: Reason.INVOICES_OFF,
    Flag.SERVICE_REMINDERS: Reason.SERVICE_REMINDERS_OFF,
    Flag.INVOICE_REMINDERS: Reason.INVOICE_REMINDERS_OFF,
    Flag.BROADCASTS: Reason.BROADCASTS_EXCLUDED,
    Flag.BY_EMAIL_ONLY: Reason.BY_EMAIL_ONLY,
    Flag.TEXT: Reason.TEXT_OFF,
    Flag.VOICE: Reason.VOICE_OFF,
    Flag.SMS_CONSENT: Reason.NO_SMS_CONSENT,
    Flag.CALLS: Reason.CALLS_OPTED_OUT,
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What besides the recipient decides."""

    customer: CustomerProfile
    company: CompanyProfile
    blocked: frozenset[Block]
    phone_account: bool = True
    """Whether the company has an account to text and call with."""


def needs(category: Category, channel: Channel) -> tuple[Flag, ...]:
    """The preferences that this message needs, in the order in which a missing one is named."""
    table = EMAIL_NEEDS if channel is Channel.EMAIL else PHONE_NEEDS
    return table[category] + NOT_AUTOMATED.get(category, AUTOMATED).get(channel, ())


def channel_refused(channel: Channel, circumstances: Circumstances) -> Reason | None:
    """Why the company can send nothing by this channel, whoever it is for (S3.13)."""
    if channel is not Channel.EMAIL and not circumstances.phone_account:
        return Reason.PHONE_NOT_SET_UP
    return None


def gate(category: Category, candidate: Candidate | None, circumstances: Circumstances) -> Send | Skip:
    """May this message go to this candidate, or is there none; the first "no" in the order of the requirements."""
    if circumstances.customer.archived:
        return Skip(Reason.ARCHIVED)
    if candidate is None or candidate.address is None:
        return Skip(Reason.NO_ADDRESS)
    if not _valid(candidate):
        return Skip(Reason.INVALID_ADDRESS)
    if _blocked(category, candidate, circumstances.blocked):
        return Skip(Reason.BLOCKED)
    if not _reachable_in_sandbox(candidate, circumstances.company):
        return Skip(Reason.SANDBOX)
    for flag in needs(category, candidate.channel):
        if flag not in candidate.allows:
            return Skip(REASONS[flag])
    return Send()


def too_old(occurred_at: datetime, max_age: timedelta, now: datetime) -> bool:
    """Whether the news is older than its trigger allows (D13)."""
    return now - occurred_at > max_age


def _valid(candidate: Candidate) -> bool:
    """Whether the address can be written to at all; the customer service has checked its form."""
    if any(ord(c) < 32 or ord(c) == 127 for c in candidate.key):
        return False
    local, _, domain = candidate.key.rpartition("@")
    return bool(local and domain) if candidate.channel is Channel.EMAIL else candidate.key[:1] == "+"


def _blocked(category: Category, candidate: Candidate, blocked: frozenset[Block]) -> bool:
    scopes = {Scope.EVERYTHING, GROUPS.get(category, Scope.EVERYTHING)}
    return any((candidate.channel, candidate.key, scope) in blocked for scope in scopes)


def _reachable_in_sandbox(candidate: Candidate, company: CompanyProfile) -> bool:
    allowed = {normalise(address) for address in company.sandbox.allow_list}
    return not company.sandbox.on or candidate.key in allowed
