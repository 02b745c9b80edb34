"""Planning: what an occurrence makes of the rules. Pure: no clock, no I/O; every "no" is a decision with its reason."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from uuid import UUID

from contracts.customer_requests import InvitationRequested, SmsPermissionRequested, TextRequest
from contracts.deliveries import Category, Channel, Reason
from contracts.profiles import CompanyProfile, CustomerProfile
from notifier_svc.domain.gates import Circumstances, channel_refused, gate, too_old
from notifier_svc.domain.model import Candidate, Decision, OwnMessage, OwnTrigger, Rule, Send, Skip
from notifier_svc.domain.people import at_email, at_phone, candidates, consent_of
from notifier_svc.domain.timing import NO_LIMITS, Limits, Outgoing, when, zone_of
from notifier_svc.domain.triggers import Occurrence


def plan(
    occurrence: Occurrence,
    rules: Iterable[Rule],
    circumstances: Circumstances,
    now: datetime,
    limits: Limits = NO_LIMITS,
) -> list[Decision]:
    """All decisions about `occurrence`: one row per rule, recipient and channel, in the order the log shows them."""
    if isinstance(occurrence.data, TextRequest):
        return [_requested(occurrence, occurrence.data, circumstances, now)]
    decisions: list[Decision] = []
    selected = [rule for rule in rules if selects(rule, occurrence, circumstances.customer)]
    for rule in sorted(selected, key=precedence):
        decisions += _decide(rule, occurrence, circumstances, now)
    zone = zone_of(circumstances.customer, occurrence.service_address_id, circumstances.company)
    return [_timed(decision, zone, limits) for decision in _one_per_address(decisions)]


def unknown_customer(occurrence: Occurrence, rules: Iterable[Rule], now: datetime) -> list[Decision]:
    """What remains of an occurrence whose customer never appeared: one row per rule of its trigger, skipped."""
    if isinstance(occurrence.data, TextRequest):
        return [_row(_own_text(occurrence.data), occurrence, Skip(Reason.UNKNOWN_CUSTOMER), now)]
    return [
        _row(rule, occurrence, Skip(_silenced(rule, occurrence) or Reason.UNKNOWN_CUSTOMER), now)
        for rule in sorted(rules, key=precedence)
        if fires(rule, occurrence)
    ]


def _requested(occurrence: Occurrence, request: TextRequest, circumstances: Circumstances, now: datetime) -> Decision:
    """A text to one phone, which no preference gates and nothing makes wait (D7)."""
    text = _own_text(request)
    candidate = at_phone(circumstances.customer, request.person_id, request.phone_id)
    refusal = outdated(request, circumstances.customer) or channel_refused(text.channel, circumstances.phone_account)
    verdict = Skip(refusal) if refusal else gate(text.category, candidate, circumstances)
    return _row(text, occurrence, verdict, now, candidate)


def outdated(request: TextRequest, customer: CustomerProfile) -> Reason | None:
    """Whether the phone's owner has said something else since, here or elsewhere: then the text would be wrong."""
    consent = consent_of(customer, request.phone_id)
    return Reason.NO_LONGER_SELECTED if consent not in (None, request.consent) else None


def _own_text(request: TextRequest) -> OwnMessage:
    if isinstance(request, SmsPermissionRequested):
        return OwnMessage(OwnTrigger.SMS_PERMISSION, Category.ACCOUNT)
    return OwnMessage(OwnTrigger.SMS_CONFIRMATION, Category.SYSTEM)


def precedence(rule: Rule) -> tuple[int, datetime, UUID]:
    """Where rules meet: status before region before company, then the older rule."""
    rank = 0 if rule.status_id and rule.region_id is None else 1 if rule.region_id else 2
    return rank, rule.created_at, rule.id


def fires(rule: Rule, occurrence: Occurrence) -> bool:
    """Whether this is what the rule waits for, whoever the customer is."""
    if rule.trigger is not occurrence.trigger or rule.status_id not in (None, occurrence.status_id):
        return False
    return occurrence.rule_id in (None, rule.id)


def selects(rule: Rule, occurrence: Occurrence, customer: CustomerProfile) -> bool:
    """Whether the rule is about this at all; what it does not select leaves no row."""
    return (
        fires(rule, occurrence)
        and rule.region_id in (None, customer.region_id)
        and customer.kind in rule.customer_kinds
        and (not rule.tags or _shared(rule.tags, customer.tags))
    )


def _shared(these: Iterable[str], those: Iterable[str]) -> bool:
    """Whether some tag is in both, however it is capitalised."""
    return not {tag.casefold() for tag in these}.isdisjoint(tag.casefold() for tag in those)


def _decide(rule: Rule, occurrence: Occurrence, circumstances: Circumstances, now: datetime) -> list[Decision]:
    refusal = refused_for_all(rule, occurrence, circumstances) or channel_refused(
        rule.channel, circumstances.phone_account
    )
    if refusal:
        return [_row(rule, occurrence, Skip(refusal), now)]
    found = _meant(rule, occurrence, circumstances)
    stale = _stale(rule, occurrence, now)
    rows = []
    for candidate in found or [None]:
        verdict = Skip(stale) if stale else gate(rule.category, candidate, circumstances)
        rows.append(_row(rule, occurrence, verdict, now, candidate))
    return rows


def _stale(rule: Rule, occurrence: Occurrence, now: datetime) -> Reason | None:
    """Why it is no news any more, whoever reads it (D13)."""
    over = occurrence.good_until is not None and occurrence.good_until <= now
    return occurrence.stale or (Reason.TOO_OLD if over or too_old(occurrence.occurred_at, rule.max_age, now) else None)


def _meant(rule: Rule, occurrence: Occurrence, circumstances: Circumstances) -> Sequence[Candidate | None]:
    """Whom it is for: whoever the occurrence names, or all whom the rule's category reaches (D1)."""
    if isinstance(occurrence.data, InvitationRequested):
        invited = at_email(circumstances.customer, occurrence.data.person_id, occurrence.data.email_id)
        return [invited if rule.channel is Channel.EMAIL else None]
    return candidates(
        circumstances.customer,
        occurrence.service_address_id,
        rule.category,
        rule.channel,
        circumstances.blocked,
        regional=rule.region_id is not None,
    )


def refused_for_all(rule: Rule, occurrence: Occurrence, circumstances: Circumstances) -> Reason | None:
    """Why nobody at all gets it, whoever they are."""
    regional = _refused_by_region(rule.region_id, circumstances) if rule.region_id else None
    return _silenced(rule, occurrence) or regional


def _silenced(rule: Rule, occurrence: Occurrence) -> Reason | None:
    """Why nobody gets it, whoever the customer is."""
    if not rule.active:
        return Reason.RULE_INACTIVE
    if not occurrence.notify:
        return Reason.NOTIFY_DECLINED
    if occurrence.undone:
        return Reason.NOTHING_CHANGED
    return Reason.JOB_CANCELLED if occurrence.cancelled_since else None


def _refused_by_region(region_id: UUID, circumstances: Circumstances) -> Reason | None:
    """What a region's rule needs besides (S3.13, S3.18)."""
    if not _region_active(region_id, circumstances.company):
        return Reason.REGION_INACTIVE
    if not circumstances.customer.send_client_notifications:
        return Reason.CLIENT_NOTIFICATIONS_OFF
    return Reason.HEAD_OFFICE if circumstances.customer.head_office else None


def _region_active(region_id: UUID, company: CompanyProfile) -> bool:
    return any(region.id == region_id and region.active for region in company.regions)


def _row(
    rule: Rule | OwnMessage,
    occurrence: Occurrence,
    verdict: Send | Skip,
    now: datetime,
    candidate: Candidate | None = None,
) -> Decision:
    """A decision that is due after the status's hold, counted from when it happened."""
    due_at = max(now, occurrence.occurred_at + occurrence.hold) if occurrence.hold else now
    expires_at = due_at + rule.expires_after
    if occurrence.good_until:
        expires_at = min(expires_at, occurrence.good_until)
    return Decision(rule, verdict, due_at, expires_at, candidate)


def _one_per_address(decisions: Sequence[Decision]) -> list[Decision]:
    """One message per address and channel (G8): what would be a second one is skipped, by rule or by person.

    Expects decisions in order of precedence: the first rule wins, and in it the first person.
    """
    first: dict[tuple[Channel, str], Rule | OwnMessage] = {}
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


def _timed(decision: Decision, zone: tzinfo, limits: Limits) -> Decision:
    """What goes, due when it may; or when it expires, if that comes first. Waiting does not prolong its life."""
    rule, candidate = decision.rule, decision.candidate
    if not isinstance(decision.verdict, Send) or candidate is None:
        return decision
    message = Outgoing(rule.category, candidate.channel, rule.lane, candidate.key, decision.due_at, decision.expires_at)
    moment = when(message, zone, limits)
    return replace(decision, due_at=min(moment.at, decision.expires_at), waits_for=moment.waits_for)
