"""What becomes of an unknown outcome (D14): Twilio is asked, an email is sent once more where that is wanted."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import orjson
import pytest

from contracts.deliveries import Category, DeliveryState, Reason
from notifier_svc.channels.twilio import Twilio
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.once_more import OnceMore
from notifier_svc.domain.receipts import Receipt, Try
from notifier_svc.send.reconciling import LOOKS, Reconciler
from notifier_svc.store import once_more, receipts
from notifier_svc.tests.desk import Desk, eventually, kept_waiting
from notifier_svc.tests.factories import COMPANY, SEAL
from notifier_svc.tests.mailhost import hangs_up
from notifier_svc.tests.switchboard import CUT, Answer, Asked, refuses
from notifier_svc.tests.test_phone import PHONE, texts

UNKNOWN = [("unknown", Reason.OUTCOME_UNKNOWN)]
SENT = [("sent", None)]
WORDS = "Hi Maria\n.\nBye Reply STOP to opt out."
SID = "SM" + "7" * 32
A_COPY = (
    "insert into delivery (id, resend_of, copy_number, due_at, expires_at, occurred_month, company_id,"
    " occurrence_id, occurred_at, trigger, category, channel, lane, customer_id, state)"
    " select gen_random_uuid(), id, 1, due_at, expires_at, occurred_month, company_id, occurrence_id,"
    " occurred_at, trigger, category, channel, lane, customer_id, state from delivery"
)


def reconciler(desk: Desk) -> Reconciler:
    twilio = Twilio(desk.switchboard.url, desk.http, desk.twilio_seconds)
    return Reconciler(desk.db, twilio, SEAL, timedelta(seconds=1))


async def look(desk: Desk) -> int:
    """As if its time had come."""
    await desk.fetch("update doubt set look_at = now()")
    return await reconciler(desk).settle()


async def chooses(desk: Desk, *categories: Category, company: UUID = COMPANY) -> None:
    """A company has emails of these sent once more."""
    async with desk.db.worker() as tx:
        await once_more.put(tx, OnceMore(company, 1, frozenset(categories)))


async def lost_text(desk: Desk) -> None:
    """A text that Twilio never answered."""
    desk.switchboard.script.append(CUT)
    await texts(desk)
    async with desk.sending():
        assert await desk.settled() == UNKNOWN


async def has_arrived(desk: Desk) -> None:
    """Twilio says that the first try of the one text was delivered."""
    [row] = await desk.fetch("select occurred_month, id from delivery")
    which = Try(row["occurred_month"], row["id"], 1)
    async with desk.db.worker() as tx:
        told = await receipts.find(tx, which)
        assert told
        delivered = Receipt("delivered", state=DeliveryState.DELIVERED)
        assert await receipts.add(tx, Keys(b"a secret of sixteen bytes"), which, told, delivered, SID)


def has(desk: Desk, *found: tuple[str, str], at: datetime | None = None, how: str = "outbound-api") -> None:
    """From now on Twilio lists these, by id and words."""
    same = {"to": PHONE, "date_created": format_datetime(at or datetime.now(UTC)), "status": "sent", "direction": how}
    listed = [same | {"sid": sid, "body": words} for sid, words in found]
    page = orjson.dumps({"messages": listed, "next_page_uri": None, "uri": "", "page": 0, "page_size": 50})
    desk.switchboard.always = lambda asked: Answer(200, page) if is_listing(asked) else None


def is_listing(asked: Asked) -> bool:
    return parse_qs(urlsplit(asked.path).query).get("To") == [PHONE]


async def doubts(desk: Desk) -> Sequence[int]:
    """How often each that is left was looked at."""
    return [row["looks"] for row in await desk.fetch("select looks from doubt")]


@pytest.mark.survives(39)
async def test_a_text_that_twilio_has_was_sent(phone: Desk) -> None:
    await lost_text(phone)
    has(phone, (SID, WORDS), ("SM" + "8" * 32, "Something else"))
    assert await look(phone) == 1
    assert await phone.log() == SENT
    [attempt] = await phone.fetch("select provider_id from attempt")
    assert attempt["provider_id"] == SID  # what comes later about it finds its try
    assert [told["state"] for told in await phone.published()] == ["unknown", "sent"]
    assert await doubts(phone) == []


@pytest.mark.survives(38)
async def test_a_text_that_twilio_does_not_have_is_sent_again_once_it_was_missed_three_times(phone: Desk) -> None:
    await lost_text(phone)
    has(phone)
    for looks in range(1, LOOKS):
        assert await look(phone) == 1
        assert (await phone.log(), await doubts(phone)) == (UNKNOWN, [looks])
    assert await look(phone) == 1
    assert (await phone.log(), await doubts(phone)) == ([("queued", None)], [])
    async with phone.sending():
        assert await phone.settled() == SENT
    assert len(phone.switchboard.texts) == 2
    assert [row["n"] for row in await phone.fetch("select n from attempt order by n")] == [1, 2]


async def test_another_texts_id_is_not_taken_for_it(phone: Desk) -> None:
    await lost_text(phone)
    await phone.fetch(
        "insert into attempt (occurred_month, delivery_id, n, company_id, provider_id)"
        " select occurred_month, id, 9, company_id, $1 from delivery",
        SID,
    )
    has(phone, (SID, WORDS))
    await look(phone)
    assert await phone.log() == UNKNOWN


async def test_what_cant_be_told_from_it_is_reason_enough_not_to_send_it_again(phone: Desk) -> None:
    await lost_text(phone)
    has(phone, (SID, f"Sent from a trial account - {WORDS}"))
    for _ in range(LOOKS):
        await look(phone)
    assert (await phone.log(), await doubts(phone)) == (UNKNOWN, [])


async def test_another_account_says_nothing_about_it(phone: Desk) -> None:
    await lost_text(phone)
    await phone.fetch("update sender set updated_at = now()")
    has(phone)
    await look(phone)
    assert (await phone.log(), await doubts(phone)) == (UNKNOWN, [])


async def test_what_the_office_has_sent_again_is_not_sent_again_by_itself(phone: Desk) -> None:
    await lost_text(phone)
    await phone.fetch(A_COPY)
    has(phone)
    for _ in range(LOOKS):
        await look(phone)
    assert {state for state, _ in await phone.log()} == {"unknown"}
    assert await phone.fetch("select from queue") == []


async def test_what_the_office_sends_again_at_that_moment_is_not_sent_again_by_itself(phone: Desk) -> None:  # D14
    await lost_text(phone)
    has(phone)
    for _ in range(LOOKS - 1):
        await look(phone)
    await phone.fetch("update doubt set look_at = now()")
    async with phone.db.worker() as tx:
        await tx.execute("select from delivery for update")
        await tx.execute(A_COPY)
        looking = asyncio.create_task(reconciler(phone).settle())
        await kept_waiting(tx)
    assert await looking == 1
    assert {state for state, _ in await phone.log()} == {"unknown"}
    assert await phone.fetch("select from queue") == []


async def test_a_receipt_for_the_lost_try_keeps_the_next_one_from_going(phone: Desk) -> None:
    await lost_text(phone)
    has(phone)
    for _ in range(LOOKS):
        await look(phone)
    await has_arrived(phone)
    assert await phone.log() == [("delivered", None)]
    assert await phone.fetch("select from queue") == []


async def test_of_two_lost_texts_of_the_same_words_nobody_says_which_one_twilio_has(phone: Desk) -> None:
    await lost_text(phone)
    await phone.fetch(
        "insert into delivery select (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid()))).*"
        " from delivery d"
    )
    await phone.fetch(
        "insert into attempt (occurred_month, delivery_id, n, company_id, outcome)"
        " select d.occurred_month, d.id, 1, d.company_id, 'unknown' from delivery d"
        " where not exists (select from attempt a where a.delivery_id = d.id)"
    )
    await phone.fetch(
        "insert into rendering (occurred_month, delivery_id, n, company_id, body)"
        " select d.occurred_month, d.id, 1, d.company_id, r.body"
        " from delivery d, rendering r where d.id <> r.delivery_id"
    )
    has(phone, (SID, WORDS))
    await look(phone)
    assert (await phone.log(), await doubts(phone)) == (UNKNOWN * 2, [])


async def test_an_older_text_of_the_same_words_is_not_taken_for_it(phone: Desk) -> None:
    await lost_text(phone)
    has(phone, (SID, WORDS), at=datetime.now(UTC) - timedelta(hours=1))
    await look(phone)
    assert await phone.log() == UNKNOWN


@pytest.mark.parametrize("words", [WORDS, f"Sent from a trial account - {WORDS}"])
@pytest.mark.survives(19)
async def test_a_wrong_clock_of_ours_sends_no_text_twice(phone: Desk, words: str) -> None:
    await lost_text(phone)
    has(phone, (SID, words), at=datetime.now(UTC) - timedelta(hours=2))  # ours is so far ahead of Twilio's
    for _ in range(LOOKS):
        await look(phone)
    assert (await phone.log(), await doubts(phone)) == (UNKNOWN, [])
    assert await phone.fetch("select from queue") == []


async def test_what_somebody_else_sent_long_ago_is_no_reason_to_hold_it_back(phone: Desk) -> None:
    await lost_text(phone)
    has(phone, (SID, WORDS), at=datetime.now(UTC) - timedelta(days=1, hours=1))
    for _ in range(LOOKS):
        await look(phone)
    assert await phone.log() == [("queued", None)]


async def test_an_answer_to_a_text_of_theirs_is_no_reason_to_hold_it_back(phone: Desk) -> None:
    await lost_text(phone)
    has(phone, (SID, "Reply STOP to opt out."), how="outbound-reply")
    for _ in range(LOOKS):
        await look(phone)
    assert await phone.log() == [("queued", None)]


async def test_while_twilio_can_not_be_asked_nothing_is_concluded(phone: Desk) -> None:
    await lost_text(phone)
    phone.switchboard.always = lambda asked: refuses(503, 20503) if is_listing(asked) else None
    for _ in range(LOOKS + 1):
        await look(phone)
    assert (await phone.log(), await doubts(phone)) == (UNKNOWN, [0])


async def test_what_was_settled_by_others_is_left_alone(phone: Desk) -> None:
    await lost_text(phone)
    await phone.fetch("update delivery set state = 'delivered', reason = null")
    has(phone, (SID, WORDS))
    await look(phone)
    assert (await phone.log(), await doubts(phone)) == ([("delivered", None)], [])


async def test_what_has_expired_meanwhile_stays_unknown(phone: Desk) -> None:
    await lost_text(phone)
    await phone.fetch("update delivery set expires_at = now()")
    has(phone)
    for _ in range(LOOKS):
        await look(phone)
    assert (await phone.log(), await doubts(phone)) == (UNKNOWN, [])


@pytest.mark.survives(34)
async def test_an_email_of_a_chosen_category_is_sent_once_more_and_no_oftener(desk: Desk) -> None:
    await chooses(desk, Category.STATUS)
    desk.mail.will("ACCEPTED", hangs_up, hangs_up)
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == UNKNOWN
        assert await look(desk) == 1
        await eventually(lambda: _doubted(desk, 2))
    assert await look(desk) == 1
    assert (await desk.log(), await doubts(desk)) == (UNKNOWN, [])
    assert len(desk.mail.arrived) == 2


async def test_an_email_stays_unknown_where_others_are_chosen_or_another_company_chose_it(desk: Desk) -> None:
    await chooses(desk, *(frozenset(Category) - {Category.STATUS}))
    await chooses(desk, *Category, company=uuid4())
    desk.mail.will("ACCEPTED", hangs_up)
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == UNKNOWN
        assert await look(desk) == 1
    assert (await desk.log(), await doubts(desk)) == (UNKNOWN, [])
    assert len(desk.mail.arrived) == 1


async def test_a_text_goes_by_what_twilio_has_whatever_was_chosen_for_emails(phone: Desk) -> None:
    await chooses(phone, *Category)
    await lost_text(phone)
    has(phone)
    assert await look(phone) == 1
    assert (await phone.log(), await doubts(phone)) == (UNKNOWN, [1])


async def test_what_one_reconciler_looks_at_no_other_does(phone: Desk) -> None:
    await lost_text(phone)
    has(phone)
    await phone.fetch("update doubt set look_at = now() - $1::interval", timedelta(hours=1))
    async with phone.db.worker() as tx:
        await tx.fetch("select from doubt for update")
        assert await reconciler(phone).settle() == 0


async def _doubted(desk: Desk, tries: int) -> bool:
    return len(await desk.fetch("select from attempt where outcome = 'unknown'")) == tries
