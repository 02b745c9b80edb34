"""What a rule must be for the planner to make sense of it."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from contracts.deliveries import Category, Channel
from contracts.profiles import StatusEntry, TemplateEntry, TemplateState
from contracts.reports import ReportKind
from contracts.triggers import SCHEDULED, Trigger
from notifier_svc.domain.model import Rule
from notifier_svc.domain.overlaps import equal_reminder
from notifier_svc.domain.starters import starter_templates
from servicekit.errors import Conflict, Unprocessable

MOST_RULES = 1_000


class StatusNotAsked(Unprocessable):
    """Only a rule of the trigger `status_set` can name a status: this one would never fire."""

    slug = "status-not-asked"


class ReportNotAttachable(Unprocessable):
    """Reports go along with emails about jobs, and invoices with news of one."""

    slug = "report-not-attachable"


class TimingNotFitting(Unprocessable):
    """Reminders and follow-ups say when they go, in their own way; no other rule does."""

    slug = "timing-not-fitting"


class OnceAndAgain(Unprocessable):
    """What is told once a job can't be repeated: all but the first would be skipped."""

    slug = "once-and-again"


class EqualReminder(Conflict):
    """Another reminder goes to the same people at the same time: both would be sent."""

    slug = "equal-reminder"


class TooManyRules(Conflict):
    """A company has at most 1,000 rules: change one of those that are there, switched off ones among them."""

    slug = "too-many-rules"


class UnknownStatus(Unprocessable):
    """The company has no such status, or it is not known here yet."""

    slug = "unknown-status"


class StatusRetired(Conflict):
    """The status is retired: no job gets it any more."""

    slug = "status-retired"


class UnknownRegion(Unprocessable):
    """The company has no such region."""

    slug = "unknown-region"


class UnknownTag(Unprocessable):
    """No customer has this tag: a rule for it reaches nobody."""

    slug = "unknown-tag"


class UnknownTemplate(Unprocessable):
    """The company has no such template, or it is not known here yet."""

    slug = "unknown-template"


class TemplateOfOtherChannel(Unprocessable):
    """The template is one of another channel."""

    slug = "template-of-other-channel"


class TagsNeverTold(Unprocessable):
    """The template needs tags that are never known on this occasion: no message could be sent."""

    slug = "tags-never-told"


class TemplateArchived(Conflict):
    """The template is archived: nothing is sent with it."""

    slug = "template-archived"


class TemplateNotPublished(Conflict):
    """The template has no published version yet: there is nothing to send."""

    slug = "template-not-published"


def check(
    rule: Rule, regions: Collection[UUID], statuses: Mapping[UUID, StatusEntry], before: Rule | None = None
) -> None:
    """Refuse a rule that could never send; one whose region or status went away since can still be changed."""
    if rule.status_id and rule.trigger is not Trigger.STATUS_SET:
        raise StatusNotAsked
    flaw = _flaw_of_timing(rule)
    if flaw:
        raise TimingNotFitting(flaw)
    if rule.attach_report and not _attachable(rule):
        raise ReportNotAttachable
    if rule.once_per_job and rule.timing and rule.timing.every_days and (rule.active or not before):
        raise OnceAndAgain
    if rule.region_id and (before is None or rule.region_id != before.region_id) and rule.region_id not in regions:
        raise UnknownRegion
    if rule.status_id and (before is None or rule.status_id != before.status_id):
        _check_status(statuses.get(rule.status_id))


def new_tags(rule: Rule, before: Rule | None = None) -> set[str]:
    """The tags of customers that the rule names and did not name before."""
    named = {tag.casefold() for tag in before.tags} if before else set()
    return {tag for tag in rule.tags if tag.casefold() not in named}


def check_reminder(rule: Rule, others: Iterable[Rule], before: Rule | None = None) -> None:
    """Refuse the second of two equal reminders; one that is such already can be changed otherwise."""
    twin = equal_reminder(rule, others)
    if twin and not (before and equal_reminder(before, [twin])):
        raise EqualReminder(f'It is "{twin.name}".', rule={"id": str(twin.id), "name": twin.name})


def check_template(rule: Rule, template: TemplateEntry | None, before: Rule | None = None) -> None:
    """Refuse a rule whose `template`, as it is known here, can't be sent by it; one can be switched off in any case.

    A starter's template may be named before it is known: a new company's rules and templates are made side by side.
    """
    if before and not rule.active and (rule.template_id, rule.channel) == (before.template_id, before.channel):
        return
    if template:
        check_sendable(template, rule.channel)
        _check_tags(template, rule.trigger)
        return
    channel = starter_templates(rule.company_id).get(rule.template_id)
    if channel is None:
        raise UnknownTemplate("Where it was published a moment ago, try again in a moment.")
    _check_channel(channel, rule.channel)


def check_sendable(template: TemplateEntry, channel: Channel) -> None:
    """Refuse what can't be sent by this channel with the template, as it is known here."""
    _check_channel(template.channel, channel)
    if template.state is TemplateState.ARCHIVED:
        raise TemplateArchived
    if template.published_version is None:
        raise TemplateNotPublished


def _check_tags(template: TemplateEntry, trigger: Trigger) -> None:
    if tags := template.untold.get(trigger):
        raise TagsNeverTold(
            f'"{template.name}" needs {", ".join(tags)}. Give it a default or an if there, or take another template.',
            tags=list(tags),
        )


def _check_channel(of_template: str, wanted: Channel) -> None:
    if of_template != wanted:
        raise TemplateOfOtherChannel(f"It is one of channel {of_template}; asked for is {wanted}.")


def _check_status(status: StatusEntry | None) -> None:
    if status is None:
        raise UnknownStatus("Where it was made a moment ago, try again in a moment.")
    if not status.active:
        raise StatusRetired(f"{status.name} was taken out of use.")


_REPEATED = (Trigger.ESTIMATE_REMINDER, Trigger.INVOICE_REMINDER)


def _flaw_of_timing(rule: Rule) -> str | None:
    """What is wrong with when it goes; in the words of the API."""
    timing = rule.timing
    if rule.trigger not in SCHEDULED:
        return "Only reminders and follow-ups have a timing: this rule answers at once." if timing else None
    if timing is None:
        return f"A rule of the trigger {rule.trigger} needs a timing."
    of_visits = rule.trigger is Trigger.VISIT_REMINDER
    if of_visits and (timing.hours_before is None) == (timing.days_before is None):
        return "A visit reminder names hours_before or days_before."
    if not of_visits and (timing.hours_before is not None or timing.days_before is not None):
        return "Only visit reminders go before something."
    if of_visits == (timing.days_after is not None):
        return "Visit reminders go before the visit." if of_visits else f"A {rule.trigger} names days_after."
    if timing.every_days is not None and rule.trigger not in _REPEATED:
        return "Only estimate and invoice reminders are repeated."
    if timing.at_most is not None and timing.every_days is None:
        return "at_most goes with every_days."
    return None


def _attachable(rule: Rule) -> bool:
    """Whether each message of the rule has what its report tells of."""
    of_invoices = (Trigger.INVOICE_ISSUED, Trigger.INVOICE_REMINDER)
    if rule.attach_report is ReportKind.INVOICE and rule.trigger not in of_invoices:
        return False
    return rule.channel is Channel.EMAIL and rule.category not in (Category.REQUEST, Category.ACCOUNT)
