"""What a rule must be for the planner to make sense of it."""

from collections.abc import Collection
from uuid import UUID

from contracts.triggers import Trigger
from notifier_svc.domain.model import Rule
from servicekit.errors import Unprocessable


class StatusNotAsked(Unprocessable):
    """Only a rule of the trigger `status_set` can name a status: this one would never fire."""

    slug = "status-not-asked"


class UnknownRegion(Unprocessable):
    """The company has no such region."""

    slug = "unknown-region"


def check(rule: Rule, regions: Collection[UUID], before: Rule | None = None) -> None:
    """Refuse a rule that could never send; one of a region that went away since can still be changed."""
    if rule.status_id and rule.trigger is not Trigger.STATUS_SET:
        raise StatusNotAsked
    known = before is not None and rule.region_id == before.region_id
    if rule.region_id and not known and rule.region_id not in regions:
        raise UnknownRegion
