"""The board over HTTP: a view of the rules, and cells that are set as rules."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.deliveries import Channel
from contracts.jobs import Role
from contracts.profiles import Region, StatusEntry, TemplateState
from contracts.triggers import Trigger
from notifier_svc.domain.rules import MOST_RULES
from notifier_svc.store import rules, statuses, templates
from notifier_svc.tests.app import App
from notifier_svc.tests.factories import (
    COMPANY,
    NOW,
    TEMPLATE,
    a_company,
    a_rule,
    a_status_entry,
    a_template,
    email_rules,
)
from notifier_svc.tests.test_changes import ask, log
from notifier_svc.tests.test_rule_templates import problem
from servicekit import copies

NORTH = Region(id=uuid4(), name="North", reply_to="north@example.com", portal_url="https://north.example")
SOUTH = Region(id=uuid4(), name="South", active=False)
DONE = a_status_entry("done", name="Done", closes=True, position=1)
ON_THE_WAY = a_status_entry(name="On the way", hold_seconds=60, allow_tech_skip=True)
TEXT = UUID(int=43)


@pytest.fixture
async def app(app: App) -> App:
    """A company with two regions, two statuses and starter rules."""
    async with app.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(regions=(NORTH, SOUTH))])
        await copies.put(tx, statuses.KIND, [DONE, ON_THE_WAY])
        await copies.put(tx, templates.KIND, [a_template(), a_template(id=TEXT, channel=Channel.SMS)])
        await rules.add(tx, email_rules())
    return app


async def read(app: App, path: str = "", role: Role = Role.DISPATCHER, company: UUID = COMPANY) -> Any:
    answer = await app.client.get(f"/v1/board{path}", headers=app.issuer.headers(role, company))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def add(app: App, *made: Any) -> None:
    async with app.db.worker() as tx:
        await rules.add(tx, made)


async def set_cell(
    app: App, status: StatusEntry, channel: str, version: int | None = None, **body: Any
) -> httpx.Response:
    path = f"/v1/board/statuses/{status.id}/{channel}"
    return await ask(app, "PUT", path, {"template_id": str(TEXT)} | body, version)


def titled(rows: list[dict[str, Any]], title: str) -> dict[str, Any]:
    [row] = [row for row in rows if row["title"] == title]
    return row


async def test_the_board_shows_each_status_with_its_hold_and_its_rules(app: App) -> None:  # G11, S1.7
    row = titled((await read(app))["rows"], "On the way")
    assert (row["about"], row["standing"], row["hold_seconds"], row["allow_tech_skip"]) == (
        "status",
        "in_use",
        60,
        True,
    )
    assert {channel: len(found) for channel, found in row["channels"].items()} == {"email": 1, "sms": 0, "voice": 0}
    [rule] = row["channels"]["email"]
    assert (rule["name"], rule["active"], rule["version"], rule["when"]) == ("On the way", True, 1, "right away")
    assert rule["who"].endswith("all customers")
    assert rule["template"] == {"id": rule["template"]["id"], "name": None, "state": None, "published": False}


async def test_the_board_says_whether_a_template_can_be_sent(app: App) -> None:
    async with app.db.worker() as tx:
        await copies.put(tx, templates.KIND, [a_template(id=UUID(int=44), name="Old", state=TemplateState.ARCHIVED)])
    await add(app, a_rule(name="a", template_id=TEMPLATE), a_rule(name="b", template_id=UUID(int=44)))
    found = titled((await read(app))["rows"], "Any status")["channels"]["email"]
    told = {rule["name"]: (rule["template"]["name"], rule["template"]["published"]) for rule in found}
    assert told == {"a": ("Booked", True), "b": ("Old", False)}


async def test_the_board_narrows_to_reminders_and_warns_all_the_same(app: App) -> None:
    await add(app, a_rule(name="Closing", status_id=DONE.id))
    board = await read(app, "?about=reminder")
    assert [row["title"] for row in board["rows"]] == [
        "Visit reminder", "Estimate reminder", "Invoice reminder", "Follow-up",
    ]  # fmt: skip
    [reminder] = board["rows"][0]["channels"]["email"]
    assert (reminder["when"], reminder["timing"]["days_before"]) == ("1 day before the visit, at 10:00", 1)
    [warning] = board["warnings"]
    assert warning["effect"] == "both_sent"
    assert warning["sentence"].startswith('Done: "Closing" and "Work order closed" are for the same people')
    assert len(warning["rule_ids"]) == 2


async def test_rules_of_a_region_that_is_off_are_no_warning(app: App) -> None:
    await add(app, a_rule(name="South", status_id=DONE.id, region_id=SOUTH.id))
    assert (await read(app))["warnings"] == []


async def test_more_warnings_than_are_shown_leave_in_what_sends_twice(app: App) -> None:
    await add(app, *(a_rule(Trigger.JOB_UPDATED) for _ in range(15)), a_rule(name="Closing", status_id=DONE.id))
    board = await read(app)
    assert (len(board["warnings"]), board["warnings"][0]["effect"]) == (100, "both_sent")
    assert board["warnings_left_off"] == 1 + 16 * 15 // 2 - 100


async def test_a_company_has_so_many_rules_and_no_more(app: App) -> None:
    there = len(email_rules())
    await add(app, *(a_rule(active=False) for _ in range(MOST_RULES - there - 1)))
    assert (await set_cell(app, DONE, "sms")).status_code == 201
    refused = await set_cell(app, ON_THE_WAY, "sms")
    assert problem(refused) == (409, "too-many-rules")
    body = {"name": "x", "channel": "email", "template_id": str(TEMPLATE), "trigger": "job_created"}
    assert problem(await ask(app, "POST", "/v1/rules", body)) == (409, "too-many-rules")
    assert (await set_cell(app, DONE, "sms", 1, active=False)).status_code == 200


async def test_each_region_has_its_switch_its_reply_to_and_its_events(app: App) -> None:  # S3.2 to S3.11
    gone = uuid4()
    await add(app, a_rule(name="N", status_id=DONE.id, region_id=NORTH.id, active=False), a_rule(region_id=gone))
    north, south, lost = await read(app, "/regions")
    told = (north["name"], north["active"], north["reply_to"], north["portal_url"])
    assert told == ("North", True, "north@example.com", "https://north.example")
    assert [row["title"] for row in south["rows"]] == [
        "Request accepted", "Request declined", "Job booked", "Any status", "Work order closed", "Follow-up",
    ]  # fmt: skip
    [rule] = titled(north["rows"], "Done")["channels"]["email"]
    assert (rule["name"], rule["active"]) == ("N", False)
    assert (south["active"], lost["id"], lost["name"], lost["active"]) == (False, str(gone), None, False)


async def test_outbound_settings_are_told_by_kind_of_customer(app: App) -> None:  # S0.8, S0.11, S0.13
    [booked] = [rule for rule in email_rules() if rule.name == "Job booked"]
    body = {"name": "Job booked", "channel": "email", "template_id": str(TEMPLATE), "customer_kinds": ["residential"]}
    assert (await ask(app, "PUT", f"/v1/rules/{booked.id}", body, 1)).status_code == 200
    found = {row["trigger"]: row for row in await read(app, "/outbound-emails")}
    assert set(found) == {
        "estimate_created", "job_created", "job_updated", "job_cancelled", "payment_received", "invoice_issued",
    }  # fmt: skip
    assert found["job_created"]["kinds"] == {"residential": "on", "commercial": "off"}
    assert found["payment_received"]["kinds"] == {"residential": "on", "commercial": "on"}
    assert [rule["version"] for rule in found["job_created"]["rules"]] == [2]


@pytest.mark.proves("S1.7", "S1.9")
async def test_a_cell_is_filled_by_a_rule_and_then_is_that_rule(app: App) -> None:
    made = await set_cell(app, DONE, "sms")
    assert made.status_code == 201, made.text
    rule = made.json()
    assert (rule["name"], rule["trigger"], rule["status_id"]) == ("Text: Done", "status_set", str(DONE.id))
    assert (await set_cell(app, DONE, "sms", active=False)).status_code == 428
    off = await set_cell(app, DONE, "sms", 1, active=False)
    assert (off.status_code, off.json()["id"], off.json()["active"], off.headers["etag"]) == (
        200,
        rule["id"],
        False,
        '"2"',
    )
    stored = (await ask(app, "GET", f"/v1/rules/{rule['id']}")).json()
    assert (stored["version"], stored["active"]) == (2, False)
    changes = await log(app, resource_id=rule["id"])
    assert {row["how"] for row in changes} == {"PUT /v1/board/statuses/{status_id}/{channel}"}


@pytest.mark.proves("S3.12")
@pytest.mark.parametrize(
    "event", ["request_accepted", "request_rejected", "job_created", "status_set", "work_order_closed"]
)
async def test_each_event_of_a_region_has_a_message_of_its_own_that_can_be_changed(app: App, event: str) -> None:
    other = uuid4()
    async with app.db.worker() as tx:
        await copies.put(tx, templates.KIND, [a_template(id=other, name="Other words")])
    body = {"name": "Ours", "channel": "email", "template_id": str(TEMPLATE), "region_id": str(NORTH.id)}
    made = (await ask(app, "POST", "/v1/rules", body | {"trigger": event})).json()
    changed = await ask(app, "PUT", f"/v1/rules/{made['id']}", body | {"template_id": str(other)}, 1)
    assert changed.status_code == 200, changed.text
    north, *_ = await read(app, "/regions")
    shown = [rule for row in north["rows"] for rule in row["channels"]["email"]]
    assert [(rule["name"], rule["template"]["name"]) for rule in shown] == [("Ours", "Other words")]


async def test_a_cell_changes_what_it_says_and_nothing_else_of_its_rule(app: App) -> None:
    rule = a_rule(status_id=DONE.id, channel=Channel.SMS, template_id=TEXT, once_per_job=True, created_at=NOW)
    narrow = a_rule(status_id=DONE.id, channel=Channel.SMS, template_id=TEXT, tags=frozenset({"vip"}))
    await add(app, rule, narrow)
    changed = await set_cell(app, DONE, "sms", 1, active=False)
    assert (changed.json()["id"], changed.json()["once_per_job"]) == (str(rule.id), True)
    assert [row["active"] for row in await app.fetch("select active from rule where id = $1", narrow.id)] == [True]


async def test_two_who_fill_a_cell_at_once_make_one_rule(app: App) -> None:
    answers = await asyncio.gather(*(set_cell(app, DONE, "sms") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 428, 428, 428]


async def test_a_cell_that_can_not_be_set_says_why(app: App) -> None:
    assert problem(await set_cell(app, a_status_entry(id=uuid4()), "sms")) == (404, "not-found")
    assert problem(await set_cell(app, DONE, "email", 1)) == (422, "template-of-other-channel")
    assert (await set_cell(app, DONE, "sms", 3)).status_code == 412
    await add(app, *(a_rule(name=name, status_id=ON_THE_WAY.id, channel=Channel.SMS) for name in "ab"))
    several = await set_cell(app, ON_THE_WAY, "sms")
    assert problem(several) == (409, "several-rules")
    assert {rule["name"] for rule in several.json()["rules"]} == {"a", "b"}


async def test_a_cell_of_a_status_that_went_can_still_be_emptied(app: App) -> None:
    rule = a_rule(status_id=uuid4(), channel=Channel.SMS, template_id=TEXT)
    await add(app, rule)
    assert rule.status_id
    off = await set_cell(app, a_status_entry(id=rule.status_id), "sms", 1, active=False)
    assert (off.status_code, off.json()["active"]) == (200, False)


async def test_the_board_is_the_companys_own(app: App) -> None:
    other = uuid4()
    board = await read(app, company=other)
    assert not [rule for row in board["rows"] for found in row["channels"].values() for rule in found]
    assert [row["title"] for row in board["rows"] if row["about"] == "status"] == ["Any status"]
    assert await read(app, "/regions", company=other) == []


async def test_the_second_of_two_equal_reminders_is_refused(app: App) -> None:
    [starter] = [rule for rule in email_rules() if rule.name == "Visit reminder"]
    body = {"name": "Again", "channel": "email", "template_id": str(TEMPLATE)}
    timing = {"timing": {"days_before": 1, "at": "10:00"}}
    refused = await ask(app, "POST", "/v1/rules", body | timing | {"trigger": "visit_reminder"})
    assert problem(refused) == (409, "equal-reminder")
    assert refused.json()["rule"] == {"id": str(starter.id), "name": "Visit reminder"}
    off = await ask(app, "POST", "/v1/rules", body | timing | {"trigger": "visit_reminder", "active": False})
    assert off.status_code == 201
    path = f"/v1/rules/{off.json()['id']}"
    assert problem(await ask(app, "PUT", path, body | timing, 1)) == (409, "equal-reminder")
    assert (await ask(app, "PUT", path, body | {"timing": {"days_before": 2, "at": "10:00"}}, 1)).status_code == 200


async def test_equal_reminders_that_are_there_already_can_be_changed(app: App) -> None:
    [starter] = [rule for rule in email_rules() if rule.name == "Visit reminder"]
    twin = a_rule(starter.trigger, timing=starter.timing, template_id=TEMPLATE)
    await add(app, twin)
    body = {
        "name": "Renamed",
        "channel": "email",
        "template_id": str(TEMPLATE),
        "timing": {"days_before": 1, "at": "10:00"},
    }
    assert (await ask(app, "PUT", f"/v1/rules/{twin.id}", body, 1)).status_code == 200


async def test_of_two_equal_reminders_made_at_once_one_is_refused(app: App) -> None:
    body = {
        "name": "x",
        "channel": "email",
        "template_id": str(TEMPLATE),
        "trigger": "follow_up",
        "timing": {"days_after": 9},
    }
    answers = await asyncio.gather(*(ask(app, "POST", "/v1/rules", body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
