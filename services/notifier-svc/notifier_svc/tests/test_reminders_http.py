"""Rules with a time of their own, and presets of them, over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import events
from contracts.jobs import Role
from contracts.model import starter_id
from contracts.triggers import SCHEDULED, Trigger
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.series import Timing
from notifier_svc.tests.agenda import Agenda
from notifier_svc.tests.app import App
from notifier_svc.tests.factories import COMPANY, NOW, a_job, a_rule, a_visit, an_invoice
from notifier_svc.tests.office import Office

TEMPLATE = starter_id(COMPANY, "template", "visit-reminder")
RULE = {"name": "Reminder", "channel": "email", "template_id": str(TEMPLATE)}
VISIT = {"trigger": "visit_reminder", "timing": {"days_before": 1, "at": "17:00"}}
INVOICE = {"trigger": "invoice_reminder", "timing": {"days_after": 3, "every_days": 7}}


async def test_a_rule_says_when_it_goes_and_its_jobs_follow_when_that_changes(office: Office) -> None:
    admin = office.issuer.headers(Role.ADMIN, COMPANY)
    made = await office.post("/v1/rules", RULE | VISIT)
    assert made.status_code == 201, made.text
    assert made.json()["timing"] == {
        "hours_before": None, "days_before": 1, "days_after": None, "at": "17:00:00",
        "every_days": None, "at_most": None,
    }  # fmt: skip
    url, changed = f"/v1/rules/{made.json()['id']}", RULE | {"timing": {"hours_before": 2}}
    renamed = RULE | {"timing": VISIT["timing"], "name": "Another name"}
    for version, (body, changes) in enumerate(((renamed, 2), (changed, 4)), 1):
        answer = await office.client.put(url, json=body, headers=admin | {"if-match": f'"{version}"'})
        assert answer.status_code == 200, answer.text
        assert len(await office.desk.fetch("select from rule_change")) == changes
    assert (await office.client.get(url, headers=admin)).json()["timing"]["hours_before"] == 2


@pytest.mark.parametrize(
    ("trigger", "timing", "says"),
    [
        ("visit_reminder", None, "A rule of the trigger visit_reminder needs a timing."),
        ("visit_reminder", {}, "names hours_before or days_before"),
        ("visit_reminder", {"hours_before": 2, "days_before": 1}, "names hours_before or days_before"),
        ("visit_reminder", {"days_after": 1}, "names hours_before or days_before"),
        ("visit_reminder", {"days_before": 1, "days_after": 1}, "Visit reminders go before the visit."),
        ("visit_reminder", {"days_before": 1, "every_days": 1}, "Only estimate and invoice reminders are repeated."),
        ("follow_up", {"days_after": 7, "every_days": 7}, "Only estimate and invoice reminders are repeated."),
        ("follow_up", {"hours_before": 7}, "Only visit reminders go before something."),
        ("follow_up", {}, "A follow_up names days_after."),
        ("invoice_reminder", {"days_after": 3, "at_most": 2}, "at_most goes with every_days."),
        ("job_created", {"days_after": 3}, "Only reminders and follow-ups have a timing"),
    ],
)
async def test_a_timing_that_does_not_fit_is_refused_in_plain_words(
    app: App, trigger: str, timing: Any, says: str
) -> None:
    body = RULE | {"trigger": trigger, "timing": timing}
    answer = await app.client.post("/v1/rules", json=body, headers=app.issuer.headers(Role.ADMIN, COMPANY))
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (422, "timing-not-fitting")
    assert says in answer.json()["detail"]


@pytest.mark.parametrize(
    "wrong", [{"at": "25:00"}, {"at": "10:00:30"}, {"at": "10:00Z"}, {"days_before": 0}, {"hours": 3}]
)
async def test_a_timing_has_a_form(app: App, wrong: dict[str, Any]) -> None:
    body = RULE | {"trigger": "visit_reminder", "timing": {"days_before": 1} | wrong}
    answer = await app.client.post("/v1/rules", json=body, headers=app.issuer.headers(Role.ADMIN, COMPANY))
    assert answer.status_code == 422


async def test_every_preset_is_a_rule_that_can_be_made(app: App) -> None:  # S0.22
    admin = app.issuer.headers(Role.ADMIN, COMPANY)
    presets = (await app.client.get("/v1/reminder-presets", headers=admin)).json()
    assert {preset["trigger"] for preset in presets} == SCHEDULED
    for preset in presets:
        made = await app.client.post("/v1/rules", json=preset, headers=admin)
        assert made.status_code == 201, made.text
        assert made.json()["timing"] == preset["timing"]
    assert len(await app.fetch("select from rule where timing is not null")) == len(presets)


@pytest.mark.parametrize("trigger", sorted(SCHEDULED))
async def test_a_reminder_can_be_looked_at_before_it_goes(office: Office, trigger: Trigger) -> None:  # G10
    body = {"channel": "email", "trigger": trigger, "template_id": str(uuid4())}
    answer = await office.post("/v1/previews", body)
    assert answer.status_code == 200, answer.text
    [item] = office.desk.templates.asked
    assert item.context.reminder
    assert item.context.visit
    assert (item.context.invoice is not None) == (trigger is Trigger.INVOICE_REMINDER)


async def waiting(app: App, job_id: UUID, company: UUID = COMPANY) -> list[dict[str, Any]]:
    headers = app.issuer.headers(Role.DISPATCHER, company)
    answer = await app.client.get(f"/v1/jobs/{job_id}/reminders", headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_what_waits_is_seen_before_it_goes_and_not_afterwards(app: App, keys: Keys) -> None:
    agenda, visit = Agenda(app.db, keys), a_visit(starts_at=NOW + timedelta(hours=30))
    await agenda.know()
    before = a_rule(Trigger.VISIT_REMINDER, name="Before", timing=Timing(hours_before=24))
    later = a_rule(Trigger.INVOICE_REMINDER, name="Weekly", active=False, timing=Timing(days_after=3, every_days=7))
    await agenda.rule(before, later)
    invoice = an_invoice()
    issued = agenda.event(events.InvoiceIssued, {"visits": (visit,)}, invoice=invoice)
    await agenda.hear(agenda.event(events.JobCreated, {"visits": (visit,)}), issued)
    job_id = a_job().id
    first, second = await waiting(app, job_id)
    assert first == {
        "due_at": "2026-11-24T23:00:00Z",
        "trigger": "visit_reminder",
        "channel": "email",
        "rule_id": str(before.id),
        "rule_name": "Before",
        "active": True,
        "subject_id": str(visit.id),
        "number": 1,
    }
    assert (second["rule_name"], second["active"], second["subject_id"]) == ("Weekly", False, str(invoice.id))
    assert await waiting(app, job_id, uuid4()) == await waiting(app, uuid4()) == []
    agenda.now = NOW + timedelta(days=4)
    await agenda.tell()
    [left] = await waiting(app, job_id)
    assert (left["rule_name"], left["number"]) == ("Weekly", 2)
