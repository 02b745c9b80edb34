"""What texts and calls cost by the month, and the cap that makes what is not urgent wait (G19)."""

import zlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest

from contracts.deliveries import Channel, Lane
from contracts.jobs import Role
from notifier_svc.domain.usage import Cap, Month, Standing, month_at
from notifier_svc.send.reconciling import LOOKS
from notifier_svc.store import rules, sending, usage
from notifier_svc.store.sending import Start
from notifier_svc.tests.desk import Desk, eventually
from notifier_svc.tests.factories import COMPANY, a_customer, a_rule, an_event
from notifier_svc.tests.office import Office
from notifier_svc.tests.switchboard import CUT
from notifier_svc.tests.test_reconciling import has, look

MONTH = month_at(datetime.now(UTC))
LONG = "x" * 300
"""What makes three segments of a text."""


async def texting(desk: Desk, *, lane: Lane = Lane.NORMAL, channel: Channel = Channel.SMS) -> None:
    rule = a_rule(channel=channel, lane=lane)
    desk.templates.channels[rule.template_id] = channel
    async with desk.db.worker() as tx:
        await rules.add(tx, [rule])


async def text(desk: Desk) -> None:
    """One event, which the company's rules answer."""
    customer = a_customer(id=uuid4())
    event = an_event()
    job = event.job.model_copy(update={"id": uuid4(), "customer_id": customer.id})
    await desk.happens(customer, event.model_copy(update={"job": job}))


async def used(desk: Desk) -> dict[str, tuple[int, int]]:
    rows = await desk.fetch("select channel, messages, units from usage where month = $1", MONTH)
    return {row["channel"]: (row["messages"], row["units"]) for row in rows}


async def cap(desk: Desk, **most: int) -> None:
    async with desk.db.worker() as tx:
        await usage.put_cap(tx, Cap(COMPANY, 1, **most))


@pytest.mark.proves("G19")
async def test_segments_and_calls_are_counted_by_company_and_month(office: Office) -> None:
    desk = office.desk
    await texting(desk)
    await texting(desk, channel=Channel.VOICE)
    desk.templates.padding = "x" * 200
    async with desk.sending():
        for _ in range(2):
            await text(desk)
        await desk.settled()
    segments = sum(row["segments"] or 0 for row in await desk.fetch("select segments from attempt"))
    assert segments > 2
    assert await used(desk) == {"sms": (2, segments), "voice": (2, 2)}
    headers = office.issuer.headers(Role.DISPATCHER, COMPANY)
    seen = (await office.client.get("/v1/usage", headers=headers)).json()
    assert seen["this_month"] == {"month": str(MONTH), "texts": 2, "segments": segments, "calls": 2}
    assert (seen["standing"], seen["explanation"], seen["before"]) == ("free", None, [])


async def test_what_is_in_doubt_counts_and_what_is_refused_does_not(office: Office) -> None:
    desk = office.desk
    await texting(desk)
    desk.switchboard.script.append(CUT)
    async with desk.sending():
        await text(desk)
        assert [state for state, _ in await desk.settled()] == ["unknown"]
    assert await used(desk) == {"sms": (1, 1)}


@pytest.mark.parametrize(("padding", "segments"), [("", 1), (LONG, 3)])
@pytest.mark.survives(39)
async def test_a_text_that_was_not_taken_and_goes_again_counts_once(
    office: Office, padding: str, segments: int
) -> None:
    desk = office.desk
    desk.templates.padding = padding
    await texting(desk)
    desk.switchboard.script.append(CUT)
    async with desk.sending():
        await text(desk)
        assert [state for state, _ in await desk.settled()] == ["unknown"]
    has(desk)
    for _ in range(LOOKS):
        assert await used(desk) == {"sms": (1, segments)}
        assert await look(desk) == 1
    assert await used(desk) == {"sms": (0, 0)}
    async with desk.sending():
        assert [state for state, _ in await desk.settled()] == ["sent"]
    assert await used(desk) == {"sms": (1, segments)}


@pytest.mark.parametrize(
    ("words", "segments"),
    [(zlib.compress(orjson.dumps({"text": "x" * 400})), 3), (b"unreadable", 1)],
    ids=["three segments", "words that are gone"],
)
@pytest.mark.survives(5)
async def test_a_text_whose_sender_ended_counts_by_its_words(office: Office, words: bytes, segments: int) -> None:
    desk = office.desk
    await texting(desk)
    await text(desk)
    async with desk.db.worker() as tx:
        [due] = (await sending.claim_phone(tx, {COMPANY: 1}, timedelta(minutes=1))).dues
        assert await sending.begin(tx, [Start(due, 1, words)], timedelta()) == {due.id}
        await tx.execute("update queue set due_at = now() - interval '1 s'")
    async with desk.db.worker() as tx:
        assert len(await sending.sweep(tx, (), 1, datetime.now(UTC))) == 1
    assert await used(desk) == {"sms": (1, segments)}


@pytest.mark.proves("G19")
async def test_at_the_cap_what_is_not_urgent_waits_and_goes_when_it_is_raised(office: Office) -> None:
    desk = office.desk
    await texting(desk)
    await cap(desk, segments=1)
    async with desk.sending():
        await text(desk)
        await desk.settled()
        await text(desk)

        async def waits() -> bool:
            rows = await desk.fetch("select waits_for from delivery order by planned_at")
            return [row["waits_for"] for row in rows] == [None, "monthly_cap"]

        await eventually(waits)
        [row] = await desk.fetch("select due_at - now() as left from queue where not leased")
        assert row["left"].total_seconds() <= 900
        assert len(desk.switchboard.texts) == 1
        await cap(desk, segments=10)
        await desk.fetch("update queue set due_at = now()")
        await desk.fetch("select pg_notify('due', '')")
        await desk.settled()
    assert len(desk.switchboard.texts) == 2


@pytest.mark.proves("G19")
async def test_what_is_urgent_and_the_other_channel_go_on(office: Office) -> None:
    desk = office.desk
    await texting(desk, lane=Lane.URGENT)
    await texting(desk, channel=Channel.VOICE)
    await cap(desk, segments=0, calls=100)
    async with desk.db.worker() as tx:
        await tx.execute("insert into usage values ($1, $2, 'sms', 5, 5)", COMPANY, MONTH)
    async with desk.sending():
        await text(desk)
        await desk.settled()
    assert (len(desk.switchboard.texts), len(desk.switchboard.calls)) == (1, 1)


@pytest.mark.parametrize(
    ("segments", "calls", "standing"),
    [(79, 0, "free"), (80, 0, "near"), (0, 9, "near"), (100, 0, "reached"), (5, 10, "reached")],
)
def test_the_office_is_warned_before_it_is_too_late(segments: int, calls: int, standing: str) -> None:
    month = Month(date(2026, 11, 1), texts=1, segments=segments, calls=calls)
    assert month.standing(Cap(COMPANY, 1, segments=100, calls=10)) == standing
    assert month.standing(Cap(COMPANY)) is Standing.FREE


@pytest.mark.proves("G19", "G20")
async def test_an_admin_sets_the_cap_and_the_log_says_who(office: Office) -> None:
    admin = office.issuer.headers(Role.ADMIN, COMPANY)

    async def put(body: dict[str, Any], version: int | None = None, role: Role = Role.ADMIN) -> Any:
        match = {} if version is None else {"if-match": f'"{version}"'}
        headers = office.issuer.headers(role, COMPANY) | match
        return await office.client.put("/v1/monthly-cap", json=body, headers=headers)

    assert (await put({"segments": 10}, role=Role.DISPATCHER)).status_code == 403
    first = await put({"segments": 10})
    assert (first.status_code, first.json()) == (200, {"version": 1, "segments": 10, "calls": None})
    assert (await put({"segments": 20})).status_code == 428
    assert (await put({"segments": 20}, version=7)).status_code == 412
    assert (await put({"segments": -1}, version=1)).status_code == 422
    assert (await put({"segments": 20, "calls": 5}, version=1)).status_code == 200
    changes = (await office.client.get("/v1/changes?resource=monthly_cap", headers=admin)).json()["items"]
    assert [(each["field"], each["old"], each["new"]) for each in changes[:2]] == [
        ("calls", None, 5),
        ("segments", 10, 20),
    ]
    seen = await office.client.get("/v1/monthly-cap", headers=admin)
    assert (seen.json(), seen.headers["etag"]) == ({"version": 2, "segments": 20, "calls": 5}, '"2"')
    async with office.desk.db.worker() as tx:
        await tx.execute("insert into usage values ($1, $2, 'sms', 20, 20)", COMPANY, MONTH)
    usage_now = (await office.client.get("/v1/usage", headers=admin)).json()
    assert usage_now["standing"] == "reached"
    assert usage_now["explanation"].startswith("This month's cap is used up.")
