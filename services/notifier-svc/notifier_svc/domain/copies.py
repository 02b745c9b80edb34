"""A message that the office sends again: one more delivery, linked to the one that it is a copy of (D5, G2, D14)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.addresses import mask
from contracts.deliveries import DeliveryState
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Candidate, Rule
from notifier_svc.domain.recheck import Due
from servicekit.errors import Conflict

GOOD_FOR = timedelta(hours=24)
"""A copy of what no rule sent."""
WAITING: Collection[DeliveryState] = (DeliveryState.QUEUED, DeliveryState.SENDING)


class How(StrEnum):
    """With which words a message is sent again."""

    AS_IT_WAS = "as_it_was"
    """Word for word, whatever has become of the job since."""
    FRESH = "fresh"
    """With its template and job as they are now."""


class NotEnded(Conflict):
    """This message still waits or is on its way."""

    slug = "not-ended"


class IsATest(Conflict):
    """This was a test. Send another one from its template."""

    slug = "is-a-test"


class NobodyToSendTo(Conflict):
    """There is nobody to send it to."""

    slug = "nobody-to-send-to"


class NotKept(Conflict):
    """What it said, or was about, is not kept any more."""

    slug = "not-kept"


class IsAboutConsent(Conflict):
    """This text is about consent. Ask again in the customer's file."""

    slug = "is-about-consent"


class MayNotGo(Conflict):
    """It may not be sent again."""

    slug = "may-not-go"


class SentAgainMeanwhile(Conflict):
    """It is being sent again already."""

    slug = "sent-again-meanwhile"


class OnItsWay(Conflict):
    """It is on its way already, and can't be stopped."""

    slug = "on-its-way"


class HasEnded(Conflict):
    """It waits no more: there is nothing to cancel."""

    slug = "has-ended"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a delivery before it is stored."""

    due: Due
    """As the sender will see it, in nobody's hands."""
    original_id: UUID
    to: Candidate
    destination_id: UUID


def destination_of(original: Due, to: Candidate, keys: Keys) -> UUID:
    """Where a copy goes."""
    return keys.destination(original.company_id, original.customer_id, original.channel, to.key)


def copy_of(
    original: Due, to: Candidate, rule: Rule | None, how: How, copies_there: int, keys: Keys, now: datetime
) -> Copy:
    """The next copy; `copies_there`: the highest number of one that went to the same address of the same occasion."""
    number = max(original.copy_number, copies_there) + 1
    due = replace(
        original,
        id=keys.delivery(original.company_id, original.event_id, original.channel, to.key, number),
        fence=0,
        address=to.address,
        masked_address=mask(to.address or ""),
        copy_number=number,
        attempts=0,
        template_version=original.template_version if how is How.AS_IT_WAS else None,
        expires_at=now + (rule.expires_after if rule else GOOD_FOR),
        as_it_was=how is How.AS_IT_WAS,
        may_be_there=False,
    )
    return Copy(due, original.id, to, destination_of(original, to, keys))
