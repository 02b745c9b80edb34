"""A deleted customer: what waits is cancelled, nothing personal stays, blocks do (fault 62, S4.17)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts import events as job_events
from contracts.deliveries import Channel, Reason
from contracts.inbound import Cause, Meaning, PhoneRef
from contracts.jobs import Role
from contracts.profiles import CustomerDeleted, CustomerProfile
from contracts.topics import CUSTOMERS, TYPE_PREFIX
from notifier_svc import planning
from notifier_svc.domain import outcome
from notifier_svc.domain.keys import Keys
from notifier_svc.events import consumers
from notifier_svc.store import blocks, inbound
from notifier_svc.store import planning as planning_store
from notifier_svc.store import sending as store
from notifier_svc.store.blocks import Place
from notifier_svc.store.erasure import repeat
from notifier_svc.store.planning import QUERIES
from notifier_svc.store.sending import End, Start
from notifier_svc.tests.app import App
from notifier_svc.tests.desk import Desk
from notifier_svc.tests.factories import (
    COMPANY,
    a_contact,
    a_customer,
    a_job,
    a_phone,
    a_recipient,
    an_address,
    an_email,
    an_event,
)
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies, deadletters
from servicekit.cloudevents import Event
from servicekit.db import Database
from servicekit.deadletters import DeadLetter
from servicekit.remains import Remaining, Words

NUMBER = "+13035550142"
# What must be nowhere: in no column of any table, whatever its type.
SECRETS = ("zebrafish", "5550142", "unicorn")
WORDS = Words(*SECRETS)


def zebrafish() -> CustomerProfile:
    contact = a_contact(name="Zebrafish", emails=(an_email("zebrafish@example.com"),), phones=(a_phone(NUMBER),))
    return a_customer(id=uuid4(), name="Zebrafish", contacts=(contact,))


async def deleted(desk: Desk, customer: CustomerProfile) -> None:
    await heard(desk.db, desk.keys, customer)


async def heard(db: Database, keys: Keys, customer: CustomerProfile) -> None:
    """The deletion, as the consumer hears it."""
    gone = CustomerDeleted(id=customer.id, company_id=customer.company_id, version=9)
    event: Event[Any] = Event(
        id=str(uuid4()),
        type=TYPE_PREFIX + "CustomerDeleted",
        source="/customer-svc",
        subject=str(customer.id),
        time=datetime.now(UTC),
        company_id=customer.company_id,
        data=gone,
    )
    [consumer] = [each for each in consumers(keys) if each.topic is CUSTOMERS]
    async with db.worker() as tx:
        await consumer.handle(tx, [event])


async def queue(desk: Desk, customer: CustomerProfile) -> None:
    job = a_job(id=uuid4(), customer_id=customer.id, title="Unicorn")
    await desk.happens(customer, an_event(job=job))


async def test_nothing_personal_stays_and_the_log_still_says_what_happened(desk: Desk, remaining: Remaining) -> None:
    customer = zebrafish()
    await queue(desk, customer)
    async with desk.sending():
        await desk.settled()
    await queue(desk, customer)
    async with desk.db.worker() as tx:
        place = Place(COMPANY, Channel.EMAIL, "zebrafish@example.com")
        await blocks.add(tx, place.hash(desk.keys), place, Cause.OFFICE, note="Zebrafish asked")
        [phone] = customer.contacts[0].phones
        refs = [PhoneRef(customer_id=customer.id, phone_id=phone.id)]
        await inbound.add(
            tx, inbound.place_of(COMPANY, NUMBER), "+17205550100", "SM1", "I am Zebrafish", Meaning.OTHER, refs
        )
    assert set().union(*(await remaining(desk.db, WORDS)).values()) == set(SECRETS)
    await deleted(desk, customer)
    assert await remaining(desk.db, WORDS) == {}
    assert sorted(await desk.log()) == [("cancelled", Reason.CUSTOMER_DELETED), ("sent", None)]
    assert await desk.fetch("select from rendering") == []
    async with desk.db.worker() as tx:
        assert await planning_store.blocked(tx, [place.hash(desk.keys)])
    [told] = [data for data in await desk.published() if data.get("state") == "cancelled"]
    assert (told["reason"], told["masked_address"]) == ("customer_deleted", None)


async def test_a_job_of_which_nothing_was_told_is_forgotten(desk: Desk, remaining: Remaining) -> None:
    customer = zebrafish()
    other = a_job()
    await desk.happens(a_customer(contacts=()), an_event(job_events.JobSnapshot, job=other))
    job = a_job(id=uuid4(), customer_id=customer.id, title="Unicorn")
    await desk.happens(customer, an_event(job_events.JobSnapshot, job=job))
    assert "unicorn" in (await remaining(desk.db, WORDS))["snapshot.data"]
    await deleted(desk, customer)
    assert await remaining(desk.db, WORDS) == {}
    assert [row["id"] for row in await desk.fetch("select id from snapshot where kind = 'jobs'")] == [other.id]


async def test_a_neighbour_with_the_same_phone_keeps_what_is_theirs(desk: Desk) -> None:
    one, two = zebrafish(), zebrafish()
    for customer in (one, two):
        await queue(desk, customer)
    refs = [PhoneRef(customer_id=each.id, phone_id=each.contacts[0].phones[0].id) for each in (one, two)]
    async with desk.db.worker() as tx:
        await inbound.add(tx, inbound.place_of(COMPANY, NUMBER), "+17205550100", "SM1", "Hi", Meaning.OTHER, refs)
    await deleted(desk, one)
    assert [row["customer_ids"] for row in await desk.fetch("select customer_ids from inbound_text")] == [[two.id]]
    assert len(await desk.fetch("select from queue")) == 1
    async with desk.sending():
        assert sorted(await desk.settled()) == [("cancelled", Reason.CUSTOMER_DELETED), ("sent", None)]


async def test_what_is_on_the_wire_already_ends_as_it_ends(desk: Desk) -> None:
    customer = zebrafish()
    await queue(desk, customer)
    async with desk.db.worker() as tx:
        [due] = (await store.claim_emails(tx, list(store.LANES), 1, timedelta(minutes=5))).dues
        assert await store.begin(tx, [Start(due, 1, b"words")], timedelta()) == {due.id}
    await deleted(desk, customer)
    assert await desk.log() == [("queued", None)]
    assert await desk.fetch("select from rendering") == []


@pytest.mark.survives(62)
async def test_what_waits_for_its_next_try_is_cancelled(desk: Desk) -> None:
    customer = zebrafish()
    await queue(desk, customer)
    async with desk.db.worker() as tx:
        [due] = (await store.claim_emails(tx, list(store.LANES), 1, timedelta(minutes=5))).dues
        assert await store.begin(tx, [Start(due, 1, b"words")], timedelta()) == {due.id}
        await store.put_back(tx, [(End(due, outcome.again("451 later"), tried=True), timedelta(minutes=5))])
    await deleted(desk, customer)
    assert await desk.log() == [("cancelled", Reason.CUSTOMER_DELETED)]
    assert await desk.fetch("select from queue") == []


@pytest.mark.survives(62)
async def test_a_refusal_that_comes_after_the_deletion_keeps_no_words(desk: Desk, remaining: Remaining) -> None:
    customer = zebrafish()
    await queue(desk, customer)
    async with desk.db.worker() as tx:
        [due] = (await store.claim_emails(tx, list(store.LANES), 1, timedelta(minutes=5))).dues
        start = Start(due, 1, b"Zebrafish", "Unicorn")
        assert await store.begin(tx, [start], timedelta()) == {due.id}
    await deleted(desk, customer)
    async with desk.db.worker() as tx:
        end = End(due, outcome.failed(Reason.REFUSED_BY_PROVIDER, "554 no"), tried=True, unsent=start)
        assert await store.finish(tx, [end], datetime.now(UTC)) == {due.id}
    assert await remaining(desk.db, WORDS) == {}


async def test_a_claim_that_was_not_begun_can_not_begin_any_more(desk: Desk) -> None:
    customer = zebrafish()
    await queue(desk, customer)
    async with desk.db.worker() as tx:
        [due] = (await store.claim_emails(tx, list(store.LANES), 1, timedelta(minutes=5))).dues
    await deleted(desk, customer)
    async with desk.db.worker() as tx:
        assert await store.begin(tx, [Start(due, 1, b"words")], timedelta()) == set()
    assert await desk.log() == [("cancelled", Reason.CUSTOMER_DELETED)]


async def test_what_was_being_planned_meanwhile_is_forgotten_a_while_later(desk: Desk, remaining: Remaining) -> None:
    customer = zebrafish()
    async with desk.db.worker() as planning_tx:
        await copies.put(planning_tx, "customers", [customer])
        job = a_job(id=uuid4(), customer_id=customer.id, title="Unicorn")
        await planning.plan_events(planning_tx, desk.keys, [an_envelope(an_event(job=job))])
    async with desk.db.worker() as tx:  # as if the plan had committed after the erasure
        await QUERIES.erase_again(tx, COMPANY, customer.id, timedelta(seconds=-1))
        await repeat(tx, desk.keys, datetime.now(UTC))
        await copies.put(tx, "customers", [CustomerDeleted(id=customer.id, company_id=COMPANY, version=9)])
    assert await remaining(desk.db, WORDS) == {}
    assert await desk.log() == [("cancelled", Reason.CUSTOMER_DELETED)]


async def test_a_late_profile_or_event_brings_nobody_back(desk: Desk, remaining: Remaining) -> None:
    customer = zebrafish()
    await deleted(desk, customer)
    async with desk.db.worker() as tx:
        await copies.put(tx, "customers", [customer.model_copy(update={"version": 8})])
        event = an_envelope(an_event(job_events.JobCreated, job=a_job(customer_id=customer.id, title="Unicorn")))
        await planning.plan_events(tx, desk.keys, [event])
    assert await desk.log() == []
    await desk.fetch("update parked set parked_at = now() - interval '25 hours'")
    async with desk.db.worker() as tx:
        await planning.release(tx, desk.keys)
    assert {reason for _, reason in await desk.log()} == {Reason.UNKNOWN_CUSTOMER}
    assert await remaining(desk.db, WORDS) == {}


async def test_the_block_of_an_address_never_written_to_keeps_no_words(app: App, remaining: Remaining) -> None:
    customer = zebrafish()
    async with app.db.worker() as tx:
        await copies.put(tx, "customers", [customer])
    block = {"channel": "email", "address": "zebrafish@example.com", "note": "Zebrafish asked"}
    headers = app.issuer.headers(Role.DISPATCHER, COMPANY) | {"idempotency-key": "a"}
    assert (await app.client.post("/v1/blocks", json=block, headers=headers)).status_code == 201
    assert {"block.note", "idempotency.body"} <= (await remaining(app.db, WORDS)).keys()
    await heard(app.db, Keys(app.settings.secret_key.get_secret_value().encode()), customer)
    assert await remaining(app.db, WORDS) == {}
    assert len(await app.fetch("select from block")) == 1


def of_a_recipient(customer: CustomerProfile) -> CustomerProfile:
    """Somebody who has the customer's addresses on file, for a tenant, and spells them otherwise."""
    tenant = a_recipient(emails=("Zebrafish@Example.com",), phones=(a_phone(NUMBER),))
    place = an_address(recipients=(tenant,))
    return a_customer(id=uuid4(), contacts=(), service_addresses=(place,), company_id=customer.company_id)


@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize("other", [lambda _: zebrafish(), of_a_recipient])
async def test_who_has_the_address_too_still_sees_its_block(
    app: App, remaining: Remaining, channel: str, other: Callable[[CustomerProfile], CustomerProfile]
) -> None:
    keys = Keys(app.settings.secret_key.get_secret_value().encode())
    one = zebrafish()
    two = other(one)
    stranger = one.model_copy(update={"id": uuid4(), "company_id": uuid4()})  # who keeps nothing of this company's
    async with app.db.worker() as tx:
        await copies.put(tx, "customers", [one, two, stranger])
    headers = app.issuer.headers(Role.DISPATCHER, COMPANY) | {"idempotency-key": "a"}
    address = "zebrafish@example.com" if channel == "email" else NUMBER
    block = {"channel": channel, "address": address, "note": "Zebrafish asked"}
    added = await app.client.post("/v1/blocks", json=block, headers=headers)
    assert added.status_code == 201
    await heard(app.db, keys, one)
    [seen] = (await app.client.get(f"/v1/blocks?customer_id={two.id}", headers=headers)).json()["items"]
    assert seen == added.json()
    assert (await app.client.post("/v1/blocks", json=block, headers=headers)).json() == seen
    await heard(app.db, keys, two)
    async with app.db.worker() as tx:
        await tx.execute("delete from snapshot where id = $1", stranger.id)
    assert await remaining(app.db, WORDS) == {}


async def test_what_the_deleted_wished_is_not_told_of_who_has_the_address_too(app: App) -> None:
    one, two = zebrafish(), zebrafish()
    async with app.db.worker() as tx:
        await copies.put(tx, "customers", [one, two])
    headers = app.issuer.headers(Role.DISPATCHER, COMPANY) | {"idempotency-key": "a"}
    wish = {"scope": "reminders", "note": "Zebrafish asked"}
    await app.client.post(f"/v1/customers/{one.id}/unsubscribe", json=wish, headers=headers)
    await heard(app.db, Keys(app.settings.secret_key.get_secret_value().encode()), one)
    [seen] = (await app.client.get(f"/v1/blocks?customer_id={two.id}", headers=headers)).json()["items"]
    assert (seen["masked_address"], seen["note"]) == ("z***@example.com", None)
    assert await app.fetch("select from idempotency") == []


async def test_what_the_deleted_wished_at_an_address_of_before_is_forgotten(app: App, remaining: Remaining) -> None:
    one = zebrafish()
    async with app.db.worker() as tx:
        await copies.put(tx, "customers", [one])
    headers = app.issuer.headers(Role.DISPATCHER, COMPANY) | {"idempotency-key": "a"}
    wish = {"scope": "reminders", "note": "Zebrafish asked"}
    await app.client.post(f"/v1/customers/{one.id}/unsubscribe", json=wish, headers=headers)
    moved = one.model_copy(update={"version": 2, "contacts": (a_contact(emails=(an_email("new@example.com"),)),)})
    async with app.db.worker() as tx:
        await copies.put(tx, "customers", [moved])
    await heard(app.db, Keys(app.settings.secret_key.get_secret_value().encode()), moved)
    assert await remaining(app.db, WORDS) == {}


async def test_a_profile_that_could_not_be_handled_is_not_set_aside_any_more(desk: Desk, remaining: Remaining) -> None:
    customer = zebrafish()
    async with desk.db.worker() as tx:
        body = customer.model_dump_json().encode()
        letter = DeadLetter("customers.v1/0/1", str(customer.id), {}, body, "ValueError")
        await deadletters.add(tx, [letter])
    assert (await remaining(desk.db, WORDS)).keys() == {"dead_letter.body"}
    await deleted(desk, customer)
    assert await remaining(desk.db, WORDS) == {}
