"""A company's sending, paused or not: what the office reads of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.profiles import PauseCause, PauseEntry

SENTENCES: dict[PauseCause, str] = {
    PauseCause.OFFICE: "Paused by the office. Automated messages wait until it is resumed, or until it is too late.",
    PauseCause.VOLUME: (
        "Paused by itself: far more messages than usual were about to go out. If they are right, resume."
    ),
}
FOR_ALL = "Paused for all companies by the operator of this installation. Automated messages wait."


@dataclass(frozen=True, slots=True)
class Pause:
    """Whether a company's automated messages wait, since when, and who did it."""

    company_id: UUID
    version: int = 0
    paused: bool = False
    cause: PauseCause = PauseCause.OFFICE
    note: str | None = None
    actor: str | None = None
    actor_name: str | None = None
    changed_at: datetime | None = None

    @property
    def entry(self) -> PauseEntry:
        """What others hear of it."""
        cause = self.cause if self.paused else None
        return PauseEntry(
            id=self.company_id, company_id=self.company_id, version=self.version, paused=self.paused, cause=cause
        )


def explained(pause: Pause, *, for_all: bool) -> str | None:
    """Why automated messages wait, where they do."""
    if for_all:
        return FOR_ALL
    return SENTENCES[pause.cause] if pause.paused else None
