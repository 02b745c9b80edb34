"""Many messages sent again at once: those that failed since some time, say (D5, D14, G2)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from contracts.deliveries import Channel, DeliveryState, Reason
from servicekit.errors import Conflict, Unprocessable

MOST = 10_000
"""Messages at once: what is more is chosen in parts."""
LONGEST = timedelta(days=31)
ENDED_BADLY = (
    DeliveryState.FAILED,
    DeliveryState.BOUNCED,
    DeliveryState.UNDELIVERED,
    DeliveryState.EXPIRED,
    DeliveryState.UNKNOWN,
)
WARNING = (
    "Of {count} of these it is not known whether they arrived; most of such messages have."
    " Whoever got one gets it twice."
)


class State(StrEnum):
    """How far many messages sent again are."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class TooMany(Conflict):
    """These are too many at once."""

    slug = "too-many"


class Nothing(Conflict):
    """There is nothing to send again."""

    slug = "nothing-to-send"


class MayBeThere(Conflict):
    """Some of these may have arrived."""

    slug = "may-be-there"


def _ended_badly(states: list[DeliveryState]) -> list[DeliveryState]:
    if wrong := [state for state in states if state not in ENDED_BADLY]:
        raise ValueError(f"of state {', '.join(wrong)} nothing is sent again in bulk")
    return states


class Chosen(BaseModel):
    """Which messages; those that were sent again already are left out: their newest copy counts."""

    model_config = ConfigDict(extra="forbid")

    states: Annotated[
        list[DeliveryState], AfterValidator(_ended_badly), Field(default=[DeliveryState.FAILED], min_length=1)
    ]
    since: Annotated[AwareDatetime, Field(description="planned at this moment or later; at most 31 days ago")]
    until: Annotated[AwareDatetime | None, Field(default=None, description="planned before this moment")]
    channel: Channel | None = None
    reasons: Annotated[list[Reason] | None, Field(default=None, min_length=1)]
    job_id: UUID | None = None
    customer_id: UUID | None = None

    def check(self, now: datetime) -> None:
        """Raise `Unprocessable` for a time that is too long ago."""
        if self.since < now - LONGEST:
            raise Unprocessable("`since` is at most 31 days ago.")


class Wanted(Chosen):
    """What is sent again."""

    may_be_there: bool = False
    """Somebody has said that it may arrive twice where it is not known whether it arrived."""

    def agreed(self) -> Self:
        """Without what may be there already, unless somebody has said so: it may have come since they looked."""
        sure = [state for state in self.states if self.may_be_there or state is not DeliveryState.UNKNOWN]
        return self.model_copy(update={"states": sure})


class Preview(BaseModel):
    """What would be sent again."""

    count: int
    """Counted no further than one more than `most`."""
    states: Mapping[DeliveryState, int]
    most: int = MOST
    warning: str | None = None
    """What to say before: then `may_be_there` must be true."""


class BulkResend(BaseModel):
    """Many messages that are sent again, and how far that is."""

    id: UUID
    state: State
    total: int
    done: int
    resent: int
    """Of those that are done: what was queued. The log says what became of it, by its copies."""
    actor: str
    actor_name: str | None
    created_at: datetime
    finished_at: datetime | None


def preview(counts: Mapping[DeliveryState, int]) -> Preview:
    """The counts, and what to say about them."""
    unknown = counts.get(DeliveryState.UNKNOWN, 0)
    warning = WARNING.format(count=unknown) if unknown else None
    return Preview(count=sum(counts.values()), states=counts, warning=warning)


def check(seen: Preview, wanted: Wanted) -> None:
    """Raise where nothing, too much, or what may be there already would be sent."""
    if not seen.count:
        raise Nothing("No message of these can be sent again, or all of them were.")
    if seen.count > MOST:
        raise TooMany(f"At most {MOST:,} messages are sent again at once. Choose fewer, by day or channel.")
    if seen.warning and not wanted.may_be_there:
        raise MayBeThere(f"{seen.warning} Say so with `may_be_there`, or leave out `unknown`.")
