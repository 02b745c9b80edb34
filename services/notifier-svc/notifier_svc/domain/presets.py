"""Reminders and follow-ups that companies commonly want: offered by the API, some of them rules from the start."""

from dataclasses import dataclass
from datetime import time

from contracts.deliveries import Channel
from contracts.triggers import Trigger
from notifier_svc.domain.series import Timing


@dataclass(frozen=True, slots=True)
class Preset:
    """A rule to begin with."""

    template: str
    """The starter template that has its words."""
    name: str
    trigger: Trigger
    channel: Channel
    timing: Timing
    starts: bool | None = None
    """Whether it is on in a new company; `None`: it is no rule there."""


EMAIL, SMS, VOICE = Channel
VISIT, ESTIMATE = Trigger.VISIT_REMINDER, Trigger.ESTIMATE_REMINDER
INVOICE, FOLLOW_UP = Trigger.INVOICE_REMINDER, Trigger.FOLLOW_UP

_THREE_DAYS = Timing(days_after=3, at=time(10))
_THREE_WEEKS = Timing(days_after=3, at=time(10), every_days=7, at_most=3)
_WEEK = Timing(days_after=7, at=time(10))
_WEEKLY = Timing(days_after=3, at=time(10), every_days=7)
_DAY_BEFORE = Timing(days_before=1, at=time(17))

PRESETS = (
    Preset("visit-reminder", "Visit reminder", VISIT, EMAIL, Timing(days_before=1, at=time(10)), starts=True),
    Preset("visit-reminder", "Visit reminder, a week before", VISIT, EMAIL, Timing(days_before=7, at=time(10))),
    # Off: nobody is texted without consent.
    Preset("visit-reminder-text", "Text: visit reminder", VISIT, SMS, _DAY_BEFORE, starts=False),
    Preset("visit-reminder-text", "Text: visit reminder, two hours before", VISIT, SMS, Timing(hours_before=2)),
    Preset("visit-reminder-call", "Call: visit reminder", VISIT, VOICE, _DAY_BEFORE),
    Preset("estimate-reminder", "Estimate reminder", ESTIMATE, EMAIL, _THREE_WEEKS, starts=True),
    Preset("estimate-reminder-text", "Text: estimate reminder", ESTIMATE, SMS, _THREE_DAYS),
    Preset("estimate-reminder-call", "Call: estimate reminder", ESTIMATE, VOICE, _WEEK),
    Preset("invoice-reminder", "Invoice reminder", INVOICE, EMAIL, _WEEKLY, starts=True),
    Preset("invoice-reminder-text", "Text: invoice reminder", INVOICE, SMS, _WEEK),
    Preset("follow-up", "Follow-up", FOLLOW_UP, EMAIL, _WEEK, starts=True),
    Preset("follow-up-text", "Text: follow-up", FOLLOW_UP, SMS, _WEEK),
    Preset("follow-up-call", "Call: follow-up", FOLLOW_UP, VOICE, _WEEK),
)
