"""Rules in the office's words: what fires them, when they go, and to whom."""

from collections.abc import Mapping
from uuid import UUID

from contracts.deliveries import Category
from contracts.profiles import CustomerKind
from contracts.triggers import Trigger
from notifier_svc.domain.model import Rule
from notifier_svc.domain.people import TO_EVERY_CONTACT
from notifier_svc.domain.series import Timing

TITLES: dict[Trigger, str] = {
    Trigger.ESTIMATE_CREATED: "Estimate created",
    Trigger.JOB_CREATED: "Job booked",
    Trigger.JOB_UPDATED: "Job changed",
    Trigger.JOB_CANCELLED: "Job cancelled",
    Trigger.STATUS_SET: "Any status",
    Trigger.WORK_ORDER_CLOSED: "Work order closed",
    Trigger.PAYMENT_RECEIVED: "Payment received",
    Trigger.INVOICE_ISSUED: "Invoice issued",
    Trigger.REQUEST_RECEIVED: "Request received",
    Trigger.REQUEST_ACCEPTED: "Request accepted",
    Trigger.REQUEST_REJECTED: "Request declined",
    Trigger.ACCOUNT_INVITED: "Portal: invitation",
    Trigger.ACCOUNT_RESET: "Portal: new password",
    Trigger.VISIT_REMINDER: "Visit reminder",
    Trigger.ESTIMATE_REMINDER: "Estimate reminder",
    Trigger.INVOICE_REMINDER: "Invoice reminder",
    Trigger.FOLLOW_UP: "Follow-up",
}
_COUNTED_FROM: dict[Trigger, str] = {
    Trigger.VISIT_REMINDER: "before the visit",
    Trigger.ESTIMATE_REMINDER: "after the estimate was sent",
    Trigger.INVOICE_REMINDER: "after the invoice was due",
    Trigger.FOLLOW_UP: "after the work order closed",
}
_UNTIL: dict[Trigger, str] = {
    Trigger.ESTIMATE_REMINDER: "until it is decided",
    Trigger.INVOICE_REMINDER: "until it is paid",
}


def when(rule: Rule) -> str:
    """When its messages go, as far as the rule says it: a status's hold comes on top."""
    timing = rule.timing
    if timing is None:
        return "right away"
    counted = _COUNTED_FROM[rule.trigger]
    if timing.hours_before is not None:
        return f"{_many(timing.hours_before, 'hour')} {counted}"
    days = timing.days_before if timing.days_before is not None else timing.days_after or 0
    return f"{_many(days, 'day')} {counted}, at {timing.at:%H:%M}" + _again(rule.trigger, timing)


def _again(trigger: Trigger, timing: Timing) -> str:
    if timing.every_days is None:
        return ""
    often = "daily" if timing.every_days == 1 else f"every {timing.every_days} days"
    most = f", {timing.at_most} times in all" if timing.at_most else ""
    return f", then {often} {_UNTIL.get(trigger, '')}".rstrip() + most


def who(rule: Rule, regions: Mapping[UUID, str]) -> str:
    """Whom its messages are for, before anybody's preferences are asked."""
    if rule.category is Category.ACCOUNT:
        return "whoever is invited"
    every = rule.category in TO_EVERY_CONTACT and rule.region_id is None
    people = f"{'every contact' if every else 'the primary contact'}, and the service address's additional recipients"
    return f"{people}; {_customers(rule, regions)}"


def _customers(rule: Rule, regions: Mapping[UUID, str]) -> str:
    kinds = "" if len(rule.customer_kinds) == len(CustomerKind) else f"{' and '.join(sorted(rule.customer_kinds))} "
    region = f" in {regions.get(rule.region_id, 'a region that is gone')}" if rule.region_id else ""
    tags = f" tagged {' or '.join(sorted(rule.tags))}" if rule.tags else ""
    return f"{kinds}customers{region}{tags}" if kinds or region or tags else "all customers"


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
