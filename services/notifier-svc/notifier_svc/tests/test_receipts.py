"""What a provider says after it took a message moves the delivery on, and never back (G3)."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.deliveries import Channel, DeliveryState, Reason
from contracts.jobs import Role
from notifier_svc.channels import observing
from notifier_svc.channels.receipts import of_text
from notifier_svc.domain import outcome
from notifier_svc.domain.outcome import Outcome
from notifier_svc.domain.receipts import Try
from notifier_svc.main import build
from notifier_svc.store import doubts, receipts
from notifier_svc.store import sending as store
from notifier_svc.store.doubts import Doubt
from notifier_svc.store.sending import End, Start
from notifier_svc.tests.app import App, settings_for
from notifier_svc.tests.desk import eventually
from notifier_svc.tests.factories import COMPANY
from notifier_svc.tests.test_callbacks import OnItsWay, keys_of, on_its_way
from servicekit.db import Tx
from servicekit.testing import MakeDatabase, Shown, TestIssuer

TAKEN = outcome.sent(None, None, provider_id="SM1", segments=1)
LANDLINE = {"MessageStatus": "undelivered", "ErrorCode": "30006"}


async def ends(message: OnItsWay, how: Outcome = TAKEN) -> None:
    """T3: the sender writes down how its try ended."""
    async with message.app.db.worker() as tx:
        assert await store.finish(tx, [End(message.due, how, tried=True)], datetime.now(UTC)) == {message.id}


async def says(message: OnItsWay, **form: str) -> None:
    sid = {"CallSid": "SM1"} if message.due.channel is Channel.VOICE else {"MessageSid": "SM1"}
    assert (await message.post(message.status_url, **sid, **form)).status_code == 204


async def stands(app: App) -> tuple[str, str | None]:
    [row] = await app.fetch("select state, reason from delivery")
    return row["state"], row["reason"]


async def told(app: App, topic: str = "deliveries.v1") -> list[Any]:
    rows = await app.fetch(
        "select convert_from(body, 'UTF8')::jsonb as body from outbox where topic = $1 order by id", topic
    )
    return [row["body"] for row in rows]


async def shown(message: OnItsWay) -> dict[str, Any]:
    headers = message.app.issuer.headers(Role.DISPATCHER, COMPANY)
    answer: dict[str, Any] = (await message.app.client.get(f"/v1/deliveries/{message.id}", headers=headers)).json()
    return answer


@pytest.mark.proves("G3", "S3.20")
@pytest.mark.parametrize("outcome_at", range(4))
@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "undelivered", "delivered"])))
@pytest.mark.survives(42)
async def test_statuses_come_to_the_same_in_any_order_also_before_the_outcome(
    app: App, order: tuple[str, ...], outcome_at: int
) -> None:
    text = await on_its_way(app, Channel.SMS)
    for n, status in enumerate(order):
        if n == outcome_at:
            await ends(text)
        for _ in range(2):
            await says(text, MessageStatus=status)
    if outcome_at == 3:
        assert await stands(app) == ("queued", None)
        await ends(text)
    assert await stands(app) == ("delivered", None)
    states = [each["state"] for each in await told(app)]
    assert states[-1] == "delivered"
    assert states == sorted(states, key=["sent", "undelivered", "delivered"].index)


@pytest.mark.proves("G3")
@pytest.mark.survives(41)
async def test_a_landline_is_told_blocked_and_heard_of_by_the_customers_file(app: App) -> None:
    text = await on_its_way(app, Channel.SMS)
    await ends(text)
    for _ in range(2):
        await says(text, **LANDLINE)
    assert await stands(app) == ("undelivered", Reason.LANDLINE)
    assert (await shown(text))["explanation"] == "Undelivered: This number takes no texts: it is a landline."
    [block] = await app.fetch("select channel, cause, address_hash from block")
    assert tuple(block) == ("sms", "landline", keys_of(app).address(COMPANY, Channel.SMS, "+13035550142"))
    [change] = await told(app, "inbound.v1")  # customer-svc marks the phone by it
    assert (change["cause"], change["channel"], len(change["phones"])) == ("landline", "sms", 1)
    headers = app.issuer.headers(Role.DISPATCHER, COMPANY)
    [seen] = (await app.client.get("/v1/blocks", headers=headers)).json()["items"]
    assert (await app.client.delete(f"/v1/blocks/{seen['id']}", headers=headers)).status_code == 204
    *_, lifted = await told(app, "inbound.v1")
    assert (lifted["lifted"], lifted["phones"]) == (True, change["phones"])


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        ("30003", Reason.REFUSED_BY_PROVIDER, "The phone is switched off, or out of reach."),
        ("30005", Reason.INVALID_ADDRESS, "This phone number is not in use."),
        ("30007", Reason.REFUSED_BY_PROVIDER, "The carrier took it for spam and dropped it."),
        (
            "30034",
            Reason.REFUSED_BY_PROVIDER,
            "The company's number is not registered for texts to the US (A2P 10DLC).",
        ),
        ("39999", Reason.REFUSED_BY_PROVIDER, "The carrier did not deliver it, and says no more."),
    ],
)
@pytest.mark.survives(41)
async def test_what_the_carrier_did_not_deliver_is_said_in_plain_words(
    app: App, code: str, reason: Reason, words: str
) -> None:
    text = await on_its_way(app, Channel.SMS)
    await ends(text)
    await says(text, MessageStatus="undelivered", ErrorCode=code)
    seen = await shown(text)
    assert (seen["state"], seen["reason"], seen["explanation"]) == ("undelivered", reason, f"Undelivered: {words}")
    assert not await app.fetch("select from block")


@pytest.mark.proves("G3")
@pytest.mark.parametrize(
    ("form", "state", "reason", "words"),
    [
        ({"CallStatus": "completed"}, "delivered", None, "The call was answered."),
        ({"CallStatus": "busy"}, "undelivered", Reason.LINE_BUSY, "Undelivered: The line was busy."),
        ({"CallStatus": "no-answer"}, "undelivered", Reason.NO_ANSWER, "Undelivered: Nobody answered the call."),
        (
            {"CallStatus": "failed"},
            "undelivered",
            Reason.REFUSED_BY_PROVIDER,
            "Undelivered: The call could not be put through.",
        ),
        (
            {"CallStatus": "completed", "AnsweredBy": "machine_start"},
            "delivered",
            None,
            "An answering machine took the call, and the message was said to it.",
        ),
    ],
)
async def test_a_call_ends_in_words(
    app: App, form: dict[str, str], state: str, reason: Reason | None, words: str
) -> None:
    call = await on_its_way(app, Channel.VOICE)
    await ends(call)
    await says(call, CallStatus="in-progress")
    await says(call, **form)
    await says(call, CallStatus="ringing")
    seen = await shown(call)
    assert (seen["state"], seen["reason"], seen["explanation"]) == (state, reason, words)


@pytest.mark.survives(38, 39)
async def test_a_text_in_doubt_is_settled_by_what_twilio_says_of_it(app: App) -> None:  # D14
    text = await on_its_way(app, Channel.SMS)
    await ends(text, outcome.unknown("Twilio did not answer."))
    await says(text, MessageStatus="queued")
    assert await stands(app) == ("sent", None)
    await says(text, MessageStatus="delivered")
    assert await stands(app) == ("delivered", None)
    assert [each["state"] for each in await told(app)] == ["unknown", "sent", "delivered"]


@pytest.mark.survives(39)
async def test_a_text_that_arrived_before_it_went_again_is_counted_after_all_where_it_was(app: App) -> None:
    text = await on_its_way(app, Channel.SMS)
    lost, last_month = (
        replace(outcome.unknown("Twilio did not answer."), segments=3),
        datetime(2026, 1, 31, 23, tzinfo=UTC),
    )
    async with app.db.worker() as tx:
        await store.finish(tx, [End(text.due, lost, tried=True)], last_month)
    counts = [await used(app)]
    async with app.db.worker() as tx:
        await doubts.again(tx, doubt_of(text), "Twilio does not have it.", datetime.now(UTC))
        await tx.execute("update queue set due_at = now() + interval '1 hour'")  # the app's own sender leaves it alone
    counts.append(await used(app))
    await says(text, MessageStatus="delivered")
    assert await stands(app) == ("delivered", None)
    assert [*counts, await used(app)] == [3, 0, 3]
    assert [row["month"] for row in await app.fetch("select month from usage")] == [date(2026, 1, 1)]


@pytest.mark.survives(39, 42)
async def test_a_receipt_for_a_lost_try_stops_the_next_one_up_to_the_wire(app: App) -> None:
    text = await on_its_way(app, Channel.SMS)
    await ends(text, outcome.unknown("Twilio did not answer."))
    async with app.db.worker() as tx:
        await doubts.again(tx, doubt_of(text), "Twilio does not have it.", datetime.now(UTC))
        [due] = (await store.claim_phone(tx, {COMPANY: 10}, timedelta(minutes=5))).dues  # in a sender's hands
    await says(text, MessageStatus="delivered")
    async with app.db.worker() as tx:
        assert await store.begin(tx, [Start(due, 1, b"words")], timedelta()) == set()
    assert await stands(app) == ("delivered", None)
    assert await used(app) == 1


@pytest.mark.survives(42)
async def test_a_try_that_was_refused_for_now_is_the_last_where_an_earlier_one_arrived_meanwhile(app: App) -> None:
    text = await on_its_way(app, Channel.SMS)
    await ends(text, outcome.unknown("Twilio did not answer."))
    again = await once_more(text)
    await says(text, MessageStatus="delivered")  # the next one is on the wire
    assert await stands(app) == ("queued", None)
    async with app.db.worker() as tx:
        end = End(again.due, outcome.again("429"), tried=True)
        assert await store.put_back(tx, [(end, timedelta(minutes=5))]) == {again.due.id}
    assert await stands(app) == ("delivered", None)
    assert not await app.fetch("select from queue")
    assert await used(app) == 1
    assert [each["state"] for each in await told(app)] == ["unknown", "queued", "delivered"]


async def test_a_try_that_was_refused_for_now_goes_again_whatever_else_a_receipt_says(app: App) -> None:
    text = await on_its_way(app, Channel.SMS)
    await ends(text, outcome.unknown("Twilio did not answer."))
    again = await once_more(text)
    await says(text, MessageStatus="undelivered")
    async with app.db.worker() as tx:
        end = End(again.due, outcome.again("429"), tried=True)
        await store.put_back(tx, [(end, timedelta(minutes=5))])
    assert await stands(app) == ("queued", None)
    assert len(await app.fetch("select from queue where not leased")) == 1


@pytest.mark.survives(42)
async def test_a_receipt_for_a_lost_try_stops_the_next_one_while_a_pause_holds_it(app: App) -> None:
    text = await on_its_way(app, Channel.SMS)
    await ends(text, outcome.unknown("Twilio did not answer."))
    async with app.db.worker() as tx:
        await doubts.again(tx, doubt_of(text), "Twilio does not have it.", datetime.now(UTC))
    await app.fetch(
        "with moved as (delete from queue returning *) insert into held"
        " select q.id, q.occurred_month, q.company_id, q.channel, q.lane, q.due_at, d.expires_at, q.fence"
        " from moved q join delivery d on d.id = q.id"
    )
    await says(text, MessageStatus="delivered")
    assert await stands(app) == ("delivered", None)
    assert not await app.fetch("select from held")


async def used(app: App) -> int:
    [row] = await app.fetch("select units from usage")
    return int(row["units"])


def doubt_of(text: OnItsWay) -> Doubt:
    return Doubt(text.due, looks=3, settled=False, began=datetime.now(UTC), doubted=1, words="")


async def once_more(text: OnItsWay) -> OnItsWay:
    """Its second try, begun as the first was."""
    async with text.app.db.worker() as tx:
        await doubts.again(tx, doubt_of(text), "Twilio does not have it.", datetime.now(UTC))
        [due] = (await store.claim_phone(tx, {COMPANY: 10}, timedelta(minutes=5))).dues
        assert await store.begin(tx, [Start(due, 1, b"words")], timedelta()) == {due.id}
    return OnItsWay(text.app, due)


@pytest.mark.parametrize(
    ("first", "how", "second", "state"),
    [
        ("undelivered", TAKEN, None, "sent"),
        ("undelivered", TAKEN, "sent", "sent"),
        ("undelivered", TAKEN, "failed", "failed"),
        ("undelivered", outcome.unknown("Nobody knows."), None, "unknown"),
        ("undelivered", outcome.failed(Reason.REFUSED_BY_PROVIDER, "No."), None, "undelivered"),
        ("delivered", TAKEN, "undelivered", "delivered"),
    ],
)
@pytest.mark.parametrize("early", [True, False])
async def test_of_several_tries_the_last_one_counts_unless_another_arrived(
    app: App, first: str, how: Outcome, second: str | None, state: str, early: bool
) -> None:  # faults 39, 42
    text = await on_its_way(app, Channel.SMS)
    await ends(text, outcome.unknown("Twilio did not answer."))
    again = await once_more(text)
    if early:
        await says(text, MessageStatus=first)
    await ends(again, how)
    if second:
        await says(again, MessageStatus=second)
    await says(text, MessageStatus=first)
    assert (await stands(app))[0] == state


async def test_what_never_went_is_moved_by_nothing(app: App) -> None:
    text = await on_its_way(app, Channel.SMS)
    await ends(text, Outcome(DeliveryState.CANCELLED, Reason.CUSTOMER_DELETED))
    await says(text, MessageStatus="delivered")
    assert await stands(app) == ("cancelled", Reason.CUSTOMER_DELETED)


@pytest.mark.survives(62)
async def test_a_receipt_about_somebody_forgotten_brings_nothing_back(app: App) -> None:
    text = await on_its_way(app, Channel.SMS)
    await ends(text)
    await app.fetch("delete from destination")
    await app.fetch("update delivery set destination_id = null, masked_address = null")
    await says(text, **LANDLINE)
    assert await stands(app) == ("undelivered", Reason.LANDLINE)
    assert not await app.fetch("select from block")
    assert (await told(app))[-1]["masked_address"] is None


async def test_that_a_person_answered_is_heard_and_changes_nothing(app: App) -> None:
    call = await on_its_way(app, Channel.VOICE)
    await ends(call)
    await says(call, AnsweredBy="human")
    assert await stands(app) == ("sent", None)
    await says(call, AnsweredBy="machine_start")
    await says(call, CallStatus="completed")
    assert (await shown(call))["explanation"] == "An answering machine took the call, and the message was said to it."


@pytest.mark.parametrize("first", ["receipt", "outcome"])
async def test_a_receipt_and_the_outcome_that_are_written_at_the_same_time_both_count(
    app: App, first: str
) -> None:  # fault 42
    text = await on_its_way(app, Channel.SMS)

    async def hear(tx: Tx) -> None:
        which = Try(text.month, text.id, text.n)
        known = await receipts.find(tx, which)
        assert known is not None
        assert await receipts.add(tx, keys_of(app), which, known, of_text("delivered", None), "SM1")

    async def end(tx: Tx) -> None:
        await store.finish(tx, [End(text.due, TAKEN, tried=True)], datetime.now(UTC))

    async def alone(write: Callable[[Tx], Awaitable[None]]) -> None:
        async with app.db.worker() as tx:
            await write(tx)

    async def waits() -> bool:
        return bool(await app.fetch("select from pg_locks where not granted"))

    before, after = (hear, end) if first == "receipt" else (end, hear)
    async with asyncio.TaskGroup() as tasks, app.db.worker() as tx:
        await before(tx)
        tasks.create_task(alone(after))
        await eventually(waits)
    assert await stands(app) == ("delivered", None)
    assert [each["state"] for each in await told(app)] == ["sent", "delivered"]


def test_bad_news_is_shown_from_zero_on(
    database: MakeDatabase, issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = Shown()
    monkeypatch.setattr(observing, "_receipts", shown)
    build(settings_for(database("notifier"), issuer))
    bad = ("failed", "undelivered", "bounced")
    assert {shown.of(channel=channel, state=state) for channel in Channel for state in bad} == {0}
