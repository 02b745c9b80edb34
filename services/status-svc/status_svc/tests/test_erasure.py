"""A deleted customer: what they wrote and signed is nowhere any more; the company's jobs and money stay (S4.17)."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.jobs import Role
from contracts.profiles import CustomerDeleted, CustomerProfile
from servicekit import deadletters
from servicekit.cloudevents import headers_of
from servicekit.deadletters import DeadLetter
from servicekit.remains import Remaining, Words
from servicekit.testing import until
from status_svc.domain.work_orders import NoteDraft
from status_svc.store import erasure, work_orders
from status_svc.tests.factories import NOW
from status_svc.tests.service import Service, a_profile
from status_svc.tests.test_images import PNG
from status_svc.tests.test_work_orders_http import upload

# One word for every field in which somebody could write about the customer.
PERSONAL = ("summarium", "reasonium", "wisharium", "declinarium", "notarium", "signarium", "picturium", "profilium")
GONE = Words(*PERSONAL)
# The company's own record of its work and money: by an id that names nobody any more.
KEPT = Words("titularium", "linearium", "externarium", "methodarium")


def gone(customer: CustomerProfile) -> CustomerDeleted:
    return CustomerDeleted(id=customer.id, company_id=customer.company_id, version=9)


async def pictured(service: Service, words: bytes = b"picturium") -> str:
    """The SHA-256 of a picture with words in it."""
    return str((await upload(service, PNG + words)).json()["sha256"])


async def asked(service: Service, summary: str = "Summarium") -> Any:
    body = {"service_address_id": str(service.customer.service_addresses[0].id), "summary": summary}
    who: dict[str, Any] = {"role": Role.CUSTOMER, "customer_id": service.customer.id}
    return await service.ok("POST", "/v1/service-requests", body, idempotency_key=str(uuid4()), **who)


async def one_of_everything(service: Service) -> Any:
    """A job of the customer with words in every field, each request safe to repeat."""
    rejected = await asked(service)
    reason = {"reason": "Reasonium"}
    await service.ok("POST", f"/v1/service-requests/{rejected['id']}/reject", reason, idempotency_key="b")
    lines = [{"description": "Linearium", "quantity": "1", "unit_price": "9"}]
    job = await service.booked(title="Titularium", external_id="externarium", lines=lines)
    path, picture = f"/v1/jobs/{job['id']}", await pictured(service)
    await service.ok("POST", f"{path}/notes", {"text": "Notarium", "images": [picture]}, idempotency_key="c")
    await service.ok("PUT", f"{path}/signature", {"signed_by": "Signarium", "image": picture})
    await service.ok("POST", f"{path}/payments", {"amount": "9", "method": "methodarium"}, idempotency_key="d")
    await declined(service)
    await a_dead_letter(service)
    return job


async def declined(service: Service) -> None:
    """A wish about a visit, and the office's answer."""
    soon = datetime.now(UTC) + timedelta(days=1)
    visit = {"starts_at": soon.isoformat(), "ends_at": (soon + timedelta(hours=2)).isoformat()}
    job = await service.booked(visits=[visit])
    wish = {"job_id": job["id"], "visit_id": job["visits"][0]["id"], "wish": "move", "words": "Wisharium"}
    who: dict[str, Any] = {"role": Role.CUSTOMER, "customer_id": service.customer.id}
    asked = await service.ok("POST", "/v1/visit-requests", wish, idempotency_key="e", **who)
    reason = {"reason": "Declinarium"}
    await service.ok("POST", f"/v1/visit-requests/{asked['id']}/decline", reason, idempotency_key="f")


async def a_dead_letter(service: Service) -> None:
    """The customer's profile, as it is set aside where it can't be handled."""
    profile = service.customer.model_copy(update={"name": "Profilium"})
    about: dict[str, Any] = {"subject": str(profile.id), "company_id": profile.company_id, "traceparent": None}
    headers = headers_of(CustomerProfile, id=str(uuid4()), source="/customer-svc", time=NOW, **about)
    body = profile.model_dump_json().encode()
    async with service.database.worker() as tx:
        letter = DeadLetter("customers.v1/0/1", str(profile.id), headers, body, "ValueError in status-svc.customers")
        await deadletters.add(tx, [letter])


@pytest.mark.survives(62)
async def test_no_word_of_a_deleted_customer_is_in_any_column_of_any_table(
    service: Service, remaining: Remaining
) -> None:
    job = await one_of_everything(service)
    before = await remaining(service.database, GONE)
    assert set().union(*before.values()) == set(PERSONAL)
    assert {"outbox.body", "idempotency.body", "images.data", "notes.text"} <= before.keys()

    await service.hear(gone(service.customer))

    assert await remaining(service.database, GONE) == {}
    assert (await service.ok("GET", f"/v1/jobs/{job['id']}"))["customer_id"] == str(service.customer.id)
    assert await service.refusal("GET", f"/v1/jobs/{job['id']}/signature") == (404, "not-signed")
    assert await service.names() == ["JobCreated", "PaymentReceived", "JobCreated"]


async def test_the_companys_own_record_of_its_work_stays(service: Service, remaining: Remaining) -> None:
    await one_of_everything(service)
    await service.hear(gone(service.customer))
    of_jobs = {"jobs.title", "jobs.lines", "jobs.external_id", "payments.method", "job_events.detail"}
    for_a_while = {"outbox.body", "idempotency.body"}  # until it is published, and for two days
    assert set(await remaining(service.database, KEPT)) == of_jobs | for_a_while


async def test_a_neighbour_keeps_what_is_theirs_and_a_picture_that_both_have(service: Service) -> None:
    neighbour = a_profile(service.company.id)
    await service.hear(neighbour)
    site = str(neighbour.service_addresses[0].id)
    theirs = await service.booked(customer_id=str(neighbour.id), service_address_id=site)
    mine, picture = await service.booked(), await pictured(service)
    for job in (theirs, mine):
        note = {"text": "The boiler", "images": [picture]}
        await service.ok("POST", f"/v1/jobs/{job['id']}/notes", note, idempotency_key=job["id"])
    await service.hear(gone(service.customer))
    assert (await service.ok("GET", f"/v1/jobs/{mine['id']}/notes"))["items"] == []
    [kept] = (await service.ok("GET", f"/v1/jobs/{theirs['id']}/notes"))["items"]
    assert (await service.call("GET", f"/v1/images/{kept['images'][0]}")).content == PNG + b"picturium"
    again = await service.call("POST", f"/v1/jobs/{theirs['id']}/notes", note, idempotency_key=theirs["id"])
    assert again.json()["id"] == kept["id"]


async def test_what_was_being_written_meanwhile_is_forgotten_a_while_later(
    service: Service, remaining: Remaining
) -> None:
    await service.hear(gone(service.customer))
    await service.hear(service.customer.model_copy(update={"version": 10}))  # as if they knew nothing of it
    await one_of_everything(service)
    async with service.database.worker() as tx:
        await erasure.repeat(tx)
    assert await remaining(service.database, GONE) != {}  # not due yet
    async with service.database.worker() as tx:
        await tx.execute("update erasure set due_at = now()")
        await erasure.repeat(tx)
        assert await tx.fetchval("select count(*) from erasure") == 0
    assert await remaining(service.database, GONE) == {}


async def test_a_picture_stays_that_a_neighbours_note_shows_at_this_moment(service: Service) -> None:
    neighbour = a_profile(service.company.id)
    await service.hear(neighbour)
    site = str(neighbour.service_addresses[0].id)
    theirs = await service.booked(customer_id=str(neighbour.id), service_address_id=site)
    mine, picture = await service.booked(), await pictured(service)
    note = NoteDraft(text="x", images=(picture,))
    await service.ok("POST", f"/v1/jobs/{mine['id']}/notes", note.model_dump())

    async def waits_for_the_note() -> bool:
        async with service.database.worker() as tx:
            return bool(await tx.fetchval("select count(*) from pg_locks where not granted"))

    async with service.database.company(service.company.id) as tx:
        await work_orders.check_known(tx, note.images)
        erasing = asyncio.create_task(service.hear(gone(service.customer)))
        await until(waits_for_the_note)
        id, company_id, job_id = uuid4(), service.company.id, UUID(theirs["id"])
        await work_orders.add_note(tx, company_id, job_id, note, id=id, author=("sam", None), at=NOW)
    await erasing
    assert (await service.call("GET", f"/v1/images/{picture}")).status_code == 200


async def test_a_picture_that_nothing_shows_is_dropped_after_a_day(service: Service) -> None:
    path = f"/v1/jobs/{(await service.booked())['id']}"
    _never, replaced, shown = [await pictured(service, words) for words in (b"1", b"2", b"3")]
    for image in (replaced, shown):
        await service.ok("PUT", f"{path}/signature", {"signed_by": "Maria Lee", "image": image})
    async with service.database.worker() as tx:
        assert not await erasure.drop_stray_pictures(tx)
        await tx.execute("update images set added_at = added_at - $1::interval", timedelta(days=1))
    fresh = await pictured(service, b"4")
    async with service.database.worker() as tx:
        await erasure.drop_stray_pictures(tx)
        kept = {row["sha256"] for row in await tx.fetch("select sha256 from images")}
    assert kept == {shown, fresh}


async def test_a_dead_letter_of_somebody_else_stays(service: Service) -> None:
    await a_dead_letter(service)
    await service.hear(neighbour := a_profile(service.company.id))
    await service.hear(gone(neighbour))
    async with service.database.worker() as tx:
        assert await deadletters.count(tx) == 1
