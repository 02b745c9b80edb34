"""What planning speaks of: rules, candidates and decisions."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from contracts.addresses import normalised_email
from contracts.deliveries import Category, Channel, Lane, Reason
from contracts.inbound import Cause, Scope
from contracts.profiles import CustomerKind
from contracts.reports import ReportKind
from contracts.triggers import Trigger
from notifier_svc.domain.series import Timing

_PUNCTUATION = re.compile(r"[\s().\-/\u2010-\u2015]+")
"""What people write between the digits of a phone number."""


class OwnTrigger(StrEnum):
    """What is sent without a rule."""

    SMS_PERMISSION = "sms_permission"
    SMS_CONFIRMATION = "sms_confirmation"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Rule:
    """On this trigger, by this channel, these words (design: rules are one concept)."""

    id: UUID
    company_id: UUID
    name: str
    trigger: Trigger
    channel: Channel
    category: Category
    template_id: UUID
    created_at: datetime
    status_id: UUID | None = None
    region_id: UUID | None = None
    customer_kinds: frozenset[CustomerKind] = frozenset(CustomerKind)
    tags: frozenset[str] = frozenset()
    """Only customers with one of these, however it is capitalised; every customer where empty."""
    lane: Lane = Lane.NORMAL
    max_age: timedelta = timedelta(days=7)
    expires_after: timedelta = timedelta(hours=24)
    active: bool = True
    attach_report: ReportKind | None = None
    """Goes along with its emails."""
    once_per_job: bool = False
    """Of each job it tells the first time only."""
    timing: Timing | None = None
    """Of reminders and follow-ups: when they go."""


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """In place of a rule, where somebody asked for this very message: nobody can switch it off, and it goes first."""

    trigger: OwnTrigger
    category: Category
    channel: Channel = Channel.SMS
    template_id: UUID | None = None
    """None where it brings its words along."""
    id: None = None
    lane: Lane = Lane.URGENT
    expires_after: timedelta = timedelta(hours=24)


class Flag(StrEnum):
    """A preference that a message can need."""

    CONFIRMATIONS_OF_ALL_JOBS = "confirmations_of_all_jobs"
    CONFIRMATIONS = "confirmations"
    STATUS_UPDATES = "status_updates"
    PAYMENT_RECEIPTS = "payment_receipts"
    INVOICES = "invoices"
    SERVICE_REMINDERS = "service_reminders"
    INVOICE_REMINDERS = "invoice_reminders"
    BROADCASTS = "broadcasts"
    BY_EMAIL_ONLY = "by_email_only"
    """Nobody has it: what needs it never goes by phone."""
    TEXT = "text"
    VOICE = "voice"
    SMS_CONSENT = "sms_consent"
    CALLS = "calls"


class Block(NamedTuple):
    """What must not be sent to a normalised address, and why."""

    channel: Channel
    address: str
    scope: Scope
    cause: Cause


@lru_cache(maxsize=4096)
def normalise(address: str) -> str:
    """Equal for two spellings of one mailbox or phone."""
    return normalised_email(address) if "@" in address else _PUNCTUATION.sub("", address)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person at one address of one channel, and the preferences that are on. No `address`: there is none on file."""

    person_id: UUID
    name: str
    channel: Channel
    address: str | None
    allows: frozenset[Flag]
    primary: bool = False
    landline: bool = False

    @property
    def key(self) -> str:
        """The normalised address; empty where there is none."""
        return normalise(self.address or "")


@dataclass(frozen=True, slots=True)
class Send:
    """It may go."""


@dataclass(frozen=True, slots=True)
class Skip:
    """It must not go, and why."""

    reason: Reason


class Wait(StrEnum):
    """What a message that may go waits for (G13, D13), if not just for its time."""

    PAUSE = "pause"
    CAP = "cap"
    QUIET_HOURS = "quiet_hours"
    MONTHLY_CAP = "monthly_cap"
    NEWS_OF_CUSTOMERS = "news_of_customers"


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the delivery log, before it has an id."""

    rule: Rule | OwnMessage
    verdict: Send | Skip
    due_at: datetime
    expires_at: datetime
    candidate: Candidate | None = None
    waits_for: Wait | None = None

    @property
    def template_id(self) -> UUID | None:
        """The template of what is to be sent, if that has one."""
        return self.rule.template_id if isinstance(self.verdict, Send) else None
