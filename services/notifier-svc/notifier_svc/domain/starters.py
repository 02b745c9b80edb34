"""The rules a new company starts with, by the starter templates' names: every email, the texts and calls most want."""

from datetime import datetime
from uuid import UUID

from contracts.deliveries import Channel, Lane
from contracts.model import starter_id
from contracts.triggers import Trigger
from notifier_svc.domain.model import Rule
from notifier_svc.domain.presets import PRESETS
from notifier_svc.domain.triggers import CATEGORY, default_max_age

# (rule and template, its name for the office, what fires it, the starter status it is for)
_RULES: dict[Channel, tuple[tuple[str, str, Trigger, str | None], ...]] = {
    Channel.EMAIL: (
        ("estimate-created", "Estimate created", Trigger.ESTIMATE_CREATED, None),
        ("job-created", "Job booked", Trigger.JOB_CREATED, None),
        ("job-updated", "Job changed", Trigger.JOB_UPDATED, None),
        ("job-cancelled", "Job cancelled", Trigger.JOB_CANCELLED, None),
        ("status-scheduled", "Scheduled", Trigger.STATUS_SET, "scheduled"),
        ("status-on-the-way", "On the way", Trigger.STATUS_SET, "on-the-way"),
        ("status-done", "Done", Trigger.STATUS_SET, "done"),
        ("work-order-closed", "Work order closed", Trigger.WORK_ORDER_CLOSED, None),
        ("payment-receipt", "Payment receipt", Trigger.PAYMENT_RECEIVED, None),
        ("invoice-issued", "Invoice", Trigger.INVOICE_ISSUED, None),
        ("request-received", "Request received", Trigger.REQUEST_RECEIVED, None),
        ("request-accepted", "Request accepted", Trigger.REQUEST_ACCEPTED, None),
        ("request-rejected", "Request declined", Trigger.REQUEST_REJECTED, None),
        ("account-invitation", "Portal: invitation", Trigger.ACCOUNT_INVITED, None),
        ("password-reset", "Portal: new password", Trigger.ACCOUNT_RESET, None),
    ),
    Channel.SMS: (
        ("job-created-text", "Text: job booked", Trigger.JOB_CREATED, None),
        ("job-updated-text", "Text: job changed", Trigger.JOB_UPDATED, None),
        ("job-cancelled-text", "Text: job cancelled", Trigger.JOB_CANCELLED, None),
        ("status-on-the-way-text", "Text: on the way", Trigger.STATUS_SET, "on-the-way"),
        ("work-order-closed-text", "Text: work order closed", Trigger.WORK_ORDER_CLOSED, None),
        ("payment-receipt-text", "Text: payment receipt", Trigger.PAYMENT_RECEIVED, None),
    ),
    Channel.VOICE: (
        ("job-cancelled-call", "Call: job cancelled", Trigger.JOB_CANCELLED, None),
        ("status-on-the-way-call", "Call: on the way", Trigger.STATUS_SET, "on-the-way"),
    ),
}
# On from the start but these: nobody is texted without consent, nor called without having asked for calls.
_OFF = {"status-done"}  # "work order closed" tells it already
_URGENT = {"status-on-the-way", "status-on-the-way-text", "status-on-the-way-call"}
_URGENT |= {"account-invitation", "password-reset"}


def starter_templates(company_id: UUID) -> dict[UUID, Channel]:
    """The templates that a company's starter rules and the presets name."""
    named = [(slug, channel) for channel, rules in _RULES.items() for slug, *_ in rules]
    named += [(preset.template, preset.channel) for preset in PRESETS]
    return {starter_id(company_id, "template", slug): channel for slug, channel in named}


def starter_rules(company_id: UUID, now: datetime) -> list[Rule]:
    """The starter rules of a company, with ids that every service can compute."""
    return _answering(company_id, now) + _reminding(company_id, now)


def _reminding(company_id: UUID, now: datetime) -> list[Rule]:
    return [
        Rule(
            id=starter_id(company_id, "rule", preset.template),
            company_id=company_id,
            name=preset.name,
            trigger=preset.trigger,
            channel=preset.channel,
            category=CATEGORY[preset.trigger],
            template_id=starter_id(company_id, "template", preset.template),
            created_at=now,
            max_age=default_max_age(CATEGORY[preset.trigger]),
            active=preset.starts,
            timing=preset.timing,
        )
        for preset in PRESETS
        if preset.starts is not None
    ]


def _answering(company_id: UUID, now: datetime) -> list[Rule]:
    return [
        Rule(
            id=starter_id(company_id, "rule", slug),
            company_id=company_id,
            name=name,
            trigger=trigger,
            channel=channel,
            category=CATEGORY[trigger],
            template_id=starter_id(company_id, "template", slug),
            created_at=now,
            status_id=starter_id(company_id, "status", status) if status else None,
            lane=Lane.URGENT if slug in _URGENT else Lane.NORMAL,
            max_age=default_max_age(CATEGORY[trigger]),
            active=slug not in _OFF,
        )
        for channel, rules in _RULES.items()
        for slug, name, trigger, status in rules
    ]
