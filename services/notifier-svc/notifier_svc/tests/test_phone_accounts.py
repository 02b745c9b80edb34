"""Phone accounts: each waits, fails and is paced by itself, and none at another's cost."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.deliveries import Channel, Lane
from notifier_svc.channels.smtp import Host
from notifier_svc.send.allowance import Allowance
from notifier_svc.send.claims import EmailClaims, PhoneClaims
from notifier_svc.send.hands import Hands
from notifier_svc.send.hosts import MailHosts
from notifier_svc.send.sender import LANES
from notifier_svc.tests.desk import Desk, eventually
from notifier_svc.tests.factories import (
    COMPANY,
    a_company,
    a_phone_account,
    a_rule,
    a_sender,
)
from notifier_svc.tests.switchboard import NEVER, refuses
from notifier_svc.tests.test_phone import SENT, have_sender, is_true, log_says, texts, told
from servicekit import copies


@pytest.mark.survives(67)
async def test_one_companys_refused_account_holds_up_no_other(phone: Desk) -> None:
    other = uuid4()
    async with phone.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(id=other, company_id=other)])
    sid = "AC" + "3" * 32
    account = a_phone_account(other, account_sid=sid, numbers=("+12125550100",))
    await have_sender(phone, a_sender(other, phone=account))
    phone.switchboard.always = lambda asked: refuses(429, 20429) if asked.account == sid else None
    phone.how = {"breaker_seconds": 60.0}
    await texts(phone, 5, company=other)
    await texts(phone, 5)
    async with phone.sending():
        await eventually(lambda: _sent(phone, COMPANY, 5))
    waiting = await phone.fetch("select company_id from queue")
    assert [row["company_id"] for row in waiting] == [other] * 5
    assert {asked["From"] for asked in phone.switchboard.asked if asked.account != sid} == {"+17205550100"}


@pytest.mark.survives(67)
async def test_an_account_that_never_answers_leaves_others_their_connections(phone: Desk) -> None:
    other, sid = uuid4(), "AC" + "3" * 32
    async with phone.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(id=other, company_id=other)])
    account = a_phone_account(other, account_sid=sid, numbers=("+12125550100",), messages_per_second=100.0)
    await have_sender(phone, a_sender(other, phone=account))
    phone.switchboard.always = lambda asked: NEVER if asked.account == sid else None
    phone.twilio_seconds = 600.0
    await texts(phone, 40, company=other)
    async with phone.sending():
        await eventually(lambda: _asked(phone, sid, 2))
        await texts(phone)
        await eventually(lambda: _sent(phone, COMPANY, 1))
    assert await _asked(phone, sid, 2)  # half of the desk's four connections


@pytest.mark.survives(38)
async def test_an_outage_of_twilio_puts_only_what_is_on_its_way_in_doubt(phone: Desk) -> None:
    phone.switchboard.always = lambda _: refuses(503, 20503)
    phone.how = {"breaker_seconds": 60.0}
    await phone.fetch("update sender set messages_per_second = 1000")
    await texts(phone, 30)
    async with phone.sending():
        await eventually(lambda: _told_unknown(phone))
        await eventually(lambda: _nobody_holds_any(phone))
    states = [state for state, _ in await phone.log()]
    assert states.count("queued") >= 26
    assert set(states) == {"queued", "unknown"}


async def test_what_was_tried_ever_so_often_is_still_tried_and_counted(phone: Desk) -> None:
    phone.switchboard.script.append(refuses(429, 20429))
    phone.how = {"breaker_seconds": 0.000001}
    await texts(phone)
    await phone.fetch("update delivery set attempts = 32767")
    async with phone.sending():
        assert await phone.settled() == SENT
    assert [row["attempts"] for row in await phone.fetch("select attempts from delivery")] == [32_769]


async def test_an_account_sends_no_faster_than_it_may(phone: Desk) -> None:
    await phone.fetch("update sender set messages_per_second = 0.001")
    await texts(phone, 3)
    async with phone.sending():
        await eventually(lambda: _sent(phone, COMPANY, 1))
    assert len(phone.switchboard.asked) == 1
    assert sorted(await phone.log()) == [("queued", None), ("queued", None), ("sent", None)]


async def test_a_token_that_cannot_be_opened_stops_no_emails_and_waits(phone: Desk) -> None:
    await phone.fetch("update sender set auth_token = 'not sealed'")
    await texts(phone)
    async with phone.sending():
        await eventually(lambda: log_says(phone, "No key in SENDER_KEYS opens it."))
    assert await phone.log() == [("queued", None)]
    assert phone.switchboard.asked == []


async def test_what_is_queued_wakes_those_who_take_it_and_nobody_else(phone: Desk) -> None:
    hosts = MailHosts([Host("127.0.0.1", 9)], 1.0)
    urgent, others = (EmailClaims(lanes, hosts, Hands(), timedelta(seconds=30)) for lanes in LANES)
    takers = {
        "urgent": urgent.parts,
        "others": others.parts,
        "phone": PhoneClaims(Allowance(first=1), Hands(), 1, timedelta()).parts,
    }
    heard: list[str] = []
    connection = await phone.db.worker_connection()
    try:
        await connection.add_listener("due", lambda *said: heard.append(str(said[-1])))
        for rule, awake in (
            (a_rule(lane=Lane.URGENT), {"urgent"}),
            (a_rule(), {"others"}),
            (a_rule(lane=Lane.BULK), {"others"}),
            (a_rule(channel=Channel.SMS, lane=Lane.URGENT), {"phone"}),
        ):
            heard.clear()
            await told(phone, rule)
            await eventually(lambda: is_true(heard))
            assert {taker for taker, parts in takers.items() if heard[0] in parts} == awake
            assert len(heard) == 1
    finally:
        await connection.close()


async def _sent(desk: Desk, company: Any, count: int) -> bool:
    rows = await desk.fetch("select from delivery where state = 'sent' and company_id = $1", company)
    return len(rows) == count


async def _asked(desk: Desk, account: str, count: int) -> bool:
    return [asked.account for asked in desk.switchboard.asked].count(account) == count


async def _told_unknown(desk: Desk) -> bool:
    return bool(await desk.fetch("select from delivery where state = 'unknown'"))


async def _nobody_holds_any(desk: Desk) -> bool:
    return not await desk.fetch("select from queue where leased")
