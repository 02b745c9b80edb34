"""Technicians and their photos, which visits carry so that an email can show who comes (G21)."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final, NamedTuple, TypeVar, cast
from uuid import UUID

from pydantic import AnyHttpUrl, BaseModel, ConfigDict

from contracts.jobs import Job, Technician, Visit
from servicekit.errors import Conflict, NotFound, Problem, TooLarge
from status_svc.domain.booking import JobDraft, JobEdit, revised
from status_svc.domain.command import Command, Outcome
from status_svc.domain.fields import Draft, Title
from status_svc.domain.pictures import bare
from status_svc.domain.visits import TechnicianDraft

MOST_BYTES: Final = 256 * 1024
LIMIT: Final = 500
PHOTOS: Final = "/v1/technician-photos/"
_SIGNATURES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}

D = TypeVar("D", bound=JobDraft | JobEdit)


class NoSuchTechnician(NotFound):
    """There is no such technician."""

    slug = "no-such-technician"


class CrewFull(Conflict):
    """A company can have 500 technicians."""

    slug = "crew-full"


class PhotoTooLarge(TooLarge):
    """A photo can have 256 KB."""

    slug = "photo-too-large"


class UnsupportedPicture(Problem):
    """A photo must be a PNG or a JPEG: what every mail program shows."""

    status, slug = 415, "unsupported-picture"


class NamedTechnician(Draft):
    """A technician's name."""

    name: Title


class KnownTechnician(BaseModel):
    """A technician of the company."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    id: UUID
    name: str
    photo_url: str | None = None
    """For anyone who knows it, as mail needs; visits to come carry it."""


class Photo(NamedTuple):
    """A picture, known by its hash."""

    sha256: str
    content_type: str
    data: bytes


def photo(data: bytes) -> Photo:
    """The picture without what its camera wrote into it. Its kind is told by its first bytes."""
    if len(data) > MOST_BYTES:
        raise PhotoTooLarge
    for signature, content_type in _SIGNATURES.items():
        if data.startswith(signature):
            kept = bare(data)
            return Photo(sha256(kept).hexdigest(), content_type, kept)
    raise UnsupportedPicture


def pictured(draft: D, photos: Mapping[UUID, str]) -> D:
    """The draft with the photos that the technicians have here; one from elsewhere stays."""
    if draft.visits is None:
        return draft
    visits = tuple(
        visit.model_copy(update={"technicians": tuple(_drafted(each, photos) for each in visit.technicians)})
        for visit in draft.visits
    )
    return cast("D", draft.model_copy(update={"visits": visits}))


def show(command: Command, job: Job, technician_id: UUID, photo_url: str | None) -> Outcome:
    """Visits to come carry the technician's new photo, or none any more; nothing that a customer is told about."""
    visits = tuple(
        visit if visit.ends_at <= command.now else _shown(visit, technician_id, photo_url) for visit in job.visits
    )
    return revised(command, job, {"visits": visits})


def _drafted(technician: TechnicianDraft, photos: Mapping[UUID, str]) -> TechnicianDraft:
    if not _is_ours(technician.photo_url):
        return technician
    found = photos.get(technician.id)
    return technician.model_copy(update={"photo_url": found and AnyHttpUrl(found)})


def _shown(visit: Visit, technician_id: UUID, photo_url: str | None) -> Visit:
    def shown(each: Technician) -> Technician:
        mine = each.id == technician_id and _is_ours(each.photo_url)
        return each.model_copy(update={"photo_url": photo_url}) if mine else each

    return visit.model_copy(update={"technicians": tuple(map(shown, visit.technicians))})


def _is_ours(url: AnyHttpUrl | str | None) -> bool:
    """None yet, or one that was uploaded here."""
    return url is None or PHOTOS in str(url)
