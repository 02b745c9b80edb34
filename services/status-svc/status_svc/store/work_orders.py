"""Notes, signatures, and the pictures in them."""

import hashlib
from base64 import b64encode
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from contracts.reports import Signature, WorkNote
from servicekit.db import Tx
from servicekit.errors import NotFound
from status_svc.domain.work_orders import NoteDraft, SignatureDraft, UnknownImage
from status_svc.store.queries import queries, rows


class NoSuchImage(NotFound):
    """There is no such image."""

    slug = "no-such-image"


class NotSigned(NotFound):
    """This work order is not signed."""

    slug = "not-signed"


async def add_image(tx: Tx, company_id: UUID, content_type: str, data: bytes) -> str:
    """Keep a picture; the same one again is kept once. Returns its SHA-256."""
    sha256 = hashlib.sha256(data).hexdigest()
    await queries.add_image(tx, company_id, sha256, content_type, data)
    return sha256


async def image(tx: Tx, sha256: str) -> asyncpg.Record:
    """A picture's content_type and data. Raises `NoSuchImage`."""
    row: asyncpg.Record | None = await queries.get_image(tx, sha256)
    if row is None:
        raise NoSuchImage
    return row


async def check_known(tx: Tx, images: Collection[str]) -> None:
    """Raise `UnknownImage` unless all of `images` were uploaded by this company."""
    known = {row["sha256"] for row in await rows(queries.known_images(tx, list(images)))}
    if not set(images) <= known:
        raise UnknownImage


async def add_note(
    tx: Tx, company_id: UUID, job_id: UUID, note: NoteDraft, *, id: UUID, author: tuple[str, str | None], at: datetime
) -> None:
    """Keep a note; `author` is the subject and the name of the token."""
    await queries.add_note(tx, company_id, id, job_id, note.text, list(note.images), *author, at)


async def notes(tx: Tx, job_id: UUID, *, after: int | None, limit: int) -> Sequence[asyncpg.Record]:
    """The job's notes, oldest first."""
    return await rows(queries.list_notes(tx, job_id, after, limit))


async def sign(tx: Tx, company_id: UUID, job_id: UUID, signature: SignatureDraft, at: datetime) -> None:
    """Keep the signature; a second one replaces the first."""
    await queries.save_signature(tx, company_id, job_id, signature.signed_by, signature.image, at)


async def signature(tx: Tx, job_id: UUID) -> asyncpg.Record:
    """Who signed, when, and the picture's SHA-256. Raises `NotSigned`."""
    row: asyncpg.Record | None = await queries.get_signature(tx, job_id)
    if row is None:
        raise NotSigned
    return row


async def work_notes(tx: Tx, job_id: UUID, most: int) -> tuple[tuple[WorkNote, ...], int]:
    """The job's newest notes as a report has them, oldest first, and how many older ones there are."""
    found = await rows(queries.newest_notes(tx, job_id, most))
    left_out = found[0]["total"] - len(found) if found else 0
    newest = reversed(found)
    return tuple(
        WorkNote(text=r["text"], author=r["author_name"], written_at=r["written_at"]) for r in newest
    ), left_out


async def signed_picture(tx: Tx, job_id: UUID) -> Signature | None:
    """The signature with its picture, if the work order is signed."""
    row = await queries.get_signed_picture(tx, job_id)
    return row and Signature(signed_by=row["signed_by"], signed_at=row["signed_at"], picture=b64encode(row["picture"]))
