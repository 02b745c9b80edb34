"""Technicians, and their photos as mail shows them."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from servicekit.auth import Principal
from servicekit.db import Database, Tx
from servicekit.http import Db, body_up_to
from servicekit.paging import Page
from status_svc.domain.technicians import (
    MOST_BYTES,
    PHOTOS,
    KnownTechnician,
    NamedTechnician,
    Photo,
    photo,
    show,
)
from status_svc.domain.work_orders import Sha256
from status_svc.http.acting import Office, Staff, commanded_by
from status_svc.store import jobs, technicians

PICTURE = {"schema": {"type": "string", "format": "binary"}}
UPLOAD = {"requestBody": {"required": True, "content": {"image/png": PICTURE, "image/jpeg": PICTURE}}}
JOBS_AT_ONCE = 50
SHOWN_AT_ONCE = 2  # so that whoever asks for many leaves connections to what publishes and listens
# A hash names its content for ever; nothing but a picture is ever made of it.
HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
}

router = APIRouter(prefix="/v1", tags=["technicians"])


@router.get("/technicians", response_model=Page[KnownTechnician])
async def list_technicians(who: Staff, db: Db) -> Page[KnownTechnician]:
    """All technicians (500 at most, so always one page), by name."""
    async with db.company(who.company) as tx:
        return Page(items=await technicians.technicians(tx))


@router.put("/technicians/{technician_id}", response_model=KnownTechnician)
async def name_technician(technician_id: UUID, body: NamedTechnician, who: Office, db: Db) -> KnownTechnician:
    """Add a technician, or give one another name; visits keep the one that they were planned with."""
    async with db.company(who.company) as tx:
        return await technicians.save(tx, who.company, technician_id, body.name)


@router.put("/technicians/{technician_id}/photo", response_model=KnownTechnician, openapi_extra=UPLOAD)
async def upload_photo(technician_id: UUID, request: Request, who: Office, db: Db) -> KnownTechnician:
    """Give a technician a photo: a PNG or JPEG, 256 KB at most. What the camera wrote into it is taken out."""
    picture = await asyncio.to_thread(photo, await body_up_to(request, MOST_BYTES))  # others get on meanwhile
    public_url: str = request.app.state.public_url  # mail links to it
    return await _show(db, who, technician_id, picture, f"{public_url.rstrip('/')}{PHOTOS}{picture.sha256}")


@router.delete("/technicians/{technician_id}/photo", response_model=KnownTechnician)
async def remove_photo(technician_id: UUID, who: Office, db: Db) -> KnownTechnician:
    """Show no photo any more, in mail that was sent neither: all that there were are deleted."""
    return await _show(db, who, technician_id, None, None)


@router.get("/technician-photos/{sha256}", response_class=Response)
async def show_photo(sha256: Annotated[Sha256, Path()], request: Request, db: Db) -> Response:
    """The photo, for anyone who knows its hash."""
    async with request.app.state.showing, db.worker() as tx:
        found = await technicians.find_photo(tx, sha256)
    return Response(found["data"], media_type=found["content_type"], headers=HEADERS)


async def _show(db: Database, who: Principal, id: UUID, photo: Photo | None, url: str | None) -> KnownTechnician:
    """Keep it, and have the visits to come carry it: updates that nobody is told about.

    A few jobs a transaction, so that nobody waits for long; what breaks off is completed by the same request again.
    """
    async with db.company(who.company) as tx:
        technician = await technicians.set_photo(tx, who.company, id, photo, url)
        to_come = await technicians.jobs_to_come(tx, id, commanded_by(who).now)
    for first in range(0, len(to_come), JOBS_AT_ONCE):
        async with db.company(who.company) as tx:
            await _carry(tx, who, id, to_come[first : first + JOBS_AT_ONCE])
    return technician


async def _carry(tx: Tx, who: Principal, id: UUID, job_ids: Sequence[UUID]) -> None:
    """Have these jobs show the photo that the technician has now: another may have come meanwhile."""
    technician = await technicians.locked_technician(tx, who.company, id)
    url = technician.photo_url if technician else None
    for job_id in job_ids:
        job = await jobs.locked_job(tx, job_id)
        command = commanded_by(who, notify=False)
        await jobs.save(tx, job, show(command, job, id, url), command.now)
