"""A message to oneself: by the way that customers' messages go, and for no customer (G10)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts import events
from contracts.deliveries import Channel, Reason
from contracts.inbound import Cause
from contracts.jobs import Role
from contracts.profiles import Consent, CustomerDeleted, CustomerProfile, Phone, SandboxMode, TemplateState
from contracts.rendering import RefusalCode
from contracts.triggers import Trigger
from notifier_svc.http.trials import MOST
from notifier_svc.store import blocks, erasure, senders
from notifier_svc.store.blocks import Place
from notifier_svc.tests.factories import (
    COMPANY,
    TEMPLATE,
    a_company,
    a_contact,
    a_customer,
    a_phone,
    a_sender,
    a_template,
    an_event,
)
from notifier_svc.tests.office import Office
from notifier_svc.tests.test_previews import happened
from servicekit import copies

TESTS = "/v1/test-messages"
DANA: dict[str, Any] = {"name": "Dana Fox", "email": "dana@example.com", "email_verified": True}
NUMBER = "+13035550188"


def asked(channel: Channel = Channel.EMAIL, **over: Any) -> dict[str, Any]:
    """The published template, on the sample."""
    return {"channel": channel, "trigger": Trigger.STATUS_SET, "template_id": str(TEMPLATE)} | over


async def test_it_goes_to_who_asked_marked_and_in_the_log(office: Office) -> None:
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "templates", [a_template(published_version=6)])
    answer = await office.post(TESTS, asked(), Role.DISPATCHER, **DANA)
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert (told["state"], told["masked_address"]) == ("queued", "d***@example.com")
    assert answer.headers["location"] == f"/v1/deliveries/{told['id']}"
    async with office.desk.sending():
        assert await office.desk.settled() == [("sent", None)]
    [envelope], [message] = office.desk.mail.arrived, office.desk.mail.mails
    assert envelope.rcpt_tos == ["dana@example.com"]
    assert (message["subject"], message["to"]) == ("[Test] About job 1042", "Dana Fox <dana@example.com>")
    assert "List-Unsubscribe" not in message
    headers = office.issuer.headers(Role.DISPATCHER, COMPANY)
    logged = (await office.client.get(answer.headers["location"], headers=headers)).json()
    assert (logged["test"], logged["trigger"], logged["category"]) == (True, "test", "system")
    assert (logged["template_version"], office.desk.templates.asked[0].template_version) == (6, 6)
    assert (logged["customer_id"], logged["job_id"], logged["rule_id"], logged["recipient_id"]) == (None,) * 4
    assert (logged["address"], logged["content"]["subject"]) == ("dana@example.com", "[Test] About job 1042")
    [update] = await office.desk.published()
    assert (update["test"], update["customer_id"], update["state"]) == (True, None, "sent")


@pytest.mark.parametrize(
    ("over", "refusal"),
    [
        ({"state": TemplateState.ARCHIVED}, (409, "template-archived")),
        ({"state": TemplateState.DRAFT, "published_version": None}, (409, "template-not-published")),
        ({"channel": Channel.SMS}, (422, "template-of-other-channel")),
    ],
)
async def test_what_cannot_be_sent_is_refused_at_once(
    office: Office, over: dict[str, Any], refusal: tuple[int, str]
) -> None:
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "templates", [a_template(**over)])
    answer = await office.post(TESTS, asked(), Role.DISPATCHER, **DANA)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == refusal
    assert await office.desk.published() == []


@pytest.mark.survives(62)
async def test_a_real_jobs_message_counts_for_no_customer_and_goes_with_the_customers_data(office: Office) -> None:
    await happened(office, an_event())
    await office.desk.fetch("delete from queue")
    answer = await office.post(TESTS, asked(job_id=str(UUID(int=9))), **DANA)
    assert answer.status_code == 202, answer.text
    async with office.desk.sending():
        await office.desk.settled()
    [item] = office.desk.templates.asked
    assert (item.context.customer.name, item.context.recipient.name) == ("Lee Family", "Maria Lee")
    headers = office.issuer.headers(Role.ADMIN, COMPANY)
    for about in ({"customer_id": str(UUID(int=5))}, {"job_id": str(UUID(int=9))}):
        page = (await office.client.get("/v1/deliveries", params=about, headers=headers)).json()
        assert {row["test"] for row in page["items"]} == {False}
    async with office.desk.db.worker() as tx:
        await erasure.erase(tx, office.desk.keys, COMPANY, UUID(int=5), datetime.now(UTC))
    [kept] = await office.desk.fetch(
        "select o.data, d.masked_address, r.body from delivery d join occurrence o on o.id = d.occurrence_id"
        " left join rendering r on r.delivery_id = d.id where d.trigger = 'test'"
    )
    assert (kept["data"], kept["body"]) == ({}, None)


async def test_the_readers_own_links_lead_nowhere(office: Office) -> None:
    office.desk.templates.words = "Hi {name}: https://preferences.invalid/"
    await office.post(TESTS, asked(), **DANA)
    async with office.desk.sending():
        await office.desk.settled()
    [message] = office.desk.mail.mails
    assert "https://preferences.invalid/" in str(message.get_body(("plain",)))


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE])
async def test_an_admin_has_a_text_or_a_call_at_a_number_of_their_choice(office: Office, channel: Channel) -> None:
    office.desk.templates.channels[TEMPLATE] = channel
    office.desk.templates.words = "Hi {name}."
    answer = await office.post(TESTS, asked(channel, to="+1 303 555 0188"), **DANA)
    assert answer.status_code == 202, answer.text
    async with office.desk.sending():
        assert await office.desk.settled() == [("sent", None)]
    [made] = office.desk.switchboard.asked
    assert made["To"] == NUMBER
    if channel is Channel.SMS:
        assert made["Body"] == "Test: Hi Maria. Reply STOP to opt out."
    else:
        assert "Test: Hi Maria." in made["Twiml"]
        assert "STOP" not in made["Twiml"]


async def test_the_second_text_to_a_number_is_as_short_as_the_second_one_to_a_customer(office: Office) -> None:
    office.desk.templates.channels[TEMPLATE] = Channel.SMS
    office.desk.templates.words = "Hi {name}."
    async with office.desk.sending():
        for _ in range(2):
            await office.post(TESTS, asked(Channel.SMS, to=NUMBER), **DANA)
            await office.desk.settled()
    assert [made["Body"] for made in office.desk.switchboard.asked] == [
        "Test: Hi Maria. Reply STOP to opt out.",
        "Test: Hi Maria.",
    ]


def whose(*phones: Phone, **over: Any) -> CustomerProfile:
    """A customer with these phones."""
    return a_customer(**{"id": uuid4(), "contacts": (a_contact(phones=phones),)} | over)


GRANTED = a_phone(NUMBER)


@pytest.mark.parametrize(
    ("channel", "phones", "refused"),
    [
        (Channel.SMS, [GRANTED], None),
        (Channel.SMS, [a_phone(NUMBER, Consent.NONE)], Reason.NO_SMS_CONSENT),
        (Channel.SMS, [a_phone(NUMBER, Consent.REVOKED)], Reason.NO_SMS_CONSENT),
        (Channel.SMS, [GRANTED, a_phone(NUMBER, Consent.NONE)], Reason.NO_SMS_CONSENT),
        (Channel.SMS, [a_phone(NUMBER, calls_opted_out=True)], None),
        (Channel.SMS, [a_phone("+13035550189", Consent.NONE)], None),
        (Channel.VOICE, [a_phone(NUMBER, Consent.NONE)], None),
        (Channel.VOICE, [a_phone(NUMBER, calls_opted_out=True)], Reason.CALLS_OPTED_OUT),
    ],
)
async def test_a_customers_phone_is_texted_and_called_as_its_owner_agreed(
    office: Office, channel: Channel, phones: list[Phone], refused: Reason | None
) -> None:
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", [whose(phone) for phone in phones])
    answer = (await office.post(TESTS, asked(channel, to=NUMBER), **DANA)).json()
    assert (answer["state"], answer["reason"]) == ("skipped" if refused else "queued", refused)


@pytest.mark.survives(51)
async def test_another_companys_customer_settles_nothing_here(office: Office) -> None:
    theirs = whose(a_phone(NUMBER, Consent.REVOKED), company_id=uuid4())
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", [theirs])
    assert (await office.post(TESTS, asked(Channel.SMS, to=NUMBER), **DANA)).json()["state"] == "queued"


async def test_consent_that_ended_before_it_left_is_asked_again(office: Office) -> None:
    person = whose(GRANTED)
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", [person])
    assert (await office.post(TESTS, asked(Channel.SMS, to=NUMBER), **DANA)).json()["state"] == "queued"
    ended = GRANTED.model_copy(update={"sms_consent": Consent.REVOKED})
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", [whose(ended, id=person.id, version=2)])
    async with office.desk.sending():
        assert await office.desk.settled() == [("skipped", Reason.NO_SMS_CONSENT)]
    assert office.desk.switchboard.asked == []


async def sent_to(office: Office, channel: Channel, address: str) -> None:
    await office.post(TESTS, asked(channel, to=address), **DANA)
    async with office.desk.sending():
        await office.desk.settled()


@pytest.mark.parametrize(("channel", "address"), [(Channel.EMAIL, "Maria@Example.com"), (Channel.SMS, NUMBER)])
@pytest.mark.survives(62)
async def test_where_a_test_went_is_forgotten_with_the_customer_whose_address_it_is(
    office: Office, channel: Channel, address: str
) -> None:
    office.desk.templates.channels[TEMPLATE] = channel
    one, two = whose(GRANTED), whose(GRANTED)
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "customers", [one, two])
    await sent_to(office, channel, address)
    for person, kept in ((one, 1), (two, 0)):
        async with office.desk.db.worker() as tx:
            await erasure.erase(tx, office.desk.keys, COMPANY, person.id, datetime.now(UTC))
            await copies.put(tx, "customers", [CustomerDeleted(id=person.id, company_id=COMPANY, version=9)])
        assert len(await office.desk.fetch("select from destination")) == kept
        assert len(await office.desk.fetch("select from delivery where masked_address is not null")) == kept
    assert [row["state"] for row in await office.desk.fetch("select state from delivery")] == ["sent"]


async def test_where_a_test_went_is_forgotten_after_a_week(office: Office) -> None:
    for days, address in ((8, "old@example.com"), (6, "new@example.com"), (8, "both@example.com")):
        await office.post(TESTS, asked(to=address), **DANA)
        ago = "update delivery set planned_at = now() - $1::interval where planned_at > now() - interval '1 hour'"
        await office.desk.fetch(ago, timedelta(days=days))
    await office.post(TESTS, asked(to="both@example.com"), **DANA)
    await happened(office, an_event())
    async with office.desk.db.worker() as tx:
        await tx.execute("update delivery set planned_at = now() - interval '1 year' where trigger <> 'test'")
        await erasure.forget_old_tests(tx)
    kept = {row["address"] for row in await office.desk.fetch("select address from destination")}
    assert kept == {"new@example.com", "both@example.com", "maria@example.com"}
    masks = await office.desk.fetch("select from delivery where trigger = 'test' and masked_address is null")
    assert len(masks) == 1


@pytest.mark.parametrize(
    ("role", "claims", "over", "status"),
    [
        (Role.DISPATCHER, DANA, {"to": "Dana@Example.com"}, 202),
        (Role.DISPATCHER, DANA, {"to": "maria@example.com"}, 403),
        (Role.DISPATCHER, DANA, {"channel": "sms", "to": NUMBER}, 403),
        (Role.ADMIN, DANA, {"to": "maria@example.com"}, 202),
        (Role.ADMIN, {}, {}, 422),
        (Role.ADMIN, DANA | {"email_verified": False}, {}, 422),
        (Role.ADMIN, DANA | {"email_verified": "true"}, {}, 422),
        (Role.ADMIN, DANA | {"email": "no address"}, {}, 422),
        (Role.ADMIN, DANA, {"channel": "sms"}, 422),
        (Role.ADMIN, DANA, {"channel": "voice", "to": "555"}, 422),
        (Role.TECH, DANA, {}, 403),
        (Role.CUSTOMER, DANA, {}, 403),
    ],
)
async def test_it_goes_to_the_address_the_issuer_vouches_for_or_an_admin_names(
    office: Office, role: Role, claims: dict[str, Any], over: dict[str, Any], status: int
) -> None:
    answer = await office.post(TESTS, asked(**over), role, **claims)
    assert answer.status_code == status, answer.text
    assert len(await office.desk.fetch("select from delivery")) == (status == 202)


async def test_the_sandbox_a_block_and_a_missing_account_hold_for_it_too(office: Office) -> None:  # G16
    async with office.desk.db.worker() as tx:
        await copies.put(
            tx, "companies", [a_company(version=2, sandbox=SandboxMode(on=True, allow_list=("eve@example.com",)))]
        )
        place = Place(COMPANY, Channel.EMAIL, "eve@example.com")
        await blocks.add(tx, place.hash(office.desk.keys), place, Cause.BOUNCED)
        await senders.put(tx, a_sender(phone=None), 2)
    cases: list[tuple[dict[str, Any], Reason]] = [
        ({}, Reason.SANDBOX),
        ({"to": "eve@example.com"}, Reason.BLOCKED),
        ({"channel": "sms", "to": NUMBER}, Reason.PHONE_NOT_SET_UP),
    ]
    for over, reason in cases:
        answer = (await office.post(TESTS, asked(**over), **DANA)).json()
        assert (answer["state"], answer["reason"]) == ("skipped", reason)
        assert answer["explanation"].startswith("Not sent")
    told = [update for update in await office.desk.published() if "trigger" in update]
    assert [(update["reason"], update["test"]) for update in told] == [
        (Reason.SANDBOX, True),
        (Reason.BLOCKED, True),
        (Reason.PHONE_NOT_SET_UP, True),
    ]
    assert not await office.desk.fetch("select from queue")


async def test_what_changed_before_it_left_is_asked_again(office: Office) -> None:
    await office.post(TESTS, asked(), **DANA)
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(version=2, sandbox=SandboxMode(on=True))])
    async with office.desk.sending():
        assert await office.desk.settled() == [("skipped", Reason.SANDBOX)]
    assert office.desk.mail.arrived == []


async def test_a_missing_value_fails_it_as_it_would_the_customers(office: Office) -> None:  # G9
    office.desk.templates.refusal = (RefusalCode.MISSING_VALUE, "visit.date has no value")
    await office.post(TESTS, asked(), **DANA)
    async with office.desk.sending():
        assert await office.desk.settled() == [("failed", Reason.MISSING_VALUE)]


async def test_the_same_request_twice_sends_one(office: Office) -> None:
    first = await office.post(TESTS, asked(), key="once", **DANA)
    again = await office.post(TESTS, asked(), key="once", **DANA)
    assert (first.json(), first.status_code) == (again.json(), again.status_code)
    assert again.headers["idempotency-replayed"] == "true"
    other = await office.post(TESTS, asked(trigger=Trigger.JOB_CREATED), key="once", **DANA)
    assert other.status_code == 422
    assert len(await office.desk.fetch("select from delivery")) == 1


@pytest.mark.survives(64)
async def test_a_company_sends_itself_so_many_an_hour(office: Office) -> None:
    for _ in range(MOST):
        assert (await office.post(TESTS, asked(), **DANA)).status_code == 202
    answer = await office.post(TESTS, asked(), **DANA)
    assert (answer.status_code, int(answer.headers["retry-after"])) == (429, 3600)
    other = uuid4()
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(id=other, company_id=other)])
    assert (await office.post(TESTS, asked(), company=other, **DANA)).status_code == 202
    await office.desk.fetch("update delivery set planned_at = planned_at - $1::interval", timedelta(hours=1))
    assert (await office.post(TESTS, asked(), **DANA)).status_code == 202


async def test_the_database_lets_the_api_add_tests_and_nothing_else(office: Office) -> None:
    await happened(office, an_event(events.JobCreated))
    columns = await office.desk.fetch(
        "select string_agg(column_name, ',') as names from information_schema.columns"
        " where table_name = 'delivery' and column_name not in ('id', 'trigger')"
    )
    names = columns[0]["names"]
    copied = f"insert into delivery (id, trigger, {names}) select gen_random_uuid(), $1, {names} from delivery limit 1"  # noqa: S608
    async with office.desk.db.company(COMPANY) as tx:
        assert await tx.execute(copied, "test") == "INSERT 0 1"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with office.desk.db.company(COMPANY) as tx:
            await tx.execute(copied, "status_set")
    for sql in (
        "insert into destination values ($1, gen_random_uuid(), gen_random_uuid(), 'email', 'a@example.com')",
        "insert into occurrence select '2026-11-01', $1, gen_random_uuid(), 'JobCreated', now(), null, $1, '{}', null",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with office.desk.db.company(COMPANY) as tx:
                await tx.execute(sql, COMPANY)


async def test_the_database_lets_the_api_queue_waiting_tests_and_nothing_else(office: Office) -> None:
    await happened(office, an_event(events.JobCreated))
    await office.post(TESTS, asked(), **DANA)
    await office.post(TESTS, asked(to="eve@example.com"), **DANA)
    await office.desk.fetch("update delivery set state = 'sent' where masked_address = 'e***@example.com'")
    await office.desk.fetch("delete from queue")
    queued = (
        "insert into queue (id, occurred_month, company_id, channel, lane, due_at)"
        " select id, occurred_month, company_id, channel, 0, now() from delivery where trigger = $1 and state = $2"
    )
    for trigger, state in (("job_created", "queued"), ("test", "sent")):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with office.desk.db.company(COMPANY) as tx:
                await tx.execute(queued, trigger, state)
    async with office.desk.db.company(COMPANY) as tx:
        assert await tx.execute(queued, "test", "queued") == "INSERT 0 1"
    async with office.desk.db.worker() as tx:
        assert await tx.execute(queued, "job_created", "queued") == "INSERT 0 1"
        roles = "select roles::text[] from pg_policies where tablename = 'queue' and policyname = 'tests_only'"
        assert [role.rpartition("_")[2] for role in await tx.fetchval(roles)] == ["api"]
