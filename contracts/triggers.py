"""What makes a rule fire, and which tags have a value then: the one table that the notifier and template-svc go by."""

from collections.abc import Mapping, Set
from enum import StrEnum


class Trigger(StrEnum):
    """What makes a rule fire."""

    ESTIMATE_CREATED = "estimate_created"
    JOB_CREATED = "job_created"
    JOB_UPDATED = "job_updated"
    JOB_CANCELLED = "job_cancelled"
    STATUS_SET = "status_set"
    WORK_ORDER_CLOSED = "work_order_closed"
    PAYMENT_RECEIVED = "payment_received"
    INVOICE_ISSUED = "invoice_issued"
    REQUEST_RECEIVED = "request_received"
    REQUEST_ACCEPTED = "request_accepted"
    REQUEST_REJECTED = "request_rejected"
    ACCOUNT_INVITED = "account_invited"
    ACCOUNT_RESET = "account_reset"
    VISIT_REMINDER = "visit_reminder"
    ESTIMATE_REMINDER = "estimate_reminder"
    INVOICE_REMINDER = "invoice_reminder"
    FOLLOW_UP = "follow_up"


SCHEDULED = frozenset({Trigger.VISIT_REMINDER, Trigger.ESTIMATE_REMINDER, Trigger.INVOICE_REMINDER, Trigger.FOLLOW_UP})
"""No event fires these: their time comes, so many days or hours before or after something."""

_REQUEST = {Trigger.REQUEST_RECEIVED, Trigger.REQUEST_ACCEPTED, Trigger.REQUEST_REJECTED}
_ACCOUNT = {Trigger.ACCOUNT_INVITED, Trigger.ACCOUNT_RESET}
_JOB = set(Trigger) - _REQUEST - _ACCOUNT

# By the path of a tag, or the part it is in; what is not here can be told on every occasion.
_TOLD: Mapping[str, Set[Trigger]] = {
    "service_address": _JOB | _REQUEST,
    "job": _JOB,
    "visit": _JOB,
    "payment": {Trigger.PAYMENT_RECEIVED},
    "invoice": {Trigger.INVOICE_ISSUED, Trigger.INVOICE_REMINDER},
    "reminder": SCHEDULED,
    "request": _REQUEST,
    "request.reason": {Trigger.REQUEST_REJECTED},
    "invitation": _ACCOUNT,
}
EMAILS_ONLY = frozenset({"links"})
"""Parts that no text and no call has."""


def triggers_of(path: str) -> tuple[Trigger, ...]:
    """The triggers for which the tag at `path` can have a value; for all others it never has one."""
    part, _, rest = path.partition(".")
    told = _TOLD.get(f"{part}.{rest.partition('.')[0]}", _TOLD.get(part, set(Trigger)))
    return tuple(trigger for trigger in Trigger if trigger in told)
