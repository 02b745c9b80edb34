"""Messages that the office sends again, and stops: the API and a sender on one database (D5, G2, D14)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from contracts import events
from contracts.deliveries import Channel, Reason
from contracts.jobs import Role
from contracts.profiles import Consent, CustomerProfile
from notifier_svc.domain import outcome
from notifier_svc.domain.recheck import Due
from notifier_svc.store import rules
from notifier_svc.store import sending as sending_store
from notifier_svc.store.sending import End, Start
from notifier_svc.tests.desk import Desk, kept_waiting
from notifier_svc.tests.factories import (
    COMPANY,
    a_contact,
    a_customer,
    a_job,
    a_phone,
    a_rule,
    a_status,
    an_email,
    an_event,
    email_rules,
)
from notifier_svc.tests.mailhost import says
from notifier_svc.tests.office import Office
from notifier_svc.tests.test_erasure import heard
from notifier_svc.tests.test_own_texts import a_request, people
from notifier_svc.tests.test_own_texts_sent import arrives, know
from servicekit import copies

MARIA = a_customer()
[CONTACT] = MARIA.contacts
AS_IT_WAS, FRESH = {"how": "as_it_was"}, {"how": "fresh"}


@pytest.fixture
async def office(office: Office) -> Office:
    async with office.desk.db.worker() as tx:
        await rules.add(tx, [*email_rules(), a_rule(channel=Channel.SMS, name="A text")])
    return office


async def failed(office: Office, event: Any = None, customer: CustomerProfile = MARIA) -> dict[str, Any]:
    """An email of which the mail host will have nothing."""
    office.desk.mail.will("RCPT", says("554 5.7.1 not today"))
    await office.desk.happens(customer, event or an_event(events.JobCreated))
    await sent(office)
    [row] = await log(office, state="failed", channel="email")
    return row


async def sent(office: Office) -> None:
    async with office.desk.sending():
        await office.desk.settled()


async def log(office: Office, **params: Any) -> list[dict[str, Any]]:
    headers = office.issuer.headers(Role.DISPATCHER, COMPANY)
    answer = await office.client.get("/v1/deliveries", headers=headers, params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def detail(office: Office, id: str) -> dict[str, Any]:
    headers = office.issuer.headers(Role.DISPATCHER, COMPANY)
    found: dict[str, Any] = (await office.client.get(f"/v1/deliveries/{id}", headers=headers)).json()
    return found


async def resend(office: Office, id: str, body: Any = FRESH, **claims: Any) -> httpx.Response:
    return await office.post(f"/v1/deliveries/{id}/resend", body, Role.DISPATCHER, **claims)


def refused(answer: httpx.Response, slug: str, words: str) -> None:
    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, slug), answer.text
    assert words in answer.text


@pytest.mark.proves("S3.21", "D5", "G2")
async def test_a_failed_message_goes_again_word_for_word_and_both_know_of_each_other(office: Office) -> None:
    row = await failed(office)
    office.desk.templates.words = "Other words by now"
    answer = await resend(office, row["id"], AS_IT_WAS, name="Priya Nair")
    assert answer.status_code == 202, answer.text
    copy = answer.json()["delivery"]
    assert answer.headers["location"] == f"/v1/deliveries/{copy['id']}"
    assert (copy["state"], copy["copy_number"], copy["resend_of"], copy["as_it_was"]) == ("queued", 1, row["id"], True)
    assert (await detail(office, copy["id"]))["content"] == (await detail(office, row["id"]))["content"]
    await sent(office)

    [mail] = office.desk.mail.mails
    assert "Hi Maria" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail["Message-ID"].startswith(f"<{copy['id']}@")
    original, again = await detail(office, row["id"]), await detail(office, copy["id"])
    assert (original["state"], again["state"]) == ("failed", "sent")
    assert [(each["id"], each["state"]) for each in original["copies"]] == [(copy["id"], "sent")]
    [told] = [step for step in original["timeline"] if step["kind"] == "sent_again"]
    assert (told["who"], told["copy_id"]) == ("Priya Nair", copy["id"])
    [tried] = [step for step in original["timeline"] if step["kind"] == "tried"]
    assert "554 5.7.1 not today" in tried["said"]
    assert [step["kind"] for step in again["timeline"]] == ["happened", "copied", "tried", "ended"]


async def test_a_fresh_copy_tells_of_the_job_as_it_is_by_now(office: Office) -> None:  # D5
    row = await failed(office)
    await office.desk.happens(MARIA, an_event(events.JobSnapshot, job=a_job(version=5, number=77)))
    office.desk.templates.asked.clear()
    assert (await resend(office, row["id"])).status_code == 202
    await sent(office)
    [asked] = office.desk.templates.asked
    assert asked.context.job
    assert (asked.context.job.number, asked.template_version) == ("77", None)


async def test_a_status_that_moved_on_is_told_again_only_as_it_was(office: Office) -> None:  # G7
    row = await failed(office, an_event())
    later = an_event(job=a_job(version=9, status=a_status("done")), notify=False)
    await office.desk.happens(MARIA, later)
    refused(await resend(office, row["id"]), "may-not-go", "the job had another status")
    assert (await resend(office, row["id"], AS_IT_WAS)).status_code == 202
    await sent(office)
    assert len(office.desk.mail.mails) == 1


@pytest.mark.parametrize("how", [AS_IT_WAS, FRESH])
async def test_no_resend_overrides_a_no(office: Office, how: dict[str, str]) -> None:  # G4, D11
    row = await failed(office)
    block = {"channel": "email", "address": "maria@example.com", "note": "asked by phone"}
    lifted = (await office.post("/v1/blocks", block)).json()["id"]
    refused(await resend(office, row["id"], how), "may-not-go", "is blocked")
    headers = office.issuer.headers(Role.ADMIN, COMPANY)
    assert (await office.client.delete(f"/v1/blocks/{lifted}", headers=headers)).is_success
    for version, over, words in (
        (2, {"archived": True}, "the customer is archived"),
        (
            3,
            {"contacts": (a_contact(id=CONTACT.id, emails=(an_email(confirmations=False),)),)},
            "switched off for this address",
        ),
    ):
        async with office.desk.db.worker() as tx:
            await copies.put(tx, "customers", [MARIA.model_copy(update={"version": version} | over)])
        refused(await resend(office, row["id"], how), "may-not-go", words)
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", [a_customer(version=4, contacts=())])
    refused(await resend(office, row["id"], how), "nobody-to-send-to", "gone from the customer's profile")
    await heard(office.desk.db, office.desk.keys, a_customer())
    refused(await resend(office, row["id"], how), "not-kept", "The customer was deleted")
    assert office.desk.mail.mails == []


@pytest.mark.survives(59)
async def test_a_stop_between_the_click_and_the_wire_counts(office: Office) -> None:
    row = await failed(office)
    assert (await resend(office, row["id"], AS_IT_WAS)).status_code == 202
    await office.post("/v1/blocks", {"channel": "email", "address": "maria@example.com", "note": "asked by phone"})
    await sent(office)
    assert (await office.desk.log())[-1] == ("skipped", Reason.BLOCKED)
    assert office.desk.mail.mails == []


async def test_a_text_is_not_sent_again_to_who_withdrew_consent(office: Office) -> None:  # S1.12
    def phoning(consent: Consent, version: int) -> CustomerProfile:
        contact = a_contact(id=CONTACT.id, emails=(), phones=(a_phone(consent=consent),))
        return a_customer(version=version, contacts=(contact,))

    await office.desk.happens(phoning(Consent.GRANTED, 1), an_event())
    await office.desk.fetch(
        "update delivery set state = 'failed', reason = 'refused_by_provider' where channel = 'sms'"
    )
    await office.desk.fetch("delete from queue")
    [row] = await log(office, channel="sms")
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", [phoning(Consent.REVOKED, 2)])
    refused(await resend(office, row["id"]), "may-not-go", "has not agreed to get texts")


async def test_who_has_another_address_by_now_gets_it_there(office: Office) -> None:  # D5
    row = await failed(office)
    moved = a_contact(id=CONTACT.id, emails=(an_email("maria@new.example"),))
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", [a_customer(version=2, contacts=(moved,))])
    copy = (await resend(office, row["id"], AS_IT_WAS)).json()["delivery"]
    assert (copy["address"], copy["masked_address"]) == ("maria@new.example", "m***@new.example")
    await sent(office)
    assert [mail.rcpt_tos for mail in office.desk.mail.arrived] == [["maria@new.example"]]


async def test_two_who_click_at_once_send_one(office: Office) -> None:  # G8
    row = await failed(office)
    answers = await asyncio.gather(*(resend(office, row["id"], AS_IT_WAS) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [202, 409]
    refused(await resend(office, row["id"], FRESH), "sent-again-meanwhile", "its copy waits")  # a second later, too
    await sent(office)
    first, again = [await resend(office, row["id"], AS_IT_WAS, key="once") for _ in range(2)]
    assert first.json() == again.json()
    assert first.json()["delivery"]["copy_number"] == 2


async def test_what_goes_back_to_the_queue_at_this_moment_is_not_sent_again(office: Office) -> None:  # G8
    row = await failed(office)
    async with office.desk.db.worker() as tx:
        await tx.execute("update delivery set state = 'queued' where id = $1", UUID(row["id"]))
        asked = asyncio.create_task(resend(office, row["id"]))
        await kept_waiting(tx)
    refused(await asked, "not-ended", "It can be sent again when it has ended")


@pytest.mark.parametrize("how", [AS_IT_WAS, FRESH])
async def test_a_text_about_consent_is_not_sent_again(office: Office, how: dict[str, str]) -> None:  # S1.18
    customer = people()
    await know(office.desk, customer)
    await arrives(office.desk, a_request(customer))
    await sent(office)
    [row] = await log(office, channel="sms")
    refused(await resend(office, row["id"], how), "is-about-consent", "Ask again in the customer's file")


@pytest.mark.parametrize("body", [{}, {"how": "loudly"}, {"how": "fresh", "to": "x@example.com"}])
async def test_how_must_be_said(office: Office, body: Any) -> None:
    row = await failed(office)
    assert (await resend(office, row["id"], body)).status_code == 422


@pytest.mark.survives(62)
async def test_of_who_is_deleted_no_answer_is_kept(office: Office) -> None:
    row = await failed(office)
    assert (await resend(office, row["id"], key="once")).status_code == 202
    await heard(office.desk.db, office.desk.keys, MARIA)
    assert await office.desk.fetch("select from idempotency") == []


async def test_what_never_had_words_goes_fresh_or_not_at_all(office: Office) -> None:
    await office.desk.happens(MARIA, an_event(events.JobCreated))
    [row] = await log(office)
    refused(await resend(office, row["id"]), "not-ended", "Until it goes it can be cancelled")
    await office.post(f"/v1/deliveries/{row['id']}/cancel", None)
    refused(await resend(office, row["id"], AS_IT_WAS), "not-kept", "it never got that far")
    assert (await resend(office, row["id"])).status_code == 202


async def test_before_one_asks_it_is_said_whether_and_how_it_can_go_again(office: Office) -> None:
    await office.desk.happens(MARIA, an_event(events.JobCreated))
    [email] = await log(office, channel="email")
    assert await offered(office, email) == (
        [],
        "It can be sent again when it has ended. Until it goes it can be cancelled.",
    )
    await office.post(f"/v1/deliveries/{email['id']}/cancel", None)
    assert await offered(office, email) == (["fresh"], None)  # it never had words
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", [MARIA.model_copy(update={"version": 2, "archived": True})])
    assert await offered(office, email) == (
        [],
        "Not sent: the customer is archived. Restore the customer to send again.",
    )
    assert [row["state"] for row in await log(office)] == ["cancelled"]  # nobody has asked


async def test_what_is_switched_off_had_no_reader_and_has_none_now(office: Office) -> None:
    async with office.desk.db.worker() as tx:
        await rules.add(tx, [a_rule(name="Off", active=False)])
    await office.desk.happens(MARIA, an_event())
    [row] = await log(office, reason="rule_inactive")
    assert await offered(office, row) == ([], "It was stopped before it was decided who gets it.")


async def offered(office: Office, row: dict[str, Any]) -> tuple[list[str], str | None]:
    offer = (await detail(office, row["id"]))["resend"]
    return offer["how"], offer["why_not"]


@pytest.mark.survives(51)
async def test_strangers_and_technicians_send_nothing_again(office: Office) -> None:  # G20
    row = await failed(office)
    for path, body in ((f"/v1/deliveries/{row['id']}/resend", FRESH), (f"/v1/deliveries/{row['id']}/cancel", None)):
        assert (await office.post(path, body, company=uuid4())).status_code == 404
        assert (await office.post(path, body, Role.TECH)).status_code == 403


async def test_what_waits_is_cancelled_and_told(office: Office) -> None:
    await office.desk.happens(MARIA, an_event(events.JobCreated))
    [row] = await log(office)
    first, again = [
        await office.post(f"/v1/deliveries/{row['id']}/cancel", None, Role.DISPATCHER, name="Priya Nair")
        for _ in range(2)
    ]
    assert (first.json()["state"], first.json()["reason"], first.json() == again.json()) == (
        "cancelled",
        "cancelled_by_office",
        True,
    )
    [told] = await office.desk.published()
    assert (told["id"], told["state"]) == (row["id"], "cancelled")
    await sent(office)
    assert office.desk.mail.mails == []
    steps = (await detail(office, row["id"]))["timeline"]
    assert [(step["kind"], step["who"]) for step in steps if step["who"]] == [("cancelled", "Priya Nair")]
    refused(
        await office.post(f"/v1/deliveries/{(await failed(office, an_event()))['id']}/cancel", None), "has-ended", ""
    )


async def test_what_is_on_the_wire_is_not_cancelled_and_what_is_cancelled_gets_on_no_wire(office: Office) -> None:
    first, second = await claimed(office, 2)
    assert await begun(office.desk, first) == {first.id}
    refused(await office.post(f"/v1/deliveries/{first.id}/cancel", None), "on-its-way", "can't be stopped")
    assert (await office.post(f"/v1/deliveries/{second.id}/cancel", None)).status_code == 200
    assert await begun(office.desk, second) == set()


@pytest.mark.parametrize("again", [False, True])
async def test_what_waits_for_its_next_try_is_cancelled(office: Office, again: bool) -> None:
    [due] = await claimed(office, 1)
    assert await begun(office.desk, due) == {due.id}
    await tried(office.desk, due)
    if again:  # in a sender's hands once more, and not begun
        await office.desk.fetch("update queue set due_at = now()")
        async with office.desk.db.worker() as tx:
            await sending_store.claim_emails(tx, list(sending_store.LANES), 1, timedelta(minutes=1))
    assert (await office.post(f"/v1/deliveries/{due.id}/cancel", None)).json()["state"] == "cancelled"


async def test_a_cancel_and_the_beginning_of_a_send_at_once_never_both_happen(office: Office) -> None:
    for due in await claimed(office, 8):
        answer, may_go = await asyncio.gather(
            office.post(f"/v1/deliveries/{due.id}/cancel", None), begun(office.desk, due)
        )
        assert (answer.status_code, may_go) in ((200, set()), (409, {due.id}))


async def test_what_a_pause_holds_is_cancelled_too(office: Office) -> None:
    [due] = await claimed(office, 1)
    await office.desk.fetch(
        "with taken as (delete from queue returning *) insert into held"
        " (id, occurred_month, company_id, channel, lane, due_at, expires_at, fence)"
        " select id, occurred_month, company_id, channel, lane, due_at, now() + interval '1 day', fence from taken"
    )
    assert (await office.post(f"/v1/deliveries/{due.id}/cancel", None)).json()["state"] == "cancelled"
    assert not await office.desk.fetch("select from held")


async def claimed(office: Office, number: int) -> list[Due]:
    """So many emails in a sender's hands."""
    await office.desk.queue(*(f"reader{n}@example.com" for n in range(number)), data=an_event(events.JobCreated))
    async with office.desk.db.worker() as tx:
        claim = await sending_store.claim_emails(tx, list(sending_store.LANES), number, timedelta(minutes=1))
    return list(claim.dues)


async def begun(desk: Desk, due: Due) -> set[UUID]:
    async with desk.db.worker() as tx:
        return await sending_store.begin(tx, [Start(due, 1, b"words")], timedelta())


async def tried(desk: Desk, due: Due) -> None:
    """A try that its host put off."""
    async with desk.db.worker() as tx:
        end = End(due, outcome.again("451 later"), tried=True)
        assert await sending_store.put_back(tx, [(end, timedelta(minutes=5))]) == {due.id}


async def test_the_api_writes_no_other_row_of_the_log_whatever_the_code_says(office: Office) -> None:
    row = await failed(office)
    await office.desk.happens(a_customer(id=uuid4()), an_event(events.JobCreated, job=a_job(id=uuid4())))
    told = (
        "insert into rendering (occurred_month, delivery_id, n, company_id, body)"
        " select occurred_month, id, 1, company_id, 'x' from delivery where id = $1"
    )
    for statement, *values in (
        ("update delivery set state = 'sent' where state = 'queued'",),
        ("update delivery set state = 'cancelled'",),
        ("update delivery set masked_address = 'x'",),
        (told, UUID(row["id"])),
        ("update delivery_act set actor = 'x'",),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with office.desk.db.company(COMPANY) as tx:
                await tx.execute(statement, *values)
    async with office.desk.db.company(uuid4()) as tx:
        [waiting] = await office.desk.fetch("select id, occurred_month from delivery where state = 'queued' limit 1")
        assert await tx.fetchval("select cancel_delivery($1, $2)", waiting["occurred_month"], waiting["id"]) == "ended"
    assert await office.desk.fetch("select from queue where id = $1", waiting["id"])
