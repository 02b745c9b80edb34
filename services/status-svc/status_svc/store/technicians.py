"""Technicians and their photos."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

import asyncpg

from servicekit.db import Tx
from servicekit.errors import NotFound
from status_svc.domain.booking import JobDraft, JobEdit
from status_svc.domain.technicians import LIMIT, CrewFull, KnownTechnician, NoSuchTechnician, Photo, pictured
from status_svc.store.queries import queries, rows

D = TypeVar("D", bound=JobDraft | JobEdit)


class NoSuchPhoto(NotFound):
    """There is no such photo."""

    slug = "no-such-photo"


async def technicians(tx: Tx) -> list[KnownTechnician]:
    """All of the company, by name."""
    return [KnownTechnician.model_validate(dict(row)) for row in await rows(queries.all_technicians(tx))]


async def locked_technician(tx: Tx, company_id: UUID, id: UUID) -> KnownTechnician | None:
    """A technician, if there is one; nobody else adds or changes any until this transaction ends."""
    await queries.wait_for_turn(tx, f"technicians {company_id}")
    row = await queries.get_technician(tx, id)
    return None if row is None else KnownTechnician.model_validate(dict(row))


async def save(tx: Tx, company_id: UUID, id: UUID, name: str) -> KnownTechnician:
    """Add the technician, or give them another name. Raises `CrewFull`."""
    known = await locked_technician(tx, company_id, id)
    if known is None and len(await technicians(tx)) >= LIMIT:
        raise CrewFull
    await queries.save_technician(tx, company_id, id, name)
    return KnownTechnician(id=id, name=name, photo_url=known and known.photo_url)


async def set_photo(tx: Tx, company_id: UUID, id: UUID, photo: Photo | None, url: str | None) -> KnownTechnician:
    """Show this photo, or none: then all that there were are deleted. Raises `NoSuchTechnician`."""
    known = await locked_technician(tx, company_id, id)
    if known is None:
        raise NoSuchTechnician
    if photo:
        await queries.add_photo(tx, company_id, id, *photo)
    else:
        await queries.drop_photos(tx, id)
    await queries.set_photo_url(tx, id, url)
    return known.model_copy(update={"photo_url": url})


async def find_photo(tx: Tx, sha256: str) -> asyncpg.Record:
    """A photo's content_type and data, whosever it is. Raises `NoSuchPhoto`."""
    row: asyncpg.Record | None = await queries.find_photo(tx, sha256)
    if row is None:
        raise NoSuchPhoto
    return row


async def with_photos(tx: Tx, draft: D) -> D:
    """The draft with the photos that its technicians have here."""
    ids = {technician.id for visit in draft.visits or () for technician in visit.technicians}
    photos = {row["id"]: row["photo_url"] for row in await rows(queries.photos_of(tx, list(ids)))} if ids else {}
    return pictured(draft, photos)


async def jobs_to_come(tx: Tx, id: UUID, now: datetime) -> list[UUID]:
    """The jobs that the technician will visit."""
    return [row["job_id"] for row in await rows(queries.jobs_to_come_of(tx, id, now))]
