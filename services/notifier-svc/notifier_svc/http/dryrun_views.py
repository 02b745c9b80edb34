"""A dry run as the office reads it: the lines that the log would have, counted, explained and filled in."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from contracts.deliveries import Category, Channel, DeliveryState, Lane, Reason
from contracts.rendering import Rendered
from contracts.segments import segments
from contracts.triggers import Trigger
from notifier_svc.domain.dryrun import SILENCES, Fate, Imagined, Silence, assumed, silence, unruled
from notifier_svc.domain.model import Rule, Wait
from notifier_svc.domain.people import names
from notifier_svc.domain.reasons import why
from notifier_svc.domain.speech import spoken
from notifier_svc.domain.triggers import Occurrence
from notifier_svc.dryrun import Planned


class OccurrenceView(BaseModel):
    """Something that would have happened, and when it would be told."""

    trigger: Trigger
    occurred_at: datetime
    planned_at: datetime
    """When it is decided who gets it: changes of a job gather for a while, reminders wait for their time."""
    job_id: UUID | None
    customer_id: UUID
    hold_seconds: int
    """How long its messages wait then, so that a mistake can be undone."""
    channels_without_rule: list[Channel]
    """By these nobody is told of it."""


class SilenceView(BaseModel):
    """Why nobody is told of something."""

    trigger: Trigger
    job_id: UUID | None
    """None where it is said of all that was asked about."""
    code: Silence
    explanation: str


class MessageView(BaseModel):
    """The message in the words in which it would be sent; links of the reader's own lead nowhere."""

    locale: str
    template_version: int
    subject: str | None
    html: str | None
    text: str
    segments: int | None
    """Of a text."""
    spoken: str | None
    """Of a call: what is heard."""


class RowView(BaseModel):
    """A line that the log would have, and what would become of it as things stand now."""

    trigger: str
    rule_id: UUID | None
    rule_name: str | None
    category: Category
    channel: Channel
    lane: Lane
    template_id: UUID | None
    template_version: int | None
    job_id: UUID | None
    customer_id: UUID
    customer_name: str | None
    recipient_id: UUID | None
    recipient_name: str | None
    address: str | None
    masked_address: str | None
    state: DeliveryState
    """`queued`: it would go, at `due_at`."""
    reason: Reason | None
    explanation: str | None
    detail: str | None
    waits_for: Wait | None
    due_at: datetime
    """Of what waits for the end of a pause: the earliest."""
    expires_at: datetime
    report: bool
    """Whether a PDF would go along; it is not made here, and not looked for."""
    preview: MessageView | None
    """None of what would not go, nor of more than `previews`."""


class CountView(BaseModel):
    """How many lines say the same."""

    channel: Channel
    state: DeliveryState
    reason: Reason | None
    count: int


class DryRunView(BaseModel):
    """Who would get what, and why not."""

    occurrences: list[OccurrenceView]
    silences: list[SilenceView]
    assumed: list[str]
    """What of it is made up, or could not happen as things stand, in plain words."""
    counts: list[CountView]
    """Of all lines, also those left off."""
    rows: list[RowView]
    """At most 200, in the order of the log."""
    rows_left_off: int
    previews_left_off: int
    """Messages that would go and are not filled in: these may still fail for a value that is missing."""


def view(trigger: Trigger, imagined: Sequence[Imagined], planned: Planned, fates: Sequence[Fate]) -> DryRunView:
    """All of it; `fates` are those of the first rows."""
    rules = {rule.id: rule for of_company in planned.facts.rules.values() for rule in of_company}
    customers = planned.facts.customers.values()
    people = {customer.id: customer.name for customer in customers}
    people |= {id: name for customer in customers for id, name in names(customer).items()}
    counts = Counter((fate.row.channel, fate.state, fate.reason) for fate in fates)
    left_off = [row for row, _ in planned.rows[len(fates) :]]
    counts.update((row.channel, row.state, row.reason) for row in left_off)
    return DryRunView(
        occurrences=[_occurrence(each, [*rules.values()]) for each in imagined],
        silences=_silences(trigger, imagined, planned, [*rules.values()]),
        assumed=[*(assumed(trigger) if imagined else []), *dict.fromkeys(e.against for e in imagined if e.against)],
        counts=[CountView(channel=c, state=s, reason=r, count=n) for (c, s, r), n in counts.items()],
        rows=[_row(fate, rules, people) for fate in fates],
        rows_left_off=len(left_off),
        previews_left_off=sum(fate.state is DeliveryState.QUEUED and fate.rendered is None for fate in fates),
    )


def _occurrence(each: Imagined, rules: Sequence[Rule]) -> OccurrenceView:
    about = each.occurrence
    assert about.trigger
    return OccurrenceView(
        trigger=about.trigger,
        occurred_at=about.occurred_at,
        planned_at=each.planned_at,
        job_id=about.job_id,
        customer_id=about.customer_id,
        hold_seconds=int(about.hold.total_seconds()),
        channels_without_rule=unruled(about, rules),
    )


def _silences(
    trigger: Trigger, imagined: Sequence[Imagined], planned: Planned, rules: Sequence[Rule]
) -> list[SilenceView]:
    if not imagined:
        return [_silence(trigger, None, Silence.NOTHING_SCHEDULED)]
    customers, told = planned.facts.customers, {_about(occurrence) for _, occurrence in planned.rows}
    quiet = {_about(o): o for o in (each.occurrence for each in imagined) if _about(o) not in told}.values()
    said = [(o, silence(o, rules, customers.get(o.customer_id))) for o in quiet]
    return [_silence(o.trigger or trigger, o.job_id, code) for o, code in said if code]


def _about(occurrence: Occurrence) -> tuple[object, ...]:
    """Of a visit, say, several rules may remind, each by an occurrence of its own."""
    return occurrence.trigger, occurrence.job_id, occurrence.customer_id


def _silence(trigger: Trigger, job_id: UUID | None, code: Silence) -> SilenceView:
    return SilenceView(trigger=trigger, job_id=job_id, code=code, explanation=SILENCES[code])


def _row(fate: Fate, rules: dict[UUID, Rule], people: dict[UUID, str]) -> RowView:
    row, rule = fate.row, rules.get(fate.row.rule_id) if fate.row.rule_id else None
    said: dict[str, Any] = {
        "rule_name": rule.name if rule else None,
        "customer_name": people.get(row.customer_id),
        "recipient_name": people.get(row.recipient_id) if row.recipient_id else None,
        "state": fate.state,
        "reason": fate.reason,
        "explanation": why(fate.state, fate.reason, fate.detail, fate.waits_for),
        "detail": fate.detail,
        "waits_for": fate.waits_for,
        "due_at": fate.due_at,
        "report": bool(rule and rule.attach_report) and row.channel is Channel.EMAIL,
        "preview": _message(fate.rendered) if fate.rendered else None,
    }
    return RowView.model_validate({name: getattr(row, name, None) for name in RowView.model_fields} | said)


def _message(rendered: Rendered) -> MessageView:
    return MessageView(
        locale=rendered.locale,
        template_version=rendered.template_version,
        subject=rendered.subject,
        html=rendered.html,
        text=rendered.text,
        segments=segments(rendered.text) if rendered.channel is Channel.SMS else None,
        spoken=spoken(rendered.text, rendered.locale) if rendered.channel is Channel.VOICE else None,
    )
