"""`POST /v1/rule-trials`: what a rule would have sent last week, before it is saved or switched on. Nothing is sent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from contracts.deliveries import Channel, Reason
from contracts.triggers import Trigger
from notifier_svc import hindsight
from notifier_svc.domain.delivery import Delivery
from notifier_svc.domain.hindsight import Ending, Span, ending, unknowable
from notifier_svc.domain.model import Rule, Wait
from notifier_svc.domain.reasons import in_hindsight
from notifier_svc.hindsight import Tried
from notifier_svc.http.occasions import Office
from notifier_svc.http.rules import NewRule, rule_of
from notifier_svc.http.saving import check_itself
from notifier_svc.http.turns import TurnsOf
from notifier_svc.store import deliveries, dryrun
from notifier_svc.store import rules as store
from servicekit import clock
from servicekit.auth import Principal
from servicekit.db import Tx
from servicekit.errors import NotFound, Unprocessable
from servicekit.http import Body, Db

router = APIRouter(prefix="/v1/rule-trials", tags=["rules"])

DAYS = timedelta(days=7)


class RuleTrialBody(Body):
    """Which rule: one that is there, one that is not saved yet, or the first as it would be changed to the second."""

    rule_id: UUID | None = None
    rule: NewRule | None = None
    examples: int = Field(20, ge=0, le=100)
    """How many lines are shown, the newest."""


class OutcomeView(BaseModel):
    """How many lines say the same."""

    outcome: Ending
    reason: Reason | None
    waits_for: Wait | None
    explanation: str
    count: int


class ExampleView(BaseModel):
    """A line that the log would have had."""

    occurred_at: datetime
    due_at: datetime
    job_id: UUID | None
    job_number: int | None
    customer_id: UUID
    customer_name: str | None
    recipient_id: UUID | None
    recipient_name: str | None
    masked_address: str | None
    outcome: Ending
    reason: Reason | None
    waits_for: Wait | None
    explanation: str


class RuleTrialView(BaseModel):
    """What the rule would have sent, to whom, and to whom not, and why."""

    trigger: Trigger
    channel: Channel
    since: datetime
    until: datetime
    happened: int
    """How often what it waits for happened, as far as that is looked at: at most 2,000 times."""
    about: int
    """How often it was something, or about somebody, that the rule is for."""
    outcomes: list[OutcomeView]
    """Of all lines, the most frequent first."""
    examples: list[ExampleView]
    cannot_know: list[str]
    """What the answer can't tell, in plain words."""


@router.post("")
async def try_rule(body: RuleTrialBody, request: Request, who: Office, db: Db, turns: TurnsOf) -> RuleTrialView:
    """What a rule would have sent in the last seven days, as it is or as it would be; nothing is written or sent.

    Decided by the planner that real events go through, as if it had been switched on then.
    """
    now = clock.now()
    async with turns.turn(who.company), db.company(who.company) as tx:
        await dryrun.read_only(tx)
        rule = await _rule(tx, body, who, now)
        span = Span(now - DAYS, now)
        tried = await hindsight.tried(tx, request.app.state.keys, rule, span, request.app.state.update_window)
        examples = await _examples(tx, tried.rows[: body.examples])
    return RuleTrialView(
        trigger=rule.trigger,
        channel=rule.channel,
        since=span.since,
        until=span.until,
        happened=tried.happened,
        about=len({row.occurrence_id for row in tried.rows}),
        outcomes=_outcomes(tried),
        examples=examples,
        cannot_know=unknowable(rule, left_off=tried.left_off, some_jobs=tried.some_jobs),
    )


async def _rule(tx: Tx, body: RuleTrialBody, who: Principal, now: datetime) -> Rule:
    """As if it were switched on."""
    found = await store.find(tx, body.rule_id) if body.rule_id else None
    if body.rule_id and found is None:
        raise NotFound("There is no such rule.")
    if body.rule is None:
        if found is None:
            raise Unprocessable("Name a rule, or give one.")
        return replace(found[0], active=True)
    if found and found[0].trigger is not body.rule.trigger:
        raise Unprocessable("What fires a rule can't be changed.")
    id, created_at = (found[0].id, found[0].created_at) if found else (uuid4(), now)
    rule = rule_of(body.rule, body.rule.trigger, id, who.company, created_at)
    await check_itself(tx, rule, found[0] if found else None)
    return replace(rule, active=True)


def _outcomes(tried: Tried) -> list[OutcomeView]:
    counts = Counter((ending(row), row.reason, row.waits_for) for row in tried.rows)
    return [
        OutcomeView(outcome=end, reason=reason, waits_for=wait, explanation=in_hindsight(reason, wait), count=count)
        for (end, reason, wait), count in counts.most_common()
    ]


async def _examples(tx: Tx, rows: Sequence[Delivery]) -> list[ExampleView]:
    customers, people = await deliveries.names(tx, {row.customer_id for row in rows})
    numbers = await deliveries.job_numbers(tx, {row.job_id for row in rows if row.job_id})
    return [
        ExampleView.model_validate(
            {name: getattr(row, name, None) for name in ExampleView.model_fields}
            | {
                "customer_name": customers.get(row.customer_id),
                "recipient_name": people.get(row.recipient_id) if row.recipient_id else None,
                "job_number": numbers.get(row.job_id) if row.job_id else None,
                "outcome": ending(row),
                "explanation": in_hindsight(row.reason, row.waits_for),
            }
        )
        for row in rows
    ]
