"""What a company uses of what costs by the piece, and what a month of it may cost (G19)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from contracts.deliveries import Channel

NEAR = 0.8
"""Of a cap: from here on the office is warned."""

AT_LEAST = 1
"""Units of a call, and of a text whose words are gone."""


class Standing(StrEnum):
    """How a month's use stands to its cap."""

    FREE = "free"
    NEAR = "near"
    REACHED = "reached"


SENTENCES = {
    Standing.NEAR: "More than four fifths of this month's cap are used.",
    Standing.REACHED: (
        "This month's cap is used up. Texts or calls that are not urgent wait until it is raised, or the month ends;"
        " what is stale by then is not sent."
    ),
}


@dataclass(frozen=True, slots=True)
class Cap:
    """What a company lets a month cost; `None`: as many as there are."""

    company_id: UUID
    version: int = 0
    segments: int | None = None
    calls: int | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """What a company used in a month, by the UTC calendar."""

    starts_on: date
    texts: int = 0
    segments: int = 0
    calls: int = 0

    def standing(self, cap: Cap) -> Standing:
        """How it stands to the cap, by what is nearer to its own."""
        both = ((self.segments, cap.segments), (self.calls, cap.calls))
        part = max((used / most if most else 1.0 for used, most in both if most is not None), default=0.0)
        if part >= 1:
            return Standing.REACHED
        return Standing.NEAR if part >= NEAR else Standing.FREE


@dataclass(frozen=True, slots=True)
class Used:
    """A text or a call that a provider took, or may have taken."""

    company_id: UUID
    channel: Channel
    units: int


def month_at(moment: datetime) -> date:
    """The month that counts what is taken at this moment (UTC)."""
    return moment.date().replace(day=1)
