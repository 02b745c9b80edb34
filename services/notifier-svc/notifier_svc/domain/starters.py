"""The rules a new company starts with: every email that an event can send, by the starter templates' names."""

from datetime import datetime
from uuid import UUID

from contracts.deliveries import Channel
from contracts.model import starter_id
from notifier_svc.domain.model import Rule, Trigger
from notifier_svc.domain.triggers import CATEGORY, default_max_age

# (rule and template, its name for the office, what fires it, the starter status it is for, active from the start)
_EMAILS: tuple[tuple[str, str, Trigger, str | None, bool], ...] = (
    ("estimate-created", "Estimate created", Trigger.ESTIMATE_CREATED, None, True),
    ("job-created", "Job booked", Trigger.JOB_CREATED, None, True),
    ("job-updated", "Job changed", Trigger.JOB_UPDATED, None, True),
    ("job-cancelled", "Job cancelled", Trigger.JOB_CANCELLED, None, True),
    ("status-scheduled", "Scheduled", Trigger.STATUS_SET, "scheduled", True),
    ("status-on-the-way", "On the way", Trigger.STATUS_SET, "on-the-way", True),
    ("status-done", "Done", Trigger.STATUS_SET, "done", False),  # "work order closed" tells it already
    ("work-order-closed", "Work order closed", Trigger.WORK_ORDER_CLOSED, None, True),
    ("payment-receipt", "Payment receipt", Trigger.PAYMENT_RECEIVED, None, True),
    ("invoice-issued", "Invoice", Trigger.INVOICE_ISSUED, None, True),
    ("request-received", "Request received", Trigger.REQUEST_RECEIVED, None, True),
    ("request-accepted", "Request accepted", Trigger.REQUEST_ACCEPTED, None, True),
    ("request-rejected", "Request declined", Trigger.REQUEST_REJECTED, None, True),
)


def starter_rules(company_id: UUID, now: datetime) -> list[Rule]:
    """The starter rules of a company, with ids that every service can compute."""
    return [
        Rule(
            id=starter_id(company_id, "rule", slug),
            company_id=company_id,
            name=name,
            trigger=trigger,
            channel=Channel.EMAIL,
            category=CATEGORY[trigger],
            template_id=starter_id(company_id, "template", slug),
            created_at=now,
            status_id=starter_id(company_id, "status", status) if status else None,
            max_age=default_max_age(CATEGORY[trigger]),
            active=active,
        )
        for slug, name, trigger, status, active in _EMAILS
    ]
