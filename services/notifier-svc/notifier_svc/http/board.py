"""The board over HTTP: what gets sent when (G11), by region (S3), and as outbound settings. A view of rules."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from contracts.deliveries import Category, Channel, Lane
from contracts.jobs import Role
from contracts.profiles import CustomerKind, Region, StatusEntry, TemplateEntry, TemplateState
from contracts.reports import ReportKind
from contracts.triggers import Trigger
from notifier_svc.domain.board import OUTBOUND, About, Reach, Row, Standing, reach, rows, rows_of_region
from notifier_svc.domain.model import Rule
from notifier_svc.domain.overlaps import Effect, Overlap, overlaps
from notifier_svc.domain.triggers import CATEGORY
from notifier_svc.domain.wording import TITLES, when, who
from notifier_svc.http.rules import TimingBody
from notifier_svc.store import rules as store
from notifier_svc.store import statuses, templates
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.http import Db

router = APIRouter(prefix="/v1/board", tags=["board"])

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]

MOST_WARNINGS = 100
MOST_COUNTED = 1_000


class TemplateOnBoard(BaseModel):
    """A rule's template, as far as it is known here."""

    id: UUID
    name: str | None
    """None where it is not known (yet)."""
    state: TemplateState | None
    published: bool
    """Whether there is something to send."""


class RuleOnBoard(BaseModel):
    """A rule in the office's words. It is changed as a rule: `PUT /v1/rules/{id}`, with `version` in If-Match."""

    id: UUID
    version: int
    name: str
    active: bool
    template: TemplateOnBoard
    who: str
    """Whom it is for: `the primary contact, and the service address's additional recipients; all customers`."""
    when: str
    """`right away`, after a status's hold; `1 day before the visit, at 17:00`."""
    region_id: UUID | None
    customer_kinds: list[CustomerKind]
    tags: list[str]
    lane: Lane
    once_per_job: bool
    attach_report: ReportKind | None
    timing: TimingBody | None


class RowView(BaseModel):
    """A status or an event, and by channel the rules that answer it; the one that goes first stands in front."""

    about: About
    trigger: Trigger
    title: str
    status_id: UUID | None
    """Of trigger `status_set`: which one; none in the row of the rules for any status."""
    standing: Standing | None
    """Of a status: whether it can be set."""
    colour: str | None
    closes: bool | None
    hold_seconds: int | None
    """How long messages of the status wait, so that a mistake can be undone."""
    allow_tech_skip: bool | None
    """Whether technicians are asked if the customer is told."""
    channels: dict[Channel, list[RuleOnBoard]]


class WarningView(BaseModel):
    """Two active rules that reach the same people by the same channel."""

    effect: Effect
    sentence: str
    rule_ids: list[UUID]

    @classmethod
    def of(cls, overlap: Overlap) -> Self:
        """In the office's words."""
        ids = [rule.id for rule in overlap.rules]
        return cls(effect=overlap.effect, sentence=overlap.sentence, rule_ids=ids)


class BoardView(BaseModel):
    """What gets sent when."""

    rows: list[RowView]
    """The statuses in their order, then the events."""
    warnings: list[WarningView]
    """The first 100; where both messages go stands first."""
    warnings_left_off: int
    """How many more there are; at most 1,000 are counted."""


class RegionOnBoard(BaseModel):
    """A region's notifications. Its own fields are customer-svc's to change."""

    id: UUID
    name: str | None
    """None where rules name a region that is gone."""
    active: bool
    """Whether any of them is sent (S3.8)."""
    reply_to: str | None
    portal_url: str | None
    rows: list[RowView]


class OutboundView(BaseModel):
    """Whether the company's emails about something go out by themselves, and to which kinds of customers."""

    category: Category
    trigger: Trigger
    title: str
    kinds: dict[CustomerKind, Reach]
    rules: list[RuleOnBoard]
    """Those that decide it: their `active` and `customer_kinds` are the setting."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The company's rules, and what they name."""

    versions: Mapping[UUID, int]
    rules: Sequence[Rule]
    statuses: Mapping[UUID, StatusEntry]
    regions: Mapping[UUID, Region]
    templates: Mapping[UUID, TemplateEntry]

    def rows(self, shown: Iterable[Row]) -> list[RowView]:
        return [self._row(row) for row in shown]

    def _row(self, row: Row) -> RowView:
        status = row.status
        return RowView(
            about=row.about,
            trigger=row.trigger,
            title=row.title,
            status_id=row.status_id,
            standing=row.standing,
            colour=status and status.colour,
            closes=status and status.closes,
            hold_seconds=status and status.hold_seconds,
            allow_tech_skip=status and status.allow_tech_skip,
            channels={channel: self.views(rules) for channel, rules in row.rules.items()},
        )

    def views(self, rules: Iterable[Rule]) -> list[RuleOnBoard]:
        return [self._rule(rule) for rule in rules]

    def _rule(self, rule: Rule) -> RuleOnBoard:
        return RuleOnBoard(
            id=rule.id,
            version=self.versions[rule.id],
            name=rule.name,
            active=rule.active,
            template=_template(rule.template_id, self.templates.get(rule.template_id)),
            who=who(rule, {id: region.name for id, region in self.regions.items()}),
            when=when(rule),
            region_id=rule.region_id,
            customer_kinds=sorted(rule.customer_kinds),
            tags=sorted(rule.tags),
            lane=rule.lane,
            once_per_job=rule.once_per_job,
            attach_report=rule.attach_report,
            timing=TimingBody.model_validate(asdict(rule.timing)) if rule.timing else None,
        )


@router.get("")
async def get_board(who: Office, db: Db, about: About | None = None) -> BoardView:
    """What gets sent when: every status and event, with its rules by channel, and where rules meet.

    Of statuses `about=status`, of reminders and follow-ups `about=reminder`; warnings are those of all in any case.
    """
    async with db.company(who.company) as tx:
        known = await _known(tx, who.company)
    shown = [row for row in rows(known.rules, known.statuses) if about in (None, row.about)]
    regions_on = {id for id, region in known.regions.items() if region.active}
    warnings, left_off = await asyncio.to_thread(_warnings, overlaps(known.rules, known.statuses, regions_on))
    return BoardView(rows=known.rows(shown), warnings=warnings, warnings_left_off=left_off)


@router.get("/regions")
async def list_regions(who: Office, db: Db) -> list[RegionOnBoard]:
    """The company's regions with their notifications: each event of theirs, and whether it is active."""
    async with db.company(who.company) as tx:
        known = await _known(tx, who.company)
    gone = {rule.region_id for rule in known.rules if rule.region_id} - known.regions.keys()
    return [_region(id, known) for id in (*known.regions, *sorted(gone))]


@router.get("/outbound-emails")
async def list_outbound(who: Office, db: Db) -> list[OutboundView]:
    """Which confirmations, receipts and invoices go out by themselves, and to whom (S0.8, S0.11, S0.13)."""
    async with db.company(who.company) as tx:
        known = await _known(tx, who.company)
    return [_outbound(trigger, known) for trigger in Trigger if CATEGORY[trigger] in OUTBOUND]


def _warnings(found: Iterator[Overlap]) -> tuple[list[WarningView], int]:
    """In a thread: of a thousand rules it takes a while."""
    shown = [WarningView.of(overlap) for overlap in islice(found, MOST_WARNINGS)]
    return shown, sum(1 for _ in islice(found, MOST_COUNTED))


async def _known(tx: Tx, company_id: UUID) -> _Known:
    found = await store.of_company(tx)
    rules = [rule for rule, _ in found]
    return _Known(
        versions={rule.id: version for rule, version in found},
        rules=rules,
        statuses=await statuses.of_company(tx, company_id),
        regions=await store.regions(tx, company_id),
        templates=await templates.known(tx, {rule.template_id for rule in rules}),
    )


def _region(id: UUID, known: _Known) -> RegionOnBoard:
    region = known.regions.get(id)
    theirs = [rule for rule in known.rules if rule.region_id == id]
    return RegionOnBoard(
        id=id,
        name=region and region.name,
        active=region is not None and region.active,
        reply_to=region and region.reply_to,
        portal_url=region and region.portal_url,
        rows=known.rows(rows_of_region(theirs, known.statuses)),
    )


def _outbound(trigger: Trigger, known: _Known) -> OutboundView:
    deciding = [
        rule
        for rule in known.rules
        if rule.trigger is trigger and rule.channel is Channel.EMAIL and rule.region_id is None
    ]
    return OutboundView(
        category=CATEGORY[trigger],
        trigger=trigger,
        title=TITLES[trigger],
        kinds={kind: reach(deciding, kind) for kind in CustomerKind},
        rules=known.views(deciding),
    )


def _template(id: UUID, entry: TemplateEntry | None) -> TemplateOnBoard:
    published = entry is not None and entry.state is TemplateState.PUBLISHED
    return TemplateOnBoard(id=id, name=entry and entry.name, state=entry and entry.state, published=published)
