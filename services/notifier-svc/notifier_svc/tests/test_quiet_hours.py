"""Quiet hours: from the plan to the end of the night, and asked again at each claim (D10, G13)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.deliveries import Reason
from contracts.jobs import Role
from contracts.profiles import QuietHours
from notifier_svc.store import rules
from notifier_svc.tests.desk import Desk, eventually
from notifier_svc.tests.factories import COMPANY, a_company, email_rules
from notifier_svc.tests.office import Office
from servicekit import clock, copies

ZONE = "America/Denver"


def quiet_now(**over: Any) -> QuietHours:
    """A night that began an hour ago and ends in an hour, by the customer's clock."""
    now = datetime.now(ZoneInfo(ZONE))
    around = {"starts": (now - timedelta(hours=1)).time(), "ends": (now + timedelta(hours=1)).time()}
    return QuietHours(**{"hold_email": True, "urgent_passes": False} | around | over)


async def settle(desk: Desk, quiet: QuietHours, version: int = 2) -> None:
    async with desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(version=version, zone=ZONE, quiet_hours=quiet)])


async def waiting(desk: Desk) -> tuple[str | None, bool]:
    """What the one delivery waits for, and whether queue and log agree that it is for the end of the night."""
    [row] = await desk.fetch(
        "select d.waits_for, q.due_at = d.due_at and not q.leased"
        " and q.due_at between now() + interval '55 minutes' and now() + interval '61 minutes' as until_then"
        " from delivery d join queue q using (id)"
    )
    return row["waits_for"], row["until_then"]


async def test_what_is_planned_at_night_is_due_when_the_night_ends(desk: Desk) -> None:  # G13
    await settle(desk, quiet_now())
    await desk.queue()
    assert await waiting(desk) == ("quiet_hours", True)


@pytest.mark.survives(19)
@pytest.mark.parametrize("hours", [0, 2, -2])
async def test_what_is_claimed_in_a_night_waits_for_its_end_whatever_our_clock_says(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:  # G13
    await desk.queue()
    await settle(desk, quiet_now())
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(hours=hours))

    async def waits() -> bool:
        return await waiting(desk) == ("quiet_hours", True)

    async with desk.sending():
        await eventually(waits)
    assert desk.mail.arrived == []


async def test_what_waits_goes_when_its_time_has_come_or_expires_with_a_word_of_why(office: Office) -> None:  # D13
    desk = office.desk
    async with desk.db.worker() as tx:
        await rules.add(tx, email_rules())
    await settle(desk, quiet_now())
    await desk.queue("a@example.com", "b@example.com")
    await settle(desk, quiet_now(hold_email=False), version=3)
    await desk.fetch("update delivery set expires_at = now() where masked_address like 'b%'")
    await desk.fetch("update queue set due_at = now()")  # an hour later
    async with desk.sending():
        assert sorted(await desk.settled()) == [("expired", Reason.EXPIRED), ("sent", None)]
    headers = office.issuer.headers(Role.DISPATCHER, COMPANY)
    items = (await office.client.get("/v1/deliveries?state=expired", headers=headers)).json()["items"]
    assert [item["explanation"] for item in items] == ["Not sent: its time ran out before the quiet hours ended."]
    waited = await desk.fetch("select state, waits_for from delivery order by 1")
    assert [tuple(row) for row in waited] == [("expired", "quiet_hours"), ("sent", None)]
