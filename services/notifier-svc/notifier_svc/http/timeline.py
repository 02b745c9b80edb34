"""What happened to a delivery, in order: planned, waited, tried, what its provider said, what the office did."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from contracts.deliveries import DeliveryState

_END = frozenset(DeliveryState) - {DeliveryState.QUEUED, DeliveryState.SENDING}


class StepKind(StrEnum):
    """What a step is."""

    HAPPENED = "happened"
    """What it tells of."""
    PLANNED = "planned"
    COPIED = "copied"
    """In place of planned: somebody had it sent again."""
    TRIED = "tried"
    RECEIPT = "receipt"
    """What the provider said afterwards."""
    SENT_AGAIN = "sent_again"
    CANCELLED = "cancelled"
    WAITS = "waits"
    """For its time, or for what `explanation` says."""
    ON_ITS_WAY = "on_its_way"
    """A sender has it at this moment."""
    ENDED = "ended"


class Step(BaseModel):
    """One of them."""

    at: datetime
    kind: StepKind
    number: int | None = None
    """Of a try."""
    outcome: str | None = None
    """How a try ended, or the state that it ended in; none: not known, or not yet."""
    said: str | None = None
    """The provider's own words, or ours where it had none."""
    explanation: str | None = None
    """The same in plain words."""
    who: str | None = None
    """Who of the office did it."""
    copy_id: UUID | None = None
    """What came of it when it was sent again."""


def timeline(
    delivery: Mapping[str, Any],
    tries: Iterable[Mapping[str, Any]],
    receipts: Iterable[Mapping[str, Any]],
    acts: Iterable[Mapping[str, Any]],
    *,
    in_hands: bool,
) -> list[Step]:
    """The steps of one delivery; what waits, or ended, comes last."""
    planned = StepKind.COPIED if delivery["resend_of"] else StepKind.PLANNED
    first = [
        Step(at=delivery["occurred_at"], kind=StepKind.HAPPENED),
        Step(at=delivery["planned_at"], kind=planned),
    ]
    ended = [_end(delivery)] if DeliveryState(delivery["state"]) in _END else []
    between = [*map(_try, tries), *ended, *map(_receipt, receipts), *map(_act, acts)]
    between.sort(key=lambda step: step.at)
    return [*first, *between, *([] if ended else [_now(delivery, in_hands=in_hands)])]


def _try(row: Mapping[str, Any]) -> Step:
    said = " ".join(filter(None, (row["code"], row["detail"]))) or None
    at = row["finished_at"] or row["started_at"]
    return Step(at=at, kind=StepKind.TRIED, number=row["number"], outcome=row["outcome"], said=said)


def _receipt(row: Mapping[str, Any]) -> Step:
    said = " ".join(filter(None, (row["status"], row["error_code"])))
    kind, at = StepKind.RECEIPT, row["received_at"]
    return Step(at=at, kind=kind, number=row["attempt"], said=said, explanation=row["explanation"])


def _act(row: Mapping[str, Any]) -> Step:
    kind = StepKind.SENT_AGAIN if row["act"] == "resent" else StepKind.CANCELLED
    return Step(at=row["at"], kind=kind, who=row["actor_name"] or row["actor"], copy_id=row["copy_id"])


def _end(delivery: Mapping[str, Any]) -> Step:
    explanation, said = delivery["explanation"], delivery["detail"]
    at, state = delivery["updated_at"], delivery["state"]
    return Step(at=at, kind=StepKind.ENDED, outcome=state, said=said, explanation=explanation)


def _now(delivery: Mapping[str, Any], *, in_hands: bool) -> Step:
    if in_hands:
        return Step(at=delivery["updated_at"], kind=StepKind.ON_ITS_WAY)
    at = delivery["due_at"] or delivery["updated_at"]
    return Step(at=at, kind=StepKind.WAITS, explanation=delivery["explanation"])
