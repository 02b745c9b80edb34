"""What a company's customers were reminded of, and the proof that there was nothing else to tell."""

from datetime import datetime, timedelta

from contracts.topics import JOBS
from contracts.triggers import SCHEDULED
from deploy.demo.api import Json
from deploy.demo.people import home
from deploy.local.plan import Plan
from deploy.local.waiting import until
from tests.e2e import kafka
from tests.e2e.companies import Company
from tests.e2e.log import Delivery, deliveries
from tests.e2e.moved.clock import BusinessTime
from tests.e2e.test_previews import template_of

BELL = "Bell"
LIMIT = 60.0


def customer_of(company: Company, mailbox: str) -> Json:
    """A household in Denver."""
    return company.add(home("Ida Holm", mailbox, "303-555-0148", "9 Pine St", "80220"))


def remind(company: Company, trigger: str, template: str, name: str, **timing: int | str) -> None:
    """One more rule."""
    body = {"name": name, "trigger": trigger, "channel": "email", "timing": timing}
    company.admin.post("notifier-svc", "/v1/rules", body | {"template_id": template_of(company, template)})


def visit_at(starts: datetime) -> Json:
    """A visit of two hours."""
    return {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}


def reminders(company: Company, job_id: str) -> list[Delivery]:
    """What the log has of a job's reminders and follow-ups, the oldest first."""
    return [row for row in deliveries(company.dispatcher, job_id=job_id) if row.trigger in SCHEDULED]


def sent(company: Company, job_id: str, count: int) -> list[datetime]:
    """When so many reminders of a job, and no more, were due, once all of them are sent."""

    def are_sent() -> bool:
        rows = reminders(company, job_id)
        assert len(rows) <= count, rows
        return len(rows) == count and all(row.is_sent for row in rows)

    until(are_sent, f"not {count} reminders of job {job_id} are sent", LIMIT)
    return [row.occurred_at for row in reminders(company, job_id)]


def wait_until_heard_of_jobs(plan: Plan) -> None:
    """Return when the notifier has planned, and the schedule has followed, all that was published of jobs."""
    for group in ("notifier-svc.jobs", "notifier-svc.schedule"):
        kafka.wait_until_read(plan, group, JOBS)


class Bell:
    """A visit whose reminder is due when the test says: once it rings, all that was due has been told."""

    def __init__(self, company: Company, clock: BusinessTime) -> None:
        self._company = company
        self._clock = clock
        self._customer = customer_of(company, "bell@example.com")
        remind(company, "visit_reminder", "Visit reminder", BELL, hours_before=1)

    def ring(self, moment: datetime) -> None:
        """Move time to `moment`, and return when the schedule has been looked at since."""
        job = self._company.booked(self._customer, visits=(visit_at(moment + timedelta(hours=1)),))
        until(lambda: bool(deliveries(self._company.dispatcher, job_id=job.id)), "the bell is not hung", LIMIT)
        wait_until_heard_of_jobs(self._clock.plan)  # and so is all that happened before
        self._clock.move_to(moment)

        def rang() -> bool:
            return any(row.rule_name == BELL for row in reminders(self._company, job.id))

        until(rang, "the bell does not ring", LIMIT)
