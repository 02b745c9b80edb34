"""What becomes of a call in doubt: Twilio is asked, and by itself nobody is called again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import orjson
import pytest

from contracts.deliveries import Channel
from notifier_svc.send.reconciling import LATER, LOOKS, NO_CALL, WHICH_CALL
from notifier_svc.tests.desk import Desk
from notifier_svc.tests.switchboard import CUT, Answer, refuses
from notifier_svc.tests.test_phone import PHONE, texts
from notifier_svc.tests.test_reconciling import SENT, UNKNOWN, doubts, is_listing, look

SID, OTHER_SID = "CA" + "7" * 32, "CA" + "8" * 32


async def lost_call(desk: Desk) -> None:
    """A call that Twilio never answered for."""
    desk.switchboard.script.append(CUT)
    await texts(desk, channel=Channel.VOICE)
    async with desk.sending():
        assert await desk.settled() == UNKNOWN


def made(desk: Desk, *sids: str, after: timedelta = timedelta(0), direction: str = "outbound-api") -> None:
    """From now on Twilio lists these."""
    moment = format_datetime(datetime.now(UTC) + after)
    calls = [{"sid": sid, "to": PHONE, "date_created": moment, "direction": direction} for sid in sids]
    page = orjson.dumps({"calls": calls, "next_page_uri": None, "uri": "", "page": 0, "page_size": 50})
    desk.switchboard.always = lambda asked: Answer(200, page) if is_listing(asked) else None


async def stays(desk: Desk, said: str | None) -> None:
    """Nothing more is asked, nobody is called again, and the log says what Twilio said."""
    assert (await desk.log(), await doubts(desk)) == (UNKNOWN, [])
    [row] = await desk.fetch("select detail from delivery")
    assert row["detail"] == said
    assert await desk.fetch("select from queue") == []


@pytest.mark.survives(39)
async def test_a_call_that_twilio_has_was_made(phone: Desk) -> None:
    await lost_call(phone)
    made(phone, SID)
    assert await look(phone) == 1
    assert (await phone.log(), await doubts(phone)) == (SENT, [])
    [attempt] = await phone.fetch("select provider_id from attempt")
    assert attempt["provider_id"] == SID  # what comes later about it finds its try
    assert [told["state"] for told in await phone.published()] == ["unknown", "sent"]
    asked = parse_qs(urlsplit(phone.switchboard.asked[-1].path).query)
    assert (asked["To"], asked["From"]) == ([PHONE], ["+17205550100"])


@pytest.mark.survives(38)
async def test_a_call_that_twilio_does_not_have_stays_unknown_and_says_that_it_was_asked(phone: Desk) -> None:
    await lost_call(phone)
    made(phone)
    for looks in range(1, LOOKS):
        assert await look(phone) == 1
        assert (await phone.log(), await doubts(phone)) == (UNKNOWN, [looks])
    assert await look(phone) == 1
    await stays(phone, NO_CALL)


@pytest.mark.parametrize(
    "other", [{"after": -timedelta(minutes=1)}, {"after": LATER + timedelta(minutes=1)}, {"direction": "inbound"}]
)
async def test_a_call_before_or_long_after_or_of_theirs_is_not_taken_for_it(phone: Desk, other: dict[str, Any]) -> None:
    await lost_call(phone)
    made(phone, SID, **other)
    await look(phone)
    assert (await phone.log(), await doubts(phone)) == (UNKNOWN, [1])


async def test_of_two_calls_nobody_says_which_it_was(phone: Desk) -> None:
    await lost_call(phone)
    made(phone, SID, OTHER_SID)
    await look(phone)
    await stays(phone, WHICH_CALL)


async def test_a_call_that_another_try_is_known_by_is_not_taken_for_it(phone: Desk) -> None:
    await lost_call(phone)
    await phone.fetch(
        "insert into attempt (occurred_month, delivery_id, n, company_id, outcome, provider_id)"
        " select occurred_month, id, 9, company_id, 'sent', $1 from delivery",
        SID,
    )
    made(phone, SID, OTHER_SID)
    await look(phone)
    assert await phone.log() == SENT
    [attempt] = await phone.fetch("select provider_id from attempt where n = 1")
    assert attempt["provider_id"] == OTHER_SID


@pytest.mark.parametrize(("outcome", "left"), [("unknown", []), (None, [0])])
async def test_two_calls_in_doubt_to_one_number_are_not_told_apart_whoever_they_were_for(
    phone: Desk, outcome: str | None, left: list[int]
) -> None:
    await lost_call(phone)
    await phone.fetch(
        "insert into destination select company_id, $1, $2, channel, address from destination", uuid4(), uuid4()
    )
    await phone.fetch(
        "insert into delivery select (jsonb_populate_record(d, jsonb_build_object("
        "'id', gen_random_uuid(), 'customer_id', p.customer_id, 'destination_id', p.id))).*"
        " from delivery d join destination p on p.customer_id <> d.customer_id"
    )
    await phone.fetch(
        "insert into attempt (occurred_month, delivery_id, n, company_id, outcome)"
        " select d.occurred_month, d.id, 1, d.company_id, $1 from delivery d"
        " where not exists (select from attempt a where a.delivery_id = d.id)",
        outcome,
    )
    made(phone, SID)
    await look(phone)
    assert (await phone.log(), await doubts(phone)) == (UNKNOWN * 2, left)
    [row] = await phone.fetch("select detail from delivery where id in (select delivery_id from rendering)")
    assert (row["detail"] == WHICH_CALL) == (outcome == "unknown")


async def test_while_twilio_can_not_be_asked_about_a_call_nothing_is_concluded(phone: Desk) -> None:
    await lost_call(phone)
    phone.switchboard.always = lambda asked: refuses(503, 20503) if is_listing(asked) else None
    for _ in range(LOOKS + 1):
        await look(phone)
    assert (await phone.log(), await doubts(phone)) == (UNKNOWN, [0])
