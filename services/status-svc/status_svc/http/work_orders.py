"""The work order: notes, signature, and their pictures."""

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel

from servicekit import clock
from servicekit.http import Db, body_up_to
from servicekit.idempotency import Once, once
from servicekit.paging import DEFAULT_LIMIT, Page, encode_cursor
from status_svc.domain.moves import check_not_cancelled
from status_svc.domain.work_orders import IMAGE_BYTES, NoteDraft, Sha256, SignatureDraft, check_image
from status_svc.http.acting import Staff, json
from status_svc.http.pages import Cursor, Limit, number_in
from status_svc.store import jobs, work_orders

PICTURE = {"schema": {"type": "string", "format": "binary"}}
UPLOAD = {"requestBody": {"required": True, "content": {f"image/{kind}": PICTURE for kind in ("png", "jpeg", "webp")}}}

router = APIRouter(prefix="/v1", tags=["work orders"])


class ImageView(BaseModel):
    """A picture that was kept."""

    sha256: str
    content_type: str
    size: int
    url: str


class NoteView(BaseModel):
    """A note on the work."""

    id: UUID
    text: str
    images: tuple[str, ...]
    author_id: str
    author_name: str | None
    written_at: datetime


class SignatureView(BaseModel):
    """Who signed the work order, and the picture of it."""

    signed_by: str
    image: str
    signed_at: datetime


@router.post("/images", status_code=201, response_model=ImageView, openapi_extra=UPLOAD)
async def upload(request: Request, who: Staff, db: Db) -> Response:
    """Keep a picture (PNG, JPEG or WebP, 2 MB at most), by what is in it: uploading it again changes nothing."""
    data = await body_up_to(request, IMAGE_BYTES)
    content_type = check_image(request.headers.get("content-type", ""), data)
    async with db.company(who.company) as tx:
        sha256 = await work_orders.add_image(tx, who.company, content_type, data)
    url = f"/v1/images/{sha256}"
    return json(ImageView(sha256=sha256, content_type=content_type, size=len(data), url=url), 201, location=url)


@router.get("/images/{sha256}", response_class=Response)
async def picture(sha256: Annotated[Sha256, Path()], who: Staff, db: Db) -> Response:
    """A picture; it never changes."""
    async with db.company(who.company) as tx:
        image = await work_orders.image(tx, sha256)
    headers = {
        "cache-control": "private, max-age=31536000, immutable",
        "content-security-policy": "default-src 'none'",
        "x-content-type-options": "nosniff",
    }
    return Response(image["data"], media_type=image["content_type"], headers=headers)


@router.post("/jobs/{job_id}/notes", status_code=201, response_model=NoteView)
async def add_note(job_id: UUID, body: NoteDraft, request: Once, who: Staff, db: Db) -> Response:
    """Write a note, in whatever state the job is."""
    async with db.company(who.company) as tx:

        async def work() -> Response:
            await jobs.job(tx, job_id)
            await work_orders.check_known(tx, body.images)
            note = NoteView(
                id=uuid4(),
                text=body.text,
                images=body.images,
                author_id=who.subject,
                author_name=who.name,
                written_at=clock.now(),
            )
            author = (note.author_id, note.author_name)
            await work_orders.add_note(tx, who.company, job_id, body, id=note.id, author=author, at=note.written_at)
            return json(note, 201)

        return await once(tx, request, who, work)


@router.get("/jobs/{job_id}/notes", response_model=Page[NoteView])
async def notes(
    job_id: UUID, who: Staff, db: Db, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[NoteView]:
    """The job's notes, oldest first."""
    after = number_in(cursor)
    async with db.company(who.company) as tx:
        await jobs.job(tx, job_id)
        found = await work_orders.notes(tx, job_id, after=after, limit=limit + 1)
    page = found[:limit]
    items = [NoteView.model_validate(dict(row)) for row in page]
    return Page(items=items, next_cursor=encode_cursor(page[-1]["seq"]) if len(found) > limit else None)


@router.put("/jobs/{job_id}/signature", response_model=SignatureView)
async def sign(job_id: UUID, body: SignatureDraft, who: Staff, db: Db) -> SignatureView:
    """Keep the customer's signature; a second one replaces the first."""
    async with db.company(who.company) as tx:
        check_not_cancelled(await jobs.locked_job(tx, job_id))
        await work_orders.check_known(tx, [body.image])
        await work_orders.sign(tx, who.company, job_id, body, clock.now())
        return SignatureView.model_validate(dict(await work_orders.signature(tx, job_id)))


@router.get("/jobs/{job_id}/signature", response_model=SignatureView)
async def signature(job_id: UUID, who: Staff, db: Db) -> SignatureView:
    """Who signed, when, and the picture."""
    async with db.company(who.company) as tx:
        await jobs.job(tx, job_id)
        return SignatureView.model_validate(dict(await work_orders.signature(tx, job_id)))
