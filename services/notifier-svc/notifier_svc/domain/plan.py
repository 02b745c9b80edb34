"""Planning: what an occurrence makes of the rules. Pure: no clock, no I/O; every "no" is a decision with its reason."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.deliveries import Channel, Reason
from contracts.profiles import CompanyProfile, CustomerProfile
from notifier_svc.domain.gates import Circumstances, channel_refused, gate, too_old
from notifier_svc.domain.model import Candidate, Decision, Rule, Send, Skip, Trigger
from notifier_svc.domain.people import candidates
from notifier_svc.domain.triggers import Occurrence


def plan(
    occurrence: Occurrence,
    rules: Iterable[Rule],
    circumstances: Circumstances,
    now: datetime,
) -> list[Decision]:
    """All decisions about `occurrence`: one row per rule, recipient and channel, in the order the log shows them."""
    decisions: list[Decision] = []
    for rule in sorted(rules, key=precedence):
        if selects(rule, occurrence, circumstances.customer):
            decisions += _decide(rule, occurrence, circumstances, now)
    return _one_per_address(decisions)


def unknown_customer(occurrence: Occurrence, rules: Iterable[Rule], now: datetime) -> list[Decision]:
    """What remains of an occurrence whose customer never appeared: one row per rule of its trigger, skipped."""
    matching = [r for r in rules if r.trigger is occurrence.trigger and r.status_id in (None, occurrence.status_id)]
    return [_row(rule, occurrence, Skip(Reason.UNKNOWN_CUSTOMER), now) for rule in matching]


def precedence(rule: Rule) -> tuple[int, datetime, UUID]:
    """Where rules meet: status before region before company, then the older rule."""
    rank = 0 if rule.status_id and rule.region_id is None else 1 if rule.region_id else 2
    return rank, rule.created_at, rule.id


def selects(rule: Rule, occurrence: Occurrence, customer: CustomerProfile) -> bool:
    """Whether the rule is about this at all; what it does not select leaves no row."""
    return (
        rule.trigger is occurrence.trigger
        and rule.status_id in (None, occurrence.status_id)
        and rule.region_id in (None, customer.region_id)
        and customer.kind in rule.customer_kinds
    )


def _decide(rule: Rule, occurrence: Occurrence, circumstances: Circumstances, now: datetime) -> list[Decision]:
    refusal = refused_for_all(rule, occurrence, circumstances)
    if refusal:
        return [_row(rule, occurrence, Skip(refusal), now)]
    customer, place, regional = circumstances.customer, occurrence.service_address_id, rule.region_id is not None
    found: Sequence[Candidate | None] = candidates(customer, place, rule.category, rule.channel, regional=regional)
    old = too_old(occurrence.occurred_at, rule.max_age, now)
    rows = []
    for candidate in found or [None]:
        verdict = Skip(Reason.TOO_OLD) if old else gate(rule.category, candidate, circumstances)
        rows.append(replace(_row(rule, occurrence, verdict, now), candidate=candidate))
    return rows


def refused_for_all(rule: Rule, occurrence: Occurrence, circumstances: Circumstances) -> Reason | None:
    """Why nobody at all gets it, whoever they are."""
    if not rule.active:
        return Reason.RULE_INACTIVE
    if rule.region_id and not _region_active(rule.region_id, circumstances.company):
        return Reason.REGION_INACTIVE
    if not occurrence.data.notify:
        return Reason.NOTIFY_DECLINED
    refusal = channel_refused(rule.channel, circumstances)
    if refusal:
        return refusal
    if rule.region_id and not circumstances.customer.send_client_notifications:
        return Reason.CLIENT_NOTIFICATIONS_OFF
    if rule.region_id and circumstances.customer.head_office:
        return Reason.HEAD_OFFICE
    return None


def _region_active(region_id: UUID, company: CompanyProfile) -> bool:
    return any(region.id == region_id and region.active for region in company.regions)


def _row(rule: Rule, occurrence: Occurrence, verdict: Send | Skip, now: datetime) -> Decision:
    """A decision that is due after the status's hold, counted from when it happened."""
    hold = occurrence.hold if rule.trigger is Trigger.STATUS_SET else None
    due_at = max(now, occurrence.occurred_at + hold) if hold else now
    return Decision(rule, verdict, due_at, due_at + rule.expires_after)


def _one_per_address(decisions: Sequence[Decision]) -> list[Decision]:
    """One message per address and channel (G8): what would be a second one is skipped, by rule or by person.

    Expects decisions in order of precedence: the first rule wins, and in it the first person.
    """
    first: dict[tuple[Channel, str], Rule] = {}
    kept: list[Decision] = []
    for decision in decisions:
        if isinstance(decision.verdict, Send) and decision.candidate:
            place = (decision.candidate.channel, decision.candidate.key)
            if place in first:
                reason = Reason.DUPLICATE if first[place] is decision.rule else Reason.SUPERSEDED
                decision = replace(decision, verdict=Skip(reason))
            first.setdefault(place, decision.rule)
        kept.append(decision)
    return kept
