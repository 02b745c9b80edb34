"""Customers as CSV: looked at before, read in by their external ids, and written out so that they can be read again."""

import csv
import io
from typing import Any

import pytest

from customer_svc.domain.imports import COLUMNS
from customer_svc.http.imports import lines
from customer_svc.store import imports
from customer_svc.tests.api import Api

PATH = "/v1/customer-imports"
HEADER = "external_id,name,kind,tags,contact,email,phone,line,city,state,postal_code,notes\n"
MARIA = (
    "q-1,Maria Lee,residential,vip; pool,Maria Lee,maria@example.com,(303) 555-0142,12 Elm St,Denver,CO,80220,"
    '"Dog, ""Rex"""\n'
)
OAK = "q-2,Oakland LLC,commercial,,,office@oakland.example,,,,,,\n"


async def worked_off(api: Api) -> None:
    while True:
        async with api.platform.database.worker() as tx:
            if not await imports.work(tx):
                return


async def preview(api: Api, text: str) -> Any:
    response = await api.dispatcher.post(f"{PATH}/preview", text.encode(), content_type="text/csv")
    assert response.status_code == 200, response.text
    return response.json()


async def imported(api: Api, text: str) -> Any:
    started = await api.dispatcher.post(PATH, text.encode(), content_type="text/csv")
    assert started.status_code == 202, started.text
    await worked_off(api)
    return (await api.dispatcher.get(started.headers["location"])).json()


async def named(api: Api, name: str) -> Any:
    [found] = (await api.dispatcher.get("/v1/customers", search=name)).json()["items"]
    return (await api.dispatcher.get(f"/v1/customers/{found['id']}")).json()


async def test_a_table_is_read_in_and_published(api: Api) -> None:
    seen = await preview(api, HEADER + MARIA + OAK)
    assert (seen["rows"], seen["new"], seen["problems"]) == (2, 2, [])
    assert (await api.dispatcher.get("/v1/customers")).json()["items"] == []
    done = await imported(api, HEADER + MARIA + OAK)
    assert (done["state"], done["total"], done["done"], done["added"], done["changed"]) == ("done", 2, 2, 2, 0)
    maria = await named(api, "Maria")
    [contact], [place] = maria["contacts"], maria["service_addresses"]
    assert (maria["external_id"], maria["tags"], maria["notes"]) == ("q-1", ["vip", "pool"], 'Dog, "Rex"')
    assert (contact["emails"][0]["address"], contact["phones"][0]["number"]) == ("maria@example.com", "+13035550142")
    assert (place["line"], place["postal_code"]) == ("12 Elm St", "80220")
    assert contact["phones"][0]["sms_consent"] == "none"
    assert len(await api.platform.published("customers.v1")) == 2
    log = (await api.dispatcher.get(f"/v1/customers/{maria['id']}/changes")).json()["items"]
    assert [row["how"] for row in log] == ["import"]


async def test_a_second_time_changes_nothing_and_a_new_line_adds_to_what_is_there(api: Api) -> None:
    await imported(api, HEADER + MARIA + OAK)
    maria = await named(api, "Maria")
    again = await imported(api, HEADER + MARIA + OAK)
    assert (again["added"], again["changed"]) == (0, 0)
    assert await named(api, "Maria") == maria
    moved = MARIA.replace("Maria Lee,residential,vip; pool", "Maria Long,residential,vip").replace(
        "12 Elm St", "9 Pine St"
    )
    seen = await preview(api, HEADER + moved)
    assert (seen["new"], seen["changed"], seen["unchanged"]) == (0, 1, 0)
    assert (await imported(api, HEADER + moved))["changed"] == 1
    now = await named(api, "Maria")
    assert (now["name"], now["tags"], now["contacts"]) == ("Maria Long", ["vip"], maria["contacts"])
    assert [place["line"] for place in now["service_addresses"]] == ["12 Elm St", "9 Pine St"]


async def test_a_dry_run_tells_what_each_line_would_change_and_masks_addresses(api: Api) -> None:
    await api.admin.change("PATCH", "/v1/company", {"regions": [{"name": "North"}]}, version=1)
    await imported(api, HEADER + MARIA + OAK)
    maria = await named(api, "Maria")
    header = "external_id,name,region,tags,contact,email,phone,line,notes\n"
    table = (
        header + "q-1,Maria Lee,north,pool,Maria Lee-Ortiz,new@example.com,303-555-0177,12 Elm St,\n"
        "q-2,Oakland LLC,,,,office@oakland.example,303-555-0178,9 Pine St,\nq-1a,Bo,,,,,,,\n"
        "q-2a,,,,,,,,\n"
    )
    seen = await preview(api, table)
    assert (seen["rows"], seen["new"], seen["changed"], seen["unchanged"]) == (3, 1, 2, 0)
    one, two, three = seen["lines"]
    assert {each["column"]: (each["old"], each["new"]) for each in one.pop("changes")} == {
        "region": (None, "North"),
        "tags": ("vip; pool", "pool"),
        "contact": ("Maria Lee", "Maria Lee-Ortiz"),
        "email": ("m***@example.com", "n***@example.com"),
        "phone": ("+1********42", "+1********77"),
    }
    assert one == {
        "line": 2,
        "outcome": "changed",
        "customer_id": maria["id"],
        "kept": ["notes"],
        "ends_sign_in": False,
    }
    assert {each["column"]: (each["old"], each["new"]) for each in two["changes"]} == {
        "phone": (None, "+1********78"),
        "line": (None, "9 Pine St"),
    }
    nothing = {"changes": [], "kept": [], "ends_sign_in": False}
    assert three == {"line": 4, "outcome": "new", "customer_id": None} | nothing
    assert await named(api, "Maria") == maria


async def test_a_dry_run_tells_of_every_column_that_a_line_changes(api: Api) -> None:
    await api.admin.change("PATCH", "/v1/company", {"regions": [{"name": "North"}]}, version=1)
    maria = await api.create_customer()
    other = {
        "id": maria["id"],
        "external_id": "q-1",
        "name": "Maria Long",
        "kind": "commercial",
        "region": "North",
        "tags": "pool",
        "zone": "America/Phoenix",
        "locale": "es-US",
        "notes": "Ring twice.",
        "contact": "Maria Long",
        "email": "new@example.com",
        "phone": "303-555-0177",
        "line": "9 Pine St",
        "city": "Boulder",
        "state": "CO",
        "postal_code": "80301",
    }
    table = ",".join(COLUMNS) + "\n" + ",".join(other[column] for column in COLUMNS) + "\n"
    [told] = (await preview(api, table))["lines"]
    shown = {each["column"]: each["new"] for each in told["changes"]}
    masked = {"email": "n***@example.com", "phone": "+1********77"}
    assert {"id": maria["id"]} | shown == other | masked


async def test_a_dry_run_tells_of_some_lines_at_a_time(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "SLICE", 2)
    table = "external_id,name\n" + "".join(f"q-{n},Person {n}\n" for n in range(5))
    told, line = [], 1
    while line:
        path = f"{PATH}/preview?limit=2&from_line={line}"
        seen = (await api.dispatcher.post(path, table.encode(), content_type="text/csv")).json()
        assert seen["new"] == 5
        told.append([each["line"] for each in seen["lines"]])
        line = seen["next_line"]
    assert told == [[2, 3], [4, 5], [6]]


async def test_another_email_takes_the_place_of_the_only_one_with_its_preferences_and_another_phone_without_consent(
    api: Api,
) -> None:
    await api.admin.change("PATCH", "/v1/company", {"email_defaults": {"payment_receipts": False}}, version=1)
    await imported(api, HEADER + MARIA)
    maria = await named(api, "Maria")
    [contact], path = maria["contacts"], f"/v1/customers/{maria['id']}"
    email, phone = contact["emails"][0], contact["phones"][0]
    where = f"{path}/contacts/{contact['id']}/emails/{email['id']}"
    chosen = {"confirmations": False, "status_updates": False, "payment_receipts": True, "invoices": False}
    owner = api.platform.customer(api.company_id, maria["id"])
    assert (await owner.change("PATCH", where, {"flags": chosen}, version=1)).is_success
    said = {"sms": "granted", "source": "paper"}
    assert (await api.admin.change("PUT", f"{path}/phones/{phone['id']}/consent", said, version=2)).is_success
    moved = MARIA.replace("maria@", "maria.lee@").replace("0142", "0177")
    await imported(api, HEADER + moved)
    now = (await named(api, "Maria"))["contacts"][0]
    [new_email], [new_phone] = now["emails"], now["phones"]
    assert (new_email["address"], new_email["flags"]) == ("maria.lee@example.com", chosen)
    origins = (await api.dispatcher.get(f"{path}/preferences")).json()
    assert {each["set"]["how"] for each in origins if each["part_id"] == new_email["id"]} == {"portal"}
    assert (new_phone["number"], new_phone["sms_consent"]) == ("+13035550177", "none")
    assert new_phone["id"] != phone["id"]
    assert now["flags"] == contact["flags"]


async def test_another_email_comes_beside_several_and_an_empty_cell_keeps_what_is_there(api: Api) -> None:
    await imported(api, HEADER + MARIA)
    maria = await named(api, "Maria")
    where = f"/v1/customers/{maria['id']}/contacts/{maria['contacts'][0]['id']}/emails"
    await api.dispatcher.change("POST", where, {"address": "second@example.com"}, version=1)
    await imported(api, HEADER + MARIA.replace("maria@", "third@").replace("(303) 555-0142", ""))
    now = (await named(api, "Maria"))["contacts"][0]
    assert [each["address"][:5] for each in now["emails"]] == ["maria", "secon", "third"]
    before = await named(api, "Maria")
    assert (await imported(api, HEADER + "q-1,Maria Lee,,,,,,,,,,\n"))["changed"] == 0
    assert await named(api, "Maria") == before


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        ("q-3,,,,,,,,,,,\n", "name", "must not be empty"),
        (",No Id,,,,,,,,,,\n", "external_id", "must not be empty"),
        ("q-3,Bo,robot,,,,,,,,,\n", "kind", "Input should be 'residential' or 'commercial'"),
        ("q-3,Bo,,,,no address,,,,,,\n", "email", "is no email address"),
        ("q-3,Bo,,,,,12,,,,,\n", "phone", "phone number"),
        ("q-1,Bo,,,,,,,,,,\n", "external_id", "is that of line 2, too"),
        ("q-3,Bo,,,,,,,Denver,,,\n", "line", "must not be empty"),
        ("q-3,Bo,,,,,,,,,,,,,\n", None, "has more values than there are columns"),
    ],
)
async def test_a_line_that_can_not_be_read_is_named_and_left_out(
    api: Api, line: str, column: str | None, problem: str
) -> None:
    seen = await preview(api, HEADER + MARIA + line + OAK)
    [told] = seen["problems"]
    assert (seen["rows"], told["line"], told["column"]) == (2, 3, column)
    assert problem in told["problem"]
    done = await imported(api, HEADER + MARIA + line + OAK)
    assert (done["added"], done["problems"]) == (2, [told])


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"external_id,name,fax\nq-1,Bo,1\n", "unknown: fax"),
        (b"name\nBo\n", "missing: id or external_id"),
        (b"", "missing: name, id or external_id"),
        (b"external_id,name\n\xff\xfe\n", "not in UTF-8"),
        (b'external_id,name\nq-1,"Bo\n', "is no CSV"),
        (b"external_id,name\n", "No line can be read"),
        (b"external_id,name\n" + b"".join(b"q-%d,Bo\n" % n for n in range(10_001)), "10,000 lines at most"),
    ],
)
async def test_what_is_no_such_table_is_refused(api: Api, content: bytes, detail: str) -> None:
    refused = await api.dispatcher.post(PATH, content, content_type="text/csv")
    assert refused.status_code == 422
    assert detail in refused.json()["detail"]


async def test_a_spreadsheets_byte_order_mark_is_no_part_of_the_first_name(api: Api) -> None:
    assert (await preview(api, "\ufeff" + HEADER + OAK))["rows"] == 1


async def test_a_region_is_named_and_one_that_goes_meanwhile_leaves_its_line_out(api: Api) -> None:
    await api.admin.change("PATCH", "/v1/company", {"regions": [{"name": "North"}]}, version=1)
    table = "external_id,name,region\nq-1,Bo,north\nq-2,Cy,South\n"
    seen = await preview(api, table)
    assert [(each["line"], each["column"]) for each in seen["problems"]] == [(3, "region")]
    started = await api.dispatcher.post(PATH, table.encode(), content_type="text/csv")
    await api.admin.change("PATCH", "/v1/company", {"regions": []}, version=2)
    await worked_off(api)
    done = (await api.dispatcher.get(started.headers["location"])).json()
    assert (done["state"], done["added"], [each["line"] for each in done["problems"]]) == ("done", 0, [3, 2])


async def test_a_name_that_two_regions_have_is_refused_by_line(api: Api) -> None:
    regions = [{"name": "North"}, {"name": "north"}, {"name": "South"}]
    await api.admin.change("PATCH", "/v1/company", {"regions": regions}, version=1)
    done = await imported(api, "external_id,name,region\nq-1,Bo,North\nq-2,Cy,South\n")
    assert (done["added"], len(done["problems"])) == (1, 1)
    assert done["problems"][0] == {
        "line": 2,
        "column": "region",
        "problem": "the company has several regions of this name",
    }


async def test_blanks_around_an_external_id_make_no_other_customer(api: Api) -> None:
    maria = await api.create_customer(external_id=" q-1 ")
    assert maria["external_id"] == "q-1"
    table = "external_id,name\n  q-1\t,Maria Lee\n' q-2 ,Bo\n'\tq-3,Cy\n"
    seen = await preview(api, table + "q-3,Di\n")
    assert [each["outcome"] for each in seen["lines"]] == ["unchanged", "new", "new"]
    assert [(each["line"], each["column"]) for each in seen["problems"]] == [(5, "external_id")]
    assert (await imported(api, table))["added"] == 2
    again = await imported(api, table)
    assert (again["added"], again["changed"]) == (0, 0)
    blank = await api.dispatcher.post("/v1/customers", {"name": "Bo", "external_id": "  "})
    assert blank.status_code == 422


async def test_many_lines_are_read_in_slices_and_a_crash_repeats_none(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "SLICE", 3)
    table = "external_id,name\n" + "".join(f"q-{n},Person {n}\n" for n in range(8))
    started = await api.dispatcher.post(PATH, table.encode(), content_type="text/csv")
    async with api.platform.database.worker() as tx:
        assert await imports.work(tx)
    half = (await api.dispatcher.get(started.headers["location"])).json()
    assert (half["state"], half["done"], half["added"]) == ("running", 3, 3)
    await worked_off(api)
    assert len((await api.dispatcher.get("/v1/customers")).json()["items"]) == 8


async def test_a_slice_that_always_fails_is_given_up(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: Any) -> Any:
        raise ZeroDivisionError

    maria = await api.create_customer()
    table = f"id,external_id,name\n{maria['id']},,Bo\n".encode()
    started = await api.dispatcher.post(PATH, table, content_type="text/csv")
    monkeypatch.setattr("customer_svc.store.imports.outcome", stumble)
    await worked_off(api)
    done = (await api.dispatcher.get(started.headers["location"])).json()
    assert (done["state"], done["changed"]) == ("failed", 0)
    async with api.platform.database.worker() as tx:  # S4.17: nobody would ever drop the lines
        rows = await tx.fetch("select data, customer_id from customer_import_row")
    assert [tuple(row) for row in rows] == [({}, None)]


async def test_what_is_written_out_can_be_read_in_and_is_no_formula(api: Api, other: Api) -> None:
    await imported(api, HEADER + MARIA + 'q-2,"=HYPERLINK(""x"")",,,,,,,,,,\n')
    await other.create_customer(name="Theirs")
    exported = await api.dispatcher.get("/v1/customer-exports")
    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(exported.text)))
    assert sorted(row["name"] for row in rows) == ['\'=HYPERLINK("x")', "Maria Lee"]
    [maria] = [row for row in rows if row["name"] == "Maria Lee"]
    assert (maria["phone"], maria["tags"], maria["notes"]) == ("+13035550142", "vip; pool", 'Dog, "Rex"')
    again = await imported(api, exported.text)
    assert (again["added"], again["changed"], again["problems"]) == (0, 0, [])
    assert (await named(api, "HYPERLINK"))["name"] == '=HYPERLINK("x")'


async def test_slow_readers_of_a_table_keep_nobody_waiting(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "PAGE", 1)
    names = {(await api.create_customer(name=name))["name"] for name in ("Bo", "Cy", "Di")}
    readers = [lines(api.platform.database, api.company_id) for _ in range(5)]  # more than there are connections
    begun = [[await anext(reader), await anext(reader)] for reader in readers]
    assert (await api.dispatcher.get("/v1/customers")).status_code == 200
    for first, reader in zip(begun, readers, strict=True):
        table = "".join([*first, *[page async for page in reader]])
        assert {row["name"] for row in csv.DictReader(io.StringIO(table))} == names


async def test_a_table_written_out_is_worked_on_and_read_in_again(api: Api) -> None:
    maria = await api.create_customer(name="Maria Lee", external_id="q-1", tags=["vip"])
    oak = await api.create_customer(name="Oakland LLC", notes="Two gates.\nRing twice.")
    exported = (await api.dispatcher.get("/v1/customer-exports")).text
    assert (await preview(api, exported))["unchanged"] == 2
    untouched = await imported(api, exported)
    assert (untouched["added"], untouched["changed"], untouched["problems"]) == (0, 0, [])
    edited = await imported(api, exported.replace("vip", "pool").replace(f"{oak['id']},,", f"{oak['id']},q-2,"))
    assert (edited["added"], edited["changed"], edited["problems"]) == (0, 2, [])
    for before, change in ((maria, {"tags": ["pool"]}), (oak, {"external_id": "q-2"})):
        now = (await api.dispatcher.get(f"/v1/customers/{before['id']}")).json()
        assert now == before | change | {"version": 2}


@pytest.mark.survives(51)
async def test_a_line_whose_ids_are_of_nobody_or_of_two_is_named_and_left_out(api: Api, other: Api) -> None:
    theirs = await other.create_customer(name="Theirs")
    maria = await api.create_customer(external_id="q-1")
    oak = await api.create_customer(name="Oakland LLC", contacts=[], external_id="q-2")
    lines = (
        ("7", "", "id", "is no id of ours"),
        (theirs["id"], "", "id", "there is no such customer"),  # fault 51
        (maria["id"], "q-2", "external_id", "is that of another customer than the id"),
        (oak["id"], "q-3", "external_id", "the customer with this id has another one"),
        (oak["id"], "", "id", "is that of line 5, too"),
        ("", "", "external_id", "must not be empty"),
    )
    table = "id,external_id,name\n" + "".join(f"{id},{external_id},Bo\n" for id, external_id, _, _ in lines)
    seen = await preview(api, table)
    told = sorted((each["line"], each["column"], each["problem"]) for each in seen["problems"])
    assert told == [(line, column, problem) for line, (_, _, column, problem) in enumerate(lines, 2)]
    assert (seen["rows"], seen["lines"]) == (0, [])
    done = await imported(api, table)
    assert (done["added"], done["changed"], len(done["problems"])) == (0, 0, len(lines))
    assert await named(api, "Maria") == maria


async def test_an_external_id_is_one_customers(api: Api) -> None:
    await api.create_customer(external_id="q-1")
    taken = await api.dispatcher.post("/v1/customers", {"name": "Bo", "external_id": "q-1"})
    assert (taken.status_code, taken.json()["detail"]) == (409, "There is a customer with this external id already.")


@pytest.mark.survives(51)
async def test_imports_are_the_offices_and_no_other_companys(api: Api, other: Api) -> None:  # G20
    done = await imported(api, HEADER + OAK)
    assert (await other.admin.get(f"{PATH}/{done['id']}")).status_code == 404
    for person in (api.tech, api.customer):
        assert (await person.post(PATH, b"x", content_type="text/csv")).status_code == 403
        assert (await person.get("/v1/customer-exports")).status_code == 403


async def test_the_language_is_read_in_however_it_is_spelled_and_written_out_in_one_way(api: Api) -> None:
    header = "external_id,name,locale\n"
    lines = "q-1,Maria Lee,es_US\nq-2,Ana,es-MX\nq-3,Ben,\nq-4,Cy,klingon\n"
    seen = await preview(api, header + lines)
    [problem] = seen["problems"]
    assert (problem["line"], problem["column"]) == (5, "locale")
    assert "is no locale" in problem["problem"]
    assert (await imported(api, header + lines))["added"] == 3
    found = [(await named(api, name))["locale"] for name in ("Maria", "Ana", "Ben")]
    assert found == ["es-US", "es-MX", None]
    table = csv.DictReader(io.StringIO((await api.dispatcher.get("/v1/customer-exports")).text))
    assert {row["name"]: row["locale"] for row in table} == {"Maria Lee": "es-US", "Ana": "es-MX", "Ben": ""}
    again = await imported(api, header + "q-1,Maria Lee,es-US\nq-2,Ana,\n")
    assert (again["changed"], (await named(api, "Ana"))["locale"]) == (0, "es-MX")
