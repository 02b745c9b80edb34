"""Companies over HTTP: the platform creates them, each company's admin edits its own."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Body, Depends, Request, Response

from contracts.jobs import Role
from contracts.profiles import CompanyProfile
from customer_svc.domain import company
from customer_svc.domain.changes import Operation
from customer_svc.domain.company import CompanyChanges, CompanySettings
from customer_svc.http.changing import STAFF
from customer_svc.store import companies
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.errors import NotFound
from servicekit.http import Db
from servicekit.idempotency import Once, once
from servicekit.preconditions import IfMatch, check_version, etag

router = APIRouter(prefix="/v1", tags=["companies"])

Admin = Annotated[Principal, Depends(require(Role.ADMIN))]
Staff = Annotated[Principal, Depends(require(*STAFF))]
Platform = Annotated[Principal, Depends(require(Role.SERVICE))]

# Idempotency keys are kept by company; those of the platform, which has none, under the nil id.
PLATFORM_ID = UUID(int=0)


class NewCompany(CompanySettings):
    """A company to create; the platform may choose its id."""

    id: UUID | None = None


def by(request: Request, who: Principal) -> Operation:
    """For the change log: who changes a company now, and by which operation."""
    return Operation(who.actor, f"{request.method} {request.scope['route'].path_format}", who.name)


def answer(known: CompanyProfile, status: int = 200, location: str | None = None) -> Response:
    """The company and its ETag."""
    headers = {"etag": etag(known.version)} | ({"location": location} if location else {})
    return Response(known.model_dump_json(), status, headers, media_type="application/json")


@router.post("/companies", status_code=201, response_model=CompanyProfile)
async def create_company(body: NewCompany, request: Once, who: Platform, db: Db) -> Response:
    """Create a company; its appearance on companies.v1 makes the other services create its defaults."""
    async with db.worker() as tx:
        platform = replace(who, company_id=PLATFORM_ID)
        return await once(tx, request, platform, lambda: _create(tx, body.id or uuid4(), body, by(request, who)))


@router.put("/companies/{company_id}", response_model=CompanyProfile, responses={201: {"model": CompanyProfile}})
async def put_company(company_id: UUID, body: CompanySettings, request: IfMatch, who: Platform, db: Db) -> Response:
    """Create the company, or replace all its settings; what is there already is replaced under If-Match."""
    async with db.worker() as tx:
        known = await companies.lock(tx, company_id)
        if known is None:
            return await _create(tx, company_id, body, by(request, who))
        check_version(request, known.version)
        return answer(await companies.save(tx, known, company.replace(known, body), by(request, who)))


async def _create(tx: Tx, company_id: UUID, body: CompanySettings, operation: Operation) -> Response:
    created = await companies.add(tx, company.new(company_id, body), operation)
    return answer(created, 201, f"{router.prefix}/companies/{company_id}")


@router.get("/companies/{company_id}", response_model=CompanyProfile)
async def get_company(company_id: UUID, _: Platform, db: Db) -> Response:
    """Any company, for the platform."""
    async with db.worker() as tx:
        return answer(await companies.get(tx, company_id))


@router.get("/company", response_model=CompanyProfile)
async def get_own_company(who: Staff, db: Db) -> Response:
    """The company of the token."""
    async with db.company(who.company) as tx:
        return answer(await companies.get(tx, who.company))


@router.patch("/company", response_model=CompanyProfile)
async def change_own_company(body: Annotated[CompanyChanges, Body()], request: IfMatch, who: Admin, db: Db) -> Response:
    """Change settings; those not named stay. Defaults reach new customers only (S1.16)."""
    async with db.company(who.company) as tx:
        known = await companies.lock(tx, who.company)
        if known is None:
            raise NotFound("There is no such company.")
        check_version(request, known.version)
        return answer(await companies.save(tx, known, company.change(known, body), by(request, who)))
