"""Asks the domain again whether what was claimed may still go, with what this service's copies say now."""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Record

from contracts.deliveries import Channel, Reason
from contracts.profiles import CompanyProfile, CustomerProfile, Phone
from contracts.rendering import RenderContext, Rendered
from notifier_svc.domain import context, outcome
from notifier_svc.domain.course import Course
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Block, Candidate, Rule, Skip, normalise
from notifier_svc.domain.recheck import Claimed, Due, Present, Standing, recheck
from notifier_svc.domain.report import Wanted, wanted
from notifier_svc.domain.sender import Sender
from notifier_svc.domain.timing import When
from notifier_svc.domain.trial import Trial
from notifier_svc.reports import Report
from notifier_svc.send.limits import Limiting, limiting
from notifier_svc.store import jobs, kept_words, once, planning, schedule, senders
from notifier_svc.store import sending as store
from notifier_svc.store.once import Telling, Told
from notifier_svc.store.phones import at_number
from notifier_svc.store.planning import rule_of
from notifier_svc.store.reading import readable
from notifier_svc.store.sending import End, Later
from servicekit import copies
from servicekit.db import Tx

log = logging.getLogger(__name__)

NO_VALUES = "The values for its tags could not be put together from the job's data."
OPT_OUT_AFTER = timedelta(days=30)
"""How long a number goes without being told how to stop our texts, once it was (docs/adr/0020)."""
NOT_KEPT = "What the original said is not kept any more. Send it again with the words of today."
NOT_READ = "It was stored in a form that this version does not know."


@dataclass(frozen=True, slots=True)
class Cleared:
    """A delivery that may go, and what is said in it and around it."""

    due: Due
    to: Candidate
    company: CompanyProfile
    sender: Sender
    reply_to: str | None
    locale: str
    context: RenderContext
    says_how_to_stop: bool = False
    """A text that is the first one to its number for long, in words that are not its own."""
    report: Wanted | None = None
    """What must go along with it."""
    attachment: Report | None = None
    """The same, made."""
    words: Rendered | None = None
    """Of a copy that says what its original said: what that was."""


@dataclass(frozen=True)
class Facts:
    """What is known now about those whom some deliveries concern."""

    customers: Mapping[UUID, CustomerProfile]
    companies: Mapping[UUID, CompanyProfile]
    jobs: Mapping[UUID, Standing]
    """Of which something newer was told than some of the deliveries tell."""
    rules: Mapping[UUID, Rule]
    senders: Mapping[UUID, Sender]
    """By company: of those that have one of their own."""
    unreadable: frozenset[UUID]
    """Of all these: what is stored and this release can't read."""
    blocked: Mapping[UUID, frozenset[Block]]
    """By delivery: the blocks of its address."""
    limiting: Limiting
    told_once: Told
    """Of the rules that tell of each job once: what they told."""
    texted_lately: Collection[UUID] = ()
    """The texts whose number has had another one not long ago."""
    phones: Mapping[UUID, Sequence[Phone]] = field(default_factory=dict)
    """By test: the phones of customers that have its number."""
    courses: Mapping[UUID, Course] = field(default_factory=dict)
    """By job: how those go on that are reminded of."""
    words: Mapping[UUID, Rendered] = field(default_factory=dict)
    """By copy that says what its original said."""
    behind: bool = False
    """Whether the copy of customers may be old, as who sends asks besides."""

    def about(self, due: Due, now: datetime) -> Present:
        """What the domain needs to decide about one of them."""
        return Present(
            customer=self.customers.get(due.customer_id),
            company=self.companies.get(due.company_id),
            job=self.jobs.get(due.job_id) if due.job_id else None,
            rule=self.rules.get(due.rule_id) if due.rule_id else None,
            blocked=self.blocked.get(due.id, frozenset()),
            now=now,
            phone_account=self.sender(due.company_id).phone is not None,
            phones=self.phones.get(due.id, ()),
            limits=self.limiting.of(due),
            told_before=self.told_once.get((due.rule_id, due.job_id)) if due.rule_id and due.job_id else None,
            course=self.courses.get(due.job_id) if due.job_id else None,
            behind=self.behind,
        )

    def up_to_date(self, due: Due, now: datetime) -> Due:
        """The delivery with its job, and the days of a reminder, as they are by now."""
        job = self.jobs.get(due.job_id) if due.job_id else None
        told = due.occurrence.with_job(job.whole) if job and job.whole else due.occurrence
        told = told.told_at(now)
        return replace(due, occurrence=told) if told is not due.occurrence else due

    def sender(self, company_id: UUID) -> Sender:
        """What the company sends from."""
        return self.senders.get(company_id) or Sender(company_id)


async def gather(tx: Tx, keys: Keys, dues: Sequence[Due]) -> Facts:
    """Read everything that the re-check of `dues` needs."""
    company_ids = {due.company_id for due in dues}
    stored = await copies.find(tx, {"customers": {due.customer_id for due in dues}, "companies": company_ids})
    stored_jobs = await _moved_jobs(tx, dues)
    stored_rules = await store.rules_by_id(tx, dues)
    customers = readable("customer", stored["customers"], CustomerProfile.model_validate_json)
    companies = readable("company", stored["companies"], CompanyProfile.model_validate_json)
    standing = readable("job", stored_jobs, jobs.standing)
    rules = readable("rule", stored_rules, rule_of)
    stored_courses = await schedule.courses(tx, {(d.company_id, d.job_id) for d in dues if d.scheduled and d.job_id})
    courses = readable("course", stored_courses, Course.model_validate_json)
    kept = frozenset().union(*stored.values(), stored_jobs, stored_rules, stored_courses)
    lost = kept.difference(customers, companies, standing, rules, courses)
    known = await senders.of_companies(tx, company_ids)
    texted = await store.texted_lately(tx, dues, OPT_OUT_AFTER)
    blocked, phones = await _blocked(tx, keys, dues), await _phones(tx, dues)
    limits = await limiting(tx, keys, dues, companies)
    told_once = await once.told(tx, tellings(dues, rules))
    words = await kept_words.of(tx, dues)
    return Facts(
        customers, companies, standing, rules, known, lost, blocked, limits, told_once, texted, phones, courses, words
    )


def tellings(dues: Iterable[Due], rules: Mapping[UUID, Rule]) -> list[Telling]:
    """What rules that tell of each job once would tell."""
    ruled = [(due, rules.get(due.rule_id)) for due in dues if due.rule_id]
    return [
        Telling(due.company_id, rule.id, due.job_id, due.event_id)
        for due, rule in ruled
        if rule and rule.once_per_job and due.job_id
    ]


async def _moved_jobs(tx: Tx, dues: Sequence[Due]) -> Mapping[UUID, Record]:
    """The jobs that have moved on since what some of `dues` tell."""
    told: dict[UUID, int] = {}
    for due in dues:
        if due.job_id and (version := due.occurrence.job_version):
            told[due.job_id] = min(version, told.get(due.job_id, version))
    return await jobs.newer(tx, told) if told else {}


async def _blocked(tx: Tx, keys: Keys, dues: Sequence[Due]) -> dict[UUID, frozenset[Block]]:
    places = {due.id: (due.channel, normalise(due.address)) for due in dues if due.address}
    hashes = {due.id: keys.address(due.company_id, *places[due.id]) for due in dues if due.address}
    found = await planning.blocked(tx, set(hashes.values()))
    return {id: frozenset(Block(*places[id], *block) for block in found.get(h, ())) for id, h in hashes.items()}


async def _phones(tx: Tx, dues: Sequence[Due]) -> dict[UUID, Sequence[Phone]]:
    tests = [due for due in dues if due.test and due.channel is not Channel.EMAIL and due.address]
    return {due.id: await at_number(tx, due.company_id, normalise(due.address or "")) for due in tests}


def sift(dues: Sequence[Due], facts: Facts, now: datetime) -> tuple[list[Cleared], list[End], list[Later]]:
    """Which of `dues` may go, how others end, and which must wait."""
    shared: dict[UUID, RenderContext] = {}
    cleared: list[Cleared] = []
    ends: list[End] = []
    later: list[Later] = []
    for due in dues:
        if not facts.unreadable.isdisjoint((due.customer_id, due.company_id, due.job_id, due.rule_id)):
            ends.append(unreadable(due))
            continue
        due = facts.up_to_date(due, now)
        verdict = recheck(due, facts.about(due, now))
        if isinstance(verdict, Skip):
            ends.append(End(due, outcome.skipped(verdict.reason), tried=False))
            continue
        if isinstance(verdict, When):
            later.append(Later(due, verdict))
            continue
        if due.as_it_was and due.id not in facts.words:
            ends.append(End(due, outcome.failed(Reason.UNREADABLE, NOT_KEPT), tried=False))
            continue
        try:
            cleared.append(_cleared(due, verdict, facts, shared))
        except (ValueError, LookupError, ArithmeticError):  # a zone that does not exist, say: it stops no neighbour
            log.exception("the values of a message can't be put together", extra={"delivery_id": str(due.id)})
            ends.append(End(due, outcome.failed(Reason.TEMPLATE_UNUSABLE, NO_VALUES), tried=False))
    return cleared, ends, later


def unreadable(claimed: Claimed) -> End:
    """It ends where people see it, rather than wait for a release that may not come."""
    return End(claimed, outcome.failed(Reason.UNREADABLE, NOT_READ), tried=False)


def _cleared(due: Due, to: Candidate, facts: Facts, shared: dict[UUID, RenderContext]) -> Cleared:
    company = facts.companies[due.company_id]
    rule = facts.rules.get(due.rule_id) if due.rule_id else None
    locale, values = _told(due, to, facts, shared)
    words_of_template = due.rule_id is not None or due.test
    return Cleared(
        due=due,
        to=to,
        company=company,
        sender=facts.sender(company.id),
        reply_to=_reply_to(rule, company, facts.sender(company.id)),
        locale=locale,
        context=values,
        says_how_to_stop=due.channel is Channel.SMS and words_of_template and due.id not in facts.texted_lately,
        report=_report(due, rule, facts),
        words=facts.words.get(due.id),
    )


def _told(due: Due, to: Candidate, facts: Facts, shared: dict[UUID, RenderContext]) -> tuple[str, RenderContext]:
    """A reader's locale, and the values of the tags for them; most of these are the same for all of an occurrence."""
    if isinstance(due.occurrence.data, Trial):
        return due.occurrence.data.locale, due.occurrence.data.context
    customer, company = facts.customers[due.customer_id], facts.companies[due.company_id]
    if due.occurrence.id not in shared:
        shared[due.occurrence.id] = context.about(due.occurrence, customer, company)
    said = context.addressed(shared[due.occurrence.id], customer, to.person_id, due.channel)
    return context.locale_of(customer, company), said


def _report(due: Due, rule: Rule | None, facts: Facts) -> Wanted | None:
    if rule is None or due.channel is not Channel.EMAIL:
        return None
    return wanted(rule, due.occurrence, facts.customers[due.customer_id], facts.companies[due.company_id])


def _reply_to(rule: Rule | None, company: CompanyProfile, sender: Sender) -> str | None:
    """Where answers go: the region's address for a rule of a region (S3.10), else the sender's, else the brand's."""
    if rule and rule.region_id:
        for region in company.regions:
            if region.id == rule.region_id and region.reply_to:
                return region.reply_to
    return sender.reply_to or company.brand.email
