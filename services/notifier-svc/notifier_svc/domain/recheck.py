"""Asked again right before sending: may this delivery still go? The world may have moved since it was planned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from contracts.customer_requests import InvitationRequested, TextRequest
from contracts.deliveries import Category, Channel, DeliveryState, DeliveryUpdated, Lane, Reason
from contracts.jobs import Job
from contracts.profiles import CompanyProfile, CustomerProfile, Phone
from contracts.triggers import Trigger
from notifier_svc.domain.course import Course
from notifier_svc.domain.gates import Circumstances, channel_refused, gate
from notifier_svc.domain.model import Block, Candidate, OwnTrigger, Rule, Skip, Wait, normalise
from notifier_svc.domain.people import everyone, reachable
from notifier_svc.domain.plan import outdated, refused_for_all, selects
from notifier_svc.domain.scheduled import Scheduled, over
from notifier_svc.domain.timing import NO_LIMITS, Limits, Outgoing, When, concern, when, zone_of
from notifier_svc.domain.trial import Place, Trial, may_go, reader_of
from notifier_svc.domain.triggers import Occurrence

COURSE_CATCHES_UP = timedelta(seconds=1)
"""Before a reminder is asked about again whose job has news that the schedule has yet to hear."""
COPY_CATCHES_UP = timedelta(seconds=5)
"""Before what is not urgent is asked about again while the copy of customers may be old."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery in this sender's hands until its lease ends, as far as its own row tells."""

    id: UUID
    fence: int
    """Raised by each claim: what an older holder writes matches nothing."""
    occurred_month: date
    company_id: UUID
    event_id: UUID
    occurred_at: datetime
    trigger: str
    category: Category
    channel: Channel
    lane: Lane
    rule_id: UUID | None
    template_id: UUID | None
    template_version: int | None
    job_id: UUID | None
    customer_id: UUID
    recipient_id: UUID | None
    address: str | None
    masked_address: str | None
    copy_number: int
    attempts: int
    due_at: datetime
    """Since when it might go, as far as that is known."""
    expires_at: datetime
    traceparent: str | None
    as_it_was: bool = field(default=False, kw_only=True)
    """A copy that says what its original said, whatever has become of its job since."""
    may_be_there: bool = field(default=False, kw_only=True)
    """An earlier try of it may have arrived: it is to go once more."""

    @property
    def test(self) -> bool:
        """Whether no customer is written to, but somebody of the office."""
        return self.trigger == OwnTrigger.TEST

    def updated(
        self, state: DeliveryState, reason: Reason | None, version: int | None, attempts: int, now: datetime
    ) -> DeliveryUpdated:
        """What other services hear of it."""
        return DeliveryUpdated(
            id=self.id,
            company_id=self.company_id,
            event_id=self.event_id,
            trigger=self.trigger,
            category=self.category,
            channel=self.channel,
            state=state,
            reason=reason,
            rule_id=self.rule_id,
            template_id=self.template_id,
            template_version=version,
            job_id=self.job_id,
            customer_id=None if self.test else self.customer_id,
            recipient_id=self.recipient_id,
            masked_address=self.masked_address,
            copy_number=self.copy_number,
            attempt=attempts,
            occurred_at=self.occurred_at,
            updated_at=now,
            test=self.test,
        )


@dataclass(frozen=True, slots=True)
class Due(Claimed):
    """A delivery whose time has come, and what it is about."""

    occurrence: Occurrence

    @property
    def can_be_undone(self) -> bool:
        """Whether what it tells may be so no more: a status, or that the work order closed (D9, G7)."""
        return self.trigger in (Trigger.STATUS_SET, Trigger.WORK_ORDER_CLOSED)

    @property
    def scheduled(self) -> bool:
        """Whether its time came, rather than that something happened."""
        return isinstance(self.occurrence.data, Scheduled)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a job stands now that something newer was told of it."""

    status_id: UUID
    status_set_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled: bool = False
    version: int = 0
    """The job's."""
    whole: Job | None = None
    """What was told of it, as far as that is still known."""


@dataclass(frozen=True, slots=True)
class Present:
    """What is known now about those whom a due delivery concerns; `None`: nothing is."""

    customer: CustomerProfile | None
    company: CompanyProfile | None
    job: Standing | None
    rule: Rule | None
    blocked: frozenset[Block]
    now: datetime
    phone_account: bool = True
    """Whether the company has an account to text and call with."""
    phones: Sequence[Phone] = ()
    """Of a test: the phones of customers that have its number."""
    limits: Limits = NO_LIMITS
    told_before: UUID | None = None
    """The occurrence that the rule told of the job, where it tells of each job once."""
    course: Course | None = None
    """Of a reminder or follow-up: how its job goes on."""
    behind: bool = False
    """Whether the copy of customers may be old: they may wish otherwise by now."""


def recheck(due: Due, present: Present) -> Candidate | Skip | When:
    """Whom it goes to, as the profile knows them now; why it must not go any more; or when it may be asked again."""
    if due.expires_at <= present.now:
        return Skip(Reason.EXPIRED)
    if isinstance(due.occurrence.data, Trial) and present.company is not None:
        return _trial(due, due.occurrence.data, present.company, present)
    if present.behind and due.lane is not Lane.URGENT:
        return When(present.now + COPY_CATCHES_UP, Wait.NEWS_OF_CUSTOMERS)
    if present.customer is None or present.company is None or present.customer.company_id != due.company_id:
        return Skip(Reason.UNKNOWN_CUSTOMER)
    if not due.as_it_was and _ahead_of_course(due, present):
        return When(present.now + COURSE_CATCHES_UP)
    circumstances = Circumstances(present.customer, present.company, present.blocked, present.phone_account)
    refusal = _refusal(due, present, circumstances)
    if refusal:
        return Skip(refusal)
    candidate = _candidate(due, present.customer, present.rule)
    if candidate is None:
        return Skip(Reason.ARCHIVED if present.customer.archived else Reason.ADDRESS_REMOVED)
    verdict = gate(due.category, candidate, circumstances)
    return verdict if isinstance(verdict, Skip) else _in_time(due, candidate, circumstances, present)


def _in_time(due: Due, candidate: Candidate, circumstances: Circumstances, present: Present) -> Candidate | When:
    """The candidate, unless what limits the company makes it wait (G13, D13)."""
    message = Outgoing(due.category, due.channel, due.lane, candidate.key, present.now, due.expires_at)
    if not concern(present.limits, message):
        return candidate
    zone = zone_of(circumstances.customer, due.occurrence.service_address_id, circumstances.company)
    moment = when(message, zone, present.limits)
    return moment if moment.waits_for else candidate


def _trial(due: Due, trial: Trial, company: CompanyProfile, present: Present) -> Candidate | Skip:
    reader = reader_of(trial, due.channel, due.address)
    place = Place(due.channel, reader.key, company, present.blocked, present.phone_account, present.phones)
    verdict = may_go(reader, place)
    return verdict if isinstance(verdict, Skip) else reader


def _refusal(due: Due, present: Present, circumstances: Circumstances) -> Reason | None:
    if not due.as_it_was and (stale := _stale(due, present, circumstances.customer)):
        return stale
    by_rule = _refused_by_rule(due, present.rule, circumstances, present.told_before) if due.rule_id else None
    return by_rule or channel_refused(due.channel, circumstances.phone_account)


def _stale(due: Due, present: Present, customer: CustomerProfile) -> Reason | None:
    """Why what it tells is so no more."""
    if _moved_on(due, present.job):
        return Reason.STATUS_MOVED_ON
    if isinstance(due.occurrence.data, Scheduled) and (ended := over(due.occurrence.data, present.course)):
        return ended
    if isinstance(due.occurrence.data, TextRequest) and outdated(due.occurrence.data, customer):
        return Reason.NO_LONGER_SELECTED
    return None


def _refused_by_rule(
    due: Due, rule: Rule | None, circumstances: Circumstances, told_before: UUID | None
) -> Reason | None:
    if rule is None:
        return Reason.RULE_INACTIVE
    refusal = refused_for_all(rule, due.occurrence, circumstances)
    if refusal is None and not selects(rule, due.occurrence, circumstances.customer):
        return Reason.NO_LONGER_SELECTED
    if refusal is None and rule.once_per_job and told_before not in (None, due.event_id):
        return Reason.ALREADY_TOLD
    return refusal


def _ahead_of_course(due: Due, present: Present) -> bool:
    """Whether something newer was told of a reminder's job than its course, which another consumer keeps, knows of."""
    job, course = present.job, present.course
    return due.scheduled and job is not None and course is not None and course.version < job.version


def _moved_on(due: Due, job: Standing | None) -> bool:
    """Whether the job has another status than the one told, or has it anew; is not closed as told; or was cancelled."""
    if not due.can_be_undone or job is None:
        return False
    told, now = due.occurrence, job
    if due.trigger == Trigger.STATUS_SET:
        return now.cancelled or now.status_id != told.status_id or now.status_set_at != told.status_set_at
    return now.cancelled or now.closed_at != told.closed_at


def _candidate(due: Due, customer: CustomerProfile, rule: Rule | None) -> Candidate | None:
    """The person it was planned for, if that address is still theirs: another of theirs is not written to instead."""
    key = normalise(due.address or "")
    return next((each for each in _of_person(due, customer, rule) if each.key == key), None)


def reader_now(due: Due, customer: CustomerProfile, rule: Rule | None) -> Candidate | None:
    """Where a copy of it goes: to the same address, or where that is its reader's no more to one they have now."""
    places = [each for each in _of_person(due, customer, rule) if each.address]
    return _candidate(due, customer, rule) or next(iter(places), None)


def _of_person(due: Due, customer: CustomerProfile, rule: Rule | None) -> Iterable[Candidate]:
    return (each for each in _meant(due, customer, rule) if each.person_id == due.recipient_id)


def _meant(due: Due, customer: CustomerProfile, rule: Rule | None) -> Iterable[Candidate]:
    """Whom it may be for; what no rule made, or is about an account, named its person itself."""
    if rule is None or isinstance(due.occurrence.data, InvitationRequested):
        return everyone(customer, due.channel)
    place, regional = due.occurrence.service_address_id, rule.region_id is not None
    people = reachable(customer, place, due.category, due.channel, regional=regional)
    return (candidate for places in people for candidate in places)
