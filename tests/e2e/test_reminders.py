"""A reminder by the whole stack: a rule, a job, its time, and the mail; and none of what was called off."""

from datetime import UTC, datetime, timedelta

from contracts.deliveries import DeliveryState
from deploy.demo.api import Json
from deploy.demo.people import home
from deploy.local.stack import Stack
from deploy.local.waiting import until
from tests.e2e.companies import Company
from tests.e2e.log import emails
from tests.e2e.mailbox import newest_to
from tests.e2e.test_previews import template_of

NAME = "An hour before"


def test_who_has_a_visit_is_reminded_in_time_and_who_has_none_any_more_is_not(company: Company, stack: Stack) -> None:
    # S0.22, G6, G21
    body = {"name": NAME, "trigger": "visit_reminder", "channel": "email", "timing": {"hours_before": 1}}
    template = template_of(company, "Visit reminder")
    company.admin.post("notifier-svc", "/v1/rules", body | {"template_id": template})
    customer = company.add(home("Ida Holm", "ida.remind@example.com", "303-555-0148", "9 Pine St", "80220"))

    called_off = company.booked(customer, title="Called off", visits=(in_an_hour(8),))
    company.dispatcher.post("status-svc", f"/v1/jobs/{called_off.id}/cancel", {})
    stays = company.booked(customer, title="Leaking faucet", visits=(in_an_hour(9),))

    def reminders(job_id: str) -> list[DeliveryState]:
        rows = emails(company.dispatcher, job_id=job_id)
        return [row.state for row in rows if row.rule_name == NAME]

    until(lambda: reminders(stays.id) == [DeliveryState.SENT], "the reminder is not sent", 60)
    assert reminders(called_off.id) == []
    mail = newest_to(stack.plan, "ida.remind@example.com")
    assert mail
    assert "Leaking faucet" in str(mail)
    assert "Reminder: your visit" in str(mail)


def in_an_hour(seconds: int) -> Json:
    """A visit of which it is time to remind in so many seconds."""
    starts = datetime.now(UTC) + timedelta(hours=1, seconds=seconds)
    return {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}
