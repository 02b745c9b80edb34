"""Batch edits of preferences: seen before, applied in the background, and taken back (S1.13 to S1.15, D4)."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.profiles import Consent, CustomerProfile
from customer_svc import background
from customer_svc.store import batches
from customer_svc.tests.api import Api, Person
from customer_svc.tests.factories import a_contact
from customer_svc.tests.test_consent import GRANTED, path
from servicekit import outbox
from servicekit.testing import until

PATH = "/v1/batch-edits"
NO_TEXTS = {"contact.text": False, "email.invoices": False}


async def worked_off(api: Api) -> int:
    """Slices until nothing is at work; how many there were."""
    slices = 0
    while True:
        async with api.platform.database.worker() as tx:
            if not await batches.work(tx):
                return slices
        slices += 1


async def apply(api: Api, body: Any, by: Person | None = None) -> Any:
    started = await (by or api.dispatcher).post(PATH, body)
    assert started.status_code == 202, started.text
    await worked_off(api)
    return (await api.dispatcher.get(started.headers["location"])).json()


async def undone(api: Api, edit: Any, by: Person | None = None) -> Any:
    started = await (by or api.dispatcher).post(f"{PATH}/{edit['id']}/undo")
    assert started.status_code == 202, started.text
    await worked_off(api)
    return (await api.dispatcher.get(f"{PATH}/{edit['id']}")).json()


async def read(api: Api, customer: Any) -> Any:
    return (await api.dispatcher.get(f"/v1/customers/{customer['id']}")).json()


def flags(customer: Any) -> tuple[bool, bool]:
    """The contact's text flag, and its first email address's invoices."""
    contact = customer["contacts"][0]
    return contact["flags"]["text"], contact["emails"][0]["flags"]["invoices"]


async def people(api: Api, *names: str, **over: Any) -> list[Any]:
    emails = [{"address": f"{name}@example.com"} for name in ("a", "b")]
    return [await api.create_customer(name=name, contacts=[a_contact(emails=emails)], **over) for name in names]


@pytest.mark.proves("S1.15")
async def test_an_edit_is_previewed_applied_and_published(api: Api) -> None:  # S0.5, S0.17
    one, two, untouched = await people(api, "One", "Two", "Three")
    everyone = (await api.dispatcher.post(f"{PATH}/preview", {"matching": {}})).json()
    assert (everyone["customers"], everyone["changed"], everyone["flags"]) == (3, 0, {})
    body = {"ids": [one["id"], two["id"], str(uuid4())], "set": NO_TEXTS}
    preview = (await api.dispatcher.post(f"{PATH}/preview", body)).json()
    assert preview == {
        "customers": 2,
        "changed": 2,
        "flags": {"contact.text": 2, "email.invoices": 4},
        "set_by_customers": {},
        "warning": None,
    }
    edit = await apply(api, body)
    assert (edit["state"], edit["total"], edit["done"], edit["changed"]) == ("done", 2, 2, 2)
    for customer in (one, two):
        now = await read(api, customer)
        assert (flags(now), now["version"]) == ((False, False), 2)
        log = (await api.dispatcher.get(f"/v1/customers/{customer['id']}/changes")).json()["items"]
        assert {row["actor_name"] for row in log if row["how"] == "batch edit"} == {"Test dispatcher"}
        assert now["contacts"][0]["flags"] == customer["contacts"][0]["flags"] | {"text": False}
    assert await read(api, untouched) == untouched
    last = [profile for profile in await api.platform.published("customers.v1") if profile.version == 2]  # type: ignore[attr-defined]
    assert {profile.id for profile in last if isinstance(profile, CustomerProfile)} == {
        customer.id for customer in map(CustomerProfile.model_validate, (one, two))
    }
    again = (await api.dispatcher.post(f"{PATH}/preview", body)).json()
    assert (again["changed"], again["flags"]) == (0, {})


async def test_the_preview_says_how_much_of_it_customers_set_themselves(api: Api) -> None:
    one, two = await people(api, "One", "Two")
    for customer, by in ((one, api.platform.customer(api.company_id, one["id"])), (two, api.dispatcher)):
        where = f"/v1/customers/{customer['id']}/contacts/{customer['contacts'][0]['id']}"
        await by.change("PATCH", where, {"flags": {"text": False}}, version=1)
        added = {"address": "own@example.com", "flags": {"invoices": False}}
        assert (await by.change("POST", f"{where}/emails", added, version=2)).status_code == 201
    body = {"matching": {}, "set": {"contact.text": True, "contact.voice": True, "email.invoices": True}}
    preview = (await api.dispatcher.post(f"{PATH}/preview", body)).json()
    assert preview["flags"] == {"contact.text": 2, "contact.voice": 2, "email.invoices": 2}
    assert preview["set_by_customers"] == {"contact.text": 1, "email.invoices": 1}
    same = body | {"set": {"contact.text": False}}
    assert (await api.dispatcher.post(f"{PATH}/preview", same)).json()["set_by_customers"] == {}
    edit = await apply(api, body)
    now = (await api.dispatcher.post(f"{PATH}/preview", same)).json()
    assert (now["flags"], now["set_by_customers"]) == ({"contact.text": 2}, {})  # the edit set it last
    await undone(api, edit)
    assert (await api.dispatcher.post(f"{PATH}/preview", body)).json() == preview


async def test_an_edit_reaches_all_that_a_filter_matches_on_every_page(api: Api) -> None:  # "all 12,431 that match"
    pool = await people(api, *(f"P{n}" for n in range(7)), tags=["Pool"])
    [other] = await people(api, "Other")
    edit = await apply(api, {"matching": {"tag": "pool"}, "set": {"contact.text": False}})
    assert edit["total"] == 7
    assert [flags(await read(api, customer))[0] for customer in (*pool, other)] == [False] * 7 + [True]


@pytest.mark.parametrize(
    ("matching", "names"),
    [
        ({}, {"Ada", "Bo", "Cy"}),
        ({"tag": "POOL"}, {"Ada", "Cy"}),
        ({"kind": "commercial"}, {"Ada"}),
        ({"blocked": True}, {"Cy"}),
        ({"blocked": False, "tag": "pool"}, {"Ada"}),
        ({"archived": True}, {"Di"}),
        ({"preference": "contact.voice"}, {"Bo"}),
        ({"preference": "email.invoices", "preferred": False}, {"Bo"}),
        ({"search": "b"}, {"Ada", "Bo", "Cy"}),
        ({"search": "bo@EXAMPLE"}, {"Bo"}),
        ({"search": "(303) 555-0199"}, {"Bo"}),
        ({"search": "50%"}, set()),
    ],
)
async def test_what_the_list_shows_the_preview_counts_and_the_edit_reaches(
    api: Api, other: Api, matching: Any, names: set[str]
) -> None:
    bo = a_contact(
        flags={"voice": True},
        emails=[{"address": "bo@example.com", "flags": {"invoices": False}}],
        phones=[{"number": "303-555-0199"}],
    )
    await people(api, "Ada", kind="commercial", tags=["Pool"])
    await api.create_customer(name="Bo", contacts=[bo])
    for name, what in (("Cy", "block"), ("Di", "archive")):
        [customer] = await people(api, name, tags=["pool"])
        await api.dispatcher.change("POST", f"/v1/customers/{customer['id']}/{what}", version=1)
    await people(other, "Ada", "Bo", tags=["pool"])
    listed = (await api.dispatcher.get("/v1/customers", **matching)).json()["items"]
    assert {customer["name"] for customer in listed} == names
    body = {"matching": matching, "set": {"contact.confirmations": False}}
    preview = (await api.dispatcher.post(f"{PATH}/preview", body)).json()
    assert (preview["customers"], preview["changed"]) == (len(names), len(names))
    if names:
        edit = await apply(api, body)
        assert (edit["total"], edit["changed"]) == (len(names), len(names))
        assert not any([(await read(api, each))["contacts"][0]["flags"]["confirmations"] for each in listed])


async def test_an_undo_gives_back_what_nobody_has_changed_since_and_no_more(api: Api) -> None:  # D4
    one, two = await people(api, "One", "Two")
    edit = await apply(api, {"ids": [one["id"], two["id"]], "set": NO_TEXTS})
    contact = one["contacts"][0]["id"]
    where = f"/v1/customers/{one['id']}/contacts/{contact}"
    for value, version in ((True, 2), (False, 3)):  # somebody looked at it, and means it
        await api.dispatcher.change("PATCH", where, {"flags": {"text": value}}, version=version)
    back = await undone(api, edit)
    assert (back["state"], back["restored"], back["done"]) == ("undone", 5, 2)
    assert flags(await read(api, one)) == (False, True)
    assert flags(await read(api, two)) == (True, True)
    refused = await api.dispatcher.post(f"{PATH}/{edit['id']}/undo")
    assert (refused.status_code, refused.json()["detail"]) == (409, "It is undone.")


@pytest.mark.proves("S1.13", "S1.14")
async def test_an_overwrite_switches_off_what_is_not_ticked_warns_and_has_no_undo(api: Api) -> None:
    # D4
    [one] = await people(api, "One")
    where = f"/v1/customers/{one['id']}/contacts/{one['contacts'][0]['id']}"
    await api.dispatcher.change("PATCH", where, {"flags": {"exclude_from_broadcasts": True}}, version=1)
    body = {"ids": [one["id"]], "set": {"contact.text": True}, "mode": "overwrite"}
    preview = (await api.admin.post(f"{PATH}/preview", body)).json()
    assert "can't be undone" in preview["warning"]
    assert (await api.dispatcher.post(PATH, body)).status_code == 403
    edit = await apply(api, body, by=api.admin)
    now = (await read(api, one))["contacts"][0]
    assert now["flags"] == dict.fromkeys(now["flags"], False) | {"text": True, "exclude_from_broadcasts": True}
    assert not any(value for email in now["emails"] for value in email["flags"].values())
    assert edit["undo_until"] is None
    refused = await api.admin.post(f"{PATH}/{edit['id']}/undo")
    assert (refused.status_code, refused.json()["detail"]) == (409, "An overwrite has no undo.")


async def test_an_undo_ends_after_thirty_days(api: Api) -> None:
    [one] = await people(api, "One")
    edit = await apply(api, {"ids": [one["id"]], "set": NO_TEXTS})
    async with api.platform.database.worker() as tx:
        await tx.execute("update batch_edit set created_at = now() - interval '31 days'")
    assert (await api.dispatcher.post(f"{PATH}/{edit['id']}/undo")).status_code == 409


@pytest.mark.parametrize(
    ("state", "days", "kept"), [("done", 29, 1), ("done", 31, 0), ("failed", 31, 0), ("undoing", 31, 1)]
)
async def test_whom_an_edit_chose_is_forgotten_when_it_can_not_be_undone_any_more(
    api: Api, state: str, days: int, kept: int
) -> None:
    [one] = await people(api, "One")
    await apply(api, {"ids": [one["id"]], "set": NO_TEXTS})
    async with api.platform.database.worker() as tx:
        ago = timedelta(days=days)
        await tx.execute("update batch_edit set state = $1, created_at = now() - $2::interval", state, ago)
    await batches.forget_old(api.platform.database)
    async with api.platform.database.worker() as tx:
        assert await tx.fetchval("select count(*) from batch_edit_customer") == kept


async def test_no_edit_touches_consent_or_opt_outs(api: Api) -> None:  # D4
    [one] = await people(api, "One")
    phone = one["contacts"][0]["phones"][0]
    assert (await api.admin.change("PUT", path(one, phone), GRANTED, version=1)).status_code == 200
    body = {"ids": [one["id"]], "set": {}, "mode": "overwrite"}
    await apply(api, body, by=api.admin)
    assert (await read(api, one))["contacts"][0]["phones"][0]["sms_consent"] == Consent.GRANTED
    assert (await api.admin.post(PATH, {"ids": [one["id"]], "set": {"phone.sms_consent": True}})).status_code == 422


async def test_each_flag_says_in_the_log_that_a_batch_edit_set_it(api: Api) -> None:  # S4.12
    [one] = await people(api, "One")
    edit = await apply(api, {"ids": [one["id"]], "set": {"contact.text": False}})
    await undone(api, edit)
    log = (await api.dispatcher.get(f"/v1/customers/{one['id']}/changes", field="contacts.flags")).json()["items"]
    assert [(row["how"], row["actor"], row["old"], row["new"]) for row in log] == [
        ("undo of a batch edit", "test-dispatcher", False, True),
        ("batch edit", "test-dispatcher", True, False),
    ]
    assert [row["version"] for row in log] == [3, 2]


async def test_an_undo_is_whose_it_is_and_not_who_made_the_edit(api: Api) -> None:  # S4.10, S4.12
    [one] = await people(api, "One")
    edit = await apply(api, {"ids": [one["id"]], "set": {"contact.text": False}})
    await undone(api, edit, by=api.admin)
    path = f"/v1/customers/{one['id']}"
    log = (await api.dispatcher.get(f"{path}/changes", field="contacts.flags")).json()["items"]
    assert [(row["how"], row["actor"], row["actor_name"]) for row in log] == [
        ("undo of a batch edit", "test-admin", "Test admin"),
        ("batch edit", "test-dispatcher", "Test dispatcher"),
    ]
    origins = (await api.dispatcher.get(f"{path}/preferences")).json()
    [text] = [each["set"] for each in origins if each["field"] == "contacts.flags.text"]
    assert (text["actor"], text["how"]) == ("test-admin", "undo of a batch edit")
    listed = (await api.dispatcher.get(f"{PATH}/{edit['id']}")).json()
    assert (listed["actor"], listed["actor_name"]) == ("test-dispatcher", "Test dispatcher")


async def crash(api: Api) -> None:
    async with api.platform.database.worker() as tx:
        assert await batches.work(tx)
        raise ZeroDivisionError


async def test_a_crash_in_the_middle_loses_and_repeats_nothing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "SLICE", 3)
    customers = await people(api, *(f"P{n}" for n in range(8)))
    await api.dispatcher.post(PATH, {"matching": {}, "set": {"contact.text": False}})
    with pytest.raises(ZeroDivisionError):
        await crash(api)  # the slice is rolled back whole
    async with api.platform.database.worker() as tx:
        assert await batches.work(tx)
    [edit] = (await api.dispatcher.get(PATH)).json()["items"]
    assert (edit["state"], edit["done"], edit["total"]) == ("running", 3, 8)
    assert await worked_off(api) == 2
    assert [(await read(api, customer))["version"] for customer in customers] == [2] * 8


async def test_the_service_works_edits_off_by_itself(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "IDLE_SECONDS", 0.01)
    [one] = await people(api, "One")
    working = asyncio.create_task(background.work_off(api.platform.database))
    await api.dispatcher.post(PATH, {"matching": {}, "set": NO_TEXTS})
    async with asyncio.timeout(10):
        while flags(await read(api, one)) != (False, False):
            await asyncio.sleep(0.01)
    working.cancel()


async def test_while_the_broker_takes_nothing_an_edit_waits_and_the_outbox_stays_short(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(batches, "SLICE", 2)
    await people(api, *(f"P{n}" for n in range(9)))
    waiting = len(await api.platform.published("customers.v1")) + len(await api.platform.published("companies.v1"))
    monkeypatch.setattr(outbox, "FULL", waiting + 3)
    edit = (await api.dispatcher.post(PATH, {"matching": {}, "set": NO_TEXTS})).json()
    working = asyncio.create_task(background.work_off(api.platform.database))

    async def done() -> int:
        return int((await api.dispatcher.get(f"{PATH}/{edit['id']}")).json()["done"])

    async with asyncio.timeout(10):
        while await done() < 4:
            await asyncio.sleep(0.01)
    async with api.platform.database.worker() as tx:
        assert await outbox.is_full(tx)
        await tx.execute("delete from outbox")  # the broker is back
    async with asyncio.timeout(10):
        while await done() < 8:
            await asyncio.sleep(0.01)
    assert len(await api.platform.published("customers.v1")) <= waiting + 3 + 2
    working.cancel()


async def test_a_customer_deleted_meanwhile_is_passed_over(api: Api) -> None:
    one, two = await people(api, "One", "Two")
    await api.dispatcher.post(PATH, {"matching": {}, "set": {"contact.text": False}})
    await api.admin.change("DELETE", f"/v1/customers/{one['id']}", version=1)
    await worked_off(api)
    assert flags(await read(api, two))[0] is False


async def test_a_slice_that_always_fails_is_given_up_and_stops_no_other_company(
    api: Api, other: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    [broken], [fine] = await people(api, "One"), await people(other, "Two")
    for company in (api, other):
        await company.dispatcher.post(PATH, {"matching": {}, "set": NO_TEXTS})
    async with api.platform.database.worker() as tx:
        await tx.execute("update customer set kind = 'residential', zone = repeat('x', 5) where id = $1", broken["id"])
        await tx.execute("update customer set cards = '[1]' where id = $1", broken["id"])  # no reader takes it
    assert await worked_off(api) == 6
    [edit] = (await api.dispatcher.get(PATH)).json()["items"]
    assert (edit["state"], edit["changed"]) == ("failed", 0)
    assert flags(await read(other, fine)) == (False, False)


async def test_an_edit_that_was_given_up_half_way_and_then_its_undo_can_be_undone(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumble(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(batches, "SLICE", 1)
    one, two = await people(api, "One", "Two")
    started = await api.dispatcher.post(PATH, {"ids": [one["id"], two["id"]], "set": NO_TEXTS})
    async with api.platform.database.worker() as tx:
        assert await batches.work(tx)
    with monkeypatch.context() as broken:
        broken.setattr(batches, "_work", stumble)
        await worked_off(api)
        edit = (await api.dispatcher.get(started.headers["location"])).json()
        assert (edit["state"], edit["done"], edit["changed"]) == ("failed", 1, 1)
        assert (await undone(api, edit))["state"] == "failed"
    back = await undone(api, edit)
    assert (back["state"], back["restored"]) == ("undone", 3)
    assert [flags(await read(api, customer)) for customer in (one, two)] == [(True, True)] * 2


async def test_companies_take_turns(api: Api, other: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "SLICE", 1)
    for company in (api, other):
        await people(company, "One", "Two")
        await company.dispatcher.post(PATH, {"matching": {}, "set": {"contact.text": False}})
    for _ in range(2):
        async with api.platform.database.worker() as tx:
            await batches.work(tx)
    for company in (api, other):
        [edit] = (await company.dispatcher.get(PATH)).json()["items"]
        assert edit["done"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"set": NO_TEXTS},
        {"ids": [], "set": NO_TEXTS},
        {"ids": [str(uuid4())], "matching": {}, "set": NO_TEXTS},
        {"matching": {}, "set": {}},
        {"matching": {}, "set": {"contact.fax": True}},
        {"matching": {"tags": "pool"}, "set": NO_TEXTS},
    ],
)
async def test_an_edit_must_say_whom_and_what(api: Api, body: Any) -> None:
    assert (await api.dispatcher.post(PATH, body)).status_code == 422


@pytest.mark.survives(51)
async def test_nobody_chosen_is_a_conflict_and_another_companys_customers_are_nobody(api: Api, other: Api) -> None:
    [theirs] = await people(other, "Theirs")
    body = {"ids": [theirs["id"]], "set": NO_TEXTS}
    assert (await api.dispatcher.post(PATH, body)).status_code == 409  # fault 51
    assert (await api.dispatcher.post(f"{PATH}/preview", body)).json()["customers"] == 0
    edit = await apply(other, body)
    assert (await api.dispatcher.get(f"{PATH}/{edit['id']}")).status_code == 404
    assert (await api.dispatcher.post(f"{PATH}/{edit['id']}/undo")).status_code == 404


async def test_one_company_looks_for_the_customers_of_a_few_edits_at_a_time(
    api: Api, other: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview, goes_on = batches.preview, asyncio.Event()

    async def slowly(tx: Any, company_id: UUID, edit: Any) -> Any:
        if company_id == api.company_id:
            await goes_on.wait()
        return await preview(tx, company_id, edit)

    monkeypatch.setattr(batches, "preview", slowly)
    monkeypatch.setattr("customer_svc.http.batches.MOST_CHOOSING", 1)
    body = {"matching": {}, "set": NO_TEXTS}
    looks = [asyncio.create_task(api.dispatcher.post(f"{PATH}/preview", body)) for _ in range(5)]

    async def refused() -> bool:
        return sum(look.done() for look in looks) == 4

    await until(refused)
    assert (await api.admin.post(PATH, body)).json()["type"].endswith("many-choose")
    assert (await other.dispatcher.post(f"{PATH}/preview", body)).status_code == 200  # one's many are no other's fault
    goes_on.set()
    answers = await asyncio.gather(*looks)
    assert sorted(answer.status_code for answer in answers) == [200, 503, 503, 503, 503]
    assert (await api.dispatcher.post(f"{PATH}/preview", body)).status_code == 200


async def test_batch_edits_are_the_offices(api: Api) -> None:  # G20
    for person in (api.tech, api.customer, api.platform.service):
        assert (await person.post(PATH, {"matching": {}, "set": NO_TEXTS})).status_code == 403
        assert (await person.get(PATH)).status_code == 403


async def test_half_a_filter_is_refused_rather_than_taken_for_everybody(api: Api) -> None:
    await api.create_customer()
    half = {"matching": {"preferred": False}, "set": {"email.invoices": False}}
    assert (await api.dispatcher.post("/v1/batch-edits/preview", half)).status_code == 422
    assert (await api.dispatcher.post("/v1/batch-edits", half)).status_code == 422
    assert (await api.dispatcher.get("/v1/customers", preferred="false")).status_code == 422
