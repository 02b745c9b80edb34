"""What differs between two versions of a job: its history."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.jobs import Job

_FIELDS: Final = (
    *("kind", "title", "status", "service_address_id", "lines"),
    *("total", "balance", "closed_at", "cancelled_at"),
)


class Difference(BaseModel):
    """One field, before and after. Of the visits each one that came, went or changed is a difference of its own."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    field: str
    part_id: UUID | None = None
    """The visit; none for the job's own fields."""
    old: Any
    new: Any
    """As JSON; of a status its name."""


def differences(before: Job | None, after: Job) -> list[Difference]:
    """All that differs; nothing of a new job, which is told whole."""
    if before is None:
        return []
    old, new = _told(before), _told(after)
    fields = (Difference(field=name, old=old[name], new=new[name]) for name in _FIELDS if old[name] != new[name])
    return [*fields, *_visits(old["visits"], new["visits"])]


def _told(job: Job) -> dict[str, Any]:
    told = job.model_dump(mode="json", include={*_FIELDS, "visits"})
    return told | {"status": job.status.name}


def _visits(old: list[Any], new: list[Any]) -> Iterator[Difference]:
    was, now = ({visit["id"]: visit for visit in visits} for visits in (old, new))
    for id in [*was, *(now.keys() - was.keys())]:
        if was.get(id) != now.get(id):
            yield Difference(field="visits", part_id=id, old=was.get(id), new=now.get(id))
