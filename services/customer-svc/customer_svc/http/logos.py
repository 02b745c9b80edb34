"""Logos over HTTP: uploaded by the company's admin, shown to whoever reads its mail."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from contracts.profiles import CompanyProfile
from customer_svc.domain import company
from customer_svc.domain.logo import MOST_BYTES, Logo, logo
from customer_svc.http.companies import Admin, answer, by
from customer_svc.store import companies
from servicekit.auth import Principal
from servicekit.db import Database
from servicekit.errors import NotFound
from servicekit.http import Db, body_up_to
from servicekit.preconditions import Conditional, IfMatch, check_version

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]

_PICTURE = {"schema": {"type": "string", "format": "binary"}}
_UPLOAD = {"requestBody": {"required": True, "content": {"image/png": _PICTURE, "image/jpeg": _PICTURE}}}
# A hash names its content for ever; nothing but a picture is ever made of it.
_HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
}


router = APIRouter(prefix="/v1", tags=["logos"])


@router.put("/company/logo", response_model=CompanyProfile, openapi_extra=_UPLOAD)
async def upload(request: IfMatch, who: Admin, db: Db) -> Response:
    """Give the company a logo: the bytes of a PNG or JPEG as the body."""
    picture = logo(await body_up_to(request, MOST_BYTES))
    public_url: str = request.app.state.public_url  # mail links to it
    return await _set(request, who, db, f"{public_url.rstrip('/')}/v1/logos/{picture.sha256}", picture)


@router.delete("/company/logo", response_model=CompanyProfile)
async def remove(request: IfMatch, who: Admin, db: Db) -> Response:
    """Show no logo any more; mail that was sent keeps it."""
    return await _set(request, who, db, None, None)


@router.get("/logos/{sha256}", response_class=Response)
async def show(sha256: Sha256, db: Db) -> Response:
    """The picture, for anyone."""
    async with db.worker() as tx:
        found = await companies.find_logo(tx, sha256)
    return Response(found.content, media_type=found.media_type, headers=_HEADERS)


async def _set(request: Conditional, who: Principal, db: Database, url: str | None, picture: Logo | None) -> Response:
    async with db.company(who.company) as tx:
        known = await companies.lock(tx, who.company)
        if known is None:
            raise NotFound("There is no such company.")
        check_version(request, known.version)
        if picture is not None:
            await companies.add_logo(tx, who.company, picture)
        return answer(await companies.save(tx, known, company.with_logo(known, url), by(request, who)))
