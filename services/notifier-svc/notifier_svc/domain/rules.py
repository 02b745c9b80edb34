"""What a rule must be for the planner to make sense of it."""

from collections.abc import Collection
from uuid import UUID

from contracts.deliveries import Category, Channel
from contracts.reports import ReportKind
from contracts.triggers import Trigger
from notifier_svc.domain.model import Rule
from servicekit.errors import Unprocessable


class StatusNotAsked(Unprocessable):
    """Only a rule of the trigger `status_set` can name a status: this one would never fire."""

    slug = "status-not-asked"


class ReportNotAttachable(Unprocessable):
    """Reports go along with emails about jobs, and invoices with news of one."""

    slug = "report-not-attachable"


class UnknownRegion(Unprocessable):
    """The company has no such region."""

    slug = "unknown-region"


def check(rule: Rule, regions: Collection[UUID], before: Rule | None = None) -> None:
    """Refuse a rule that could never send; one of a region that went away since can still be changed."""
    if rule.status_id and rule.trigger is not Trigger.STATUS_SET:
        raise StatusNotAsked
    if rule.attach_report and not _attachable(rule):
        raise ReportNotAttachable
    known = before is not None and rule.region_id == before.region_id
    if rule.region_id and not known and rule.region_id not in regions:
        raise UnknownRegion


def _attachable(rule: Rule) -> bool:
    """Whether each message of the rule has what its report tells of."""
    if rule.attach_report is ReportKind.INVOICE and rule.trigger is not Trigger.INVOICE_ISSUED:
        return False
    return rule.channel is Channel.EMAIL and rule.category not in (Category.REQUEST, Category.ACCOUNT)
