"""Rules over HTTP: what sends which message when."""

import unicodedata
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, Field, field_validator

from contracts.deliveries import Category, Channel, Lane
from contracts.jobs import Role
from contracts.model import Flag, WallTime
from contracts.profiles import CustomerKind
from contracts.reports import ReportKind
from contracts.triggers import Trigger
from notifier_svc.domain.model import Rule
from notifier_svc.domain.series import Timing
from notifier_svc.domain.triggers import CATEGORY, default_max_age
from notifier_svc.http import saving
from notifier_svc.http.changes import by
from notifier_svc.http.cursors import instant
from notifier_svc.store import rules as store
from servicekit import clock
from servicekit.auth import Principal, require
from servicekit.errors import NotFound
from servicekit.http import Body, Db
from servicekit.idempotency import Once, once
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, encode_cursor, read_cursor
from servicekit.preconditions import IfMatch, check_version, etag

router = APIRouter(prefix="/v1/rules", tags=["rules"])

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]
Admin = Annotated[Principal, Depends(require(Role.ADMIN))]


def _one_line(value: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in value):
        raise ValueError("must be one line without control characters")
    return value


Line = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_one_line)]


class TimingBody(Body):
    """When a reminder or follow-up goes, by the clock at the service address."""

    hours_before: int | None = Field(None, ge=1, le=24 * 14)
    """Of a visit."""
    days_before: int | None = Field(None, ge=1, le=90)
    """Of a visit: so many days before, at the time `at`."""
    days_after: int | None = Field(None, ge=1, le=365)
    """After the estimate was sent, the invoice was due, or the work order closed, at the time `at`."""
    at: WallTime = time(9)
    every_days: int | None = Field(None, ge=1, le=365)
    """Of estimates and invoices: after the first again and again, until decided or paid; once where absent."""
    at_most: int | None = Field(None, ge=1, le=100)
    """How often in all."""

    @field_validator("at")
    @classmethod
    def _to_the_minute(cls, at: time) -> time:
        if at.tzinfo or at.second or at.microsecond:
            raise ValueError("must be hours and minutes, without a zone")
        return at


class RuleBody(Body):
    """A rule as the office writes it."""

    name: Line
    channel: Channel
    template_id: UUID
    status_id: UUID | None = None
    """Of trigger `status_set`: which status; every one where absent."""
    region_id: UUID | None = None
    """A region's rule; the company's where absent."""
    customer_kinds: frozenset[CustomerKind] = Field(frozenset(CustomerKind), min_length=1)
    tags: frozenset[Line] = Field(frozenset(), max_length=50)
    """Only customers with one of these, however it is capitalised; every customer where empty."""
    lane: Lane = Lane.NORMAL
    max_age_hours: float | None = Field(None, gt=0, le=24 * 90)
    """Older news is skipped when planned; the trigger's own limit where absent (D13)."""
    expires_after_hours: float = Field(24, gt=0, le=24 * 30)
    active: Flag = True
    attach_report: ReportKind | None = None
    """A PDF of the job that goes along with its emails."""
    once_per_job: Flag = False
    """Of each job it tells the first time that it is sent; what fires it again is skipped."""
    timing: TimingBody | None = None
    """Of reminders and follow-ups, which need it: when they go."""


class NewRule(RuleBody):
    """A new rule; what fires it can't be changed later."""

    trigger: Trigger


class RuleChange(RuleBody):
    """A rule as it is to be. What was read can be sent back whole: what nobody can change is taken, and ignored."""

    id: UUID | None = None
    version: int | None = None
    trigger: Trigger | None = None
    category: Category | None = None
    created_at: datetime | None = None


class RuleView(BaseModel):
    """A rule."""

    id: UUID
    version: int
    name: str
    trigger: Trigger
    category: Category
    channel: Channel
    template_id: UUID
    status_id: UUID | None
    region_id: UUID | None
    customer_kinds: frozenset[CustomerKind]
    tags: frozenset[str]
    lane: Lane
    max_age_hours: float
    expires_after_hours: float
    active: bool
    attach_report: ReportKind | None
    once_per_job: bool
    timing: TimingBody | None
    created_at: datetime


@router.get("")
async def list_rules(
    who: Office,
    db: Db,
    trigger: Trigger | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
) -> Page[RuleView]:
    """The company's rules, oldest first."""
    after = read_cursor(cursor, instant, UUID) if cursor else None
    async with db.company(who.company) as tx:
        rows = await store.page(tx, trigger, after, limit + 1)
    items = [_view(rule, version) for rule, version in rows[:limit]]
    more = len(rows) > limit
    return Page(items=items, next_cursor=encode_cursor(items[-1].created_at, items[-1].id) if more else None)


@router.post("", status_code=201, response_model=RuleView)
async def create_rule(body: NewRule, request: Once, who: Admin, db: Db) -> Response:
    """Add a rule. 422, or 409, says why nothing could be sent with its template, as far as that is known here."""
    async with db.company(who.company) as tx:

        async def work() -> Response:
            rule = rule_of(body, body.trigger, uuid4(), who.company, clock.now())
            await saving.create(tx, rule, by(request, who))
            return answer(rule, 1, 201)

        return await once(tx, request, who, work)


@router.get("/{rule_id}", response_model=RuleView)
async def get_rule(rule_id: UUID, who: Office, db: Db) -> Response:
    """One rule, with the ETag that a change must name."""
    async with db.company(who.company) as tx:
        found = await store.find(tx, rule_id)
    if found is None:
        raise NotFound("There is no such rule.")
    return answer(*found)


@router.put("/{rule_id}", response_model=RuleView)
async def replace_rule(rule_id: UUID, body: RuleChange, request: IfMatch, who: Admin, db: Db) -> Response:
    """Change a rule, or switch it off; messages already queued keep their words and are checked again when sent."""
    async with db.company(who.company) as tx:
        old, version = await store.locked(tx, rule_id)
        check_version(request, version)
        rule = rule_of(body, old.trigger, old.id, old.company_id, old.created_at)
        await saving.replace(tx, rule, old, version, by(request, who))
    return answer(rule, version + 1)


def rule_of(body: RuleBody, trigger: Trigger, id: UUID, company_id: UUID, created_at: datetime) -> Rule:
    """The rule as it was written."""
    category = CATEGORY[trigger]
    written = body.model_dump(include=RuleBody.model_fields.keys() - {"max_age_hours", "expires_after_hours", "timing"})
    return Rule(
        id=id,
        company_id=company_id,
        trigger=trigger,
        category=category,
        created_at=created_at,
        max_age=timedelta(hours=body.max_age_hours) if body.max_age_hours else default_max_age(category),
        expires_after=timedelta(hours=body.expires_after_hours),
        timing=Timing(**body.timing.model_dump()) if body.timing else None,
        **written,
    )


def _view(rule: Rule, version: int) -> RuleView:
    hours = {
        "max_age_hours": rule.max_age.total_seconds() / 3600,
        "expires_after_hours": rule.expires_after.total_seconds() / 3600,
    }
    return RuleView.model_validate(asdict(rule) | hours | {"version": version})


def answer(rule: Rule, version: int, status: int = 200) -> JSONResponse:
    """The rule with its ETag."""
    return JSONResponse(_view(rule, version).model_dump(mode="json"), status, {"etag": etag(version)})
