"""The log looked through, and written out as a table: by the API role, under row-level security (G1, S3.20)."""

import csv
import io
import tracemalloc
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts import events
from contracts.jobs import Role
from notifier_svc.domain.search import Search
from notifier_svc.http import sheet
from notifier_svc.http.deliveries import lines
from notifier_svc.store import deliveries, rules
from notifier_svc.store.deliveries import Filter
from notifier_svc.tests.factories import COMPANY, a_contact, a_customer, a_job, an_email, an_event, email_rules
from notifier_svc.tests.office import Office
from notifier_svc.tests.test_erasure import heard

MANY = 20_000


@pytest.fixture
async def office(office: Office) -> Office:
    """Emails to three people; those to Zoë have another subject."""
    async with office.desk.db.worker() as tx:
        await rules.add(tx, email_rules())
    desk = office.desk
    for number, (name, address) in enumerate(
        (("Maria Lee", "maria@example.com"), ("Tom Ray", "t_ray@example.com"), ("Zoë Åkerlund", "zoe@acme.example"))
    ):
        contact = a_contact(name=name, emails=(an_email(address),))
        person = a_customer(id=UUID(int=100 + number), name=name, contacts=(contact,))
        desk.templates.subject = "Your boiler is booked" if number == 2 else "About job {number}"
        await desk.happens(person, an_event(events.JobCreated, job=a_job(id=uuid4(), customer_id=person.id)))
        async with desk.sending():
            await desk.settled()
    return office


async def found(office: Office, search: str, **params: Any) -> list[str]:
    headers = office.issuer.headers(params.pop("role", Role.DISPATCHER), params.pop("company", COMPANY))
    answer = await office.client.get("/v1/deliveries", headers=headers, params={"search": search} | params)
    assert answer.status_code == 200, answer.text
    return [row["recipient_name"] for row in answer.json()["items"]]


@pytest.mark.proves("S3.20", "G1")
@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("maria", ["Maria Lee"]),
        ("lee mar", ["Maria Lee"]),
        ("ÅKER", ["Zoë Åkerlund"]),
        ("acme", ["Zoë Åkerlund"]),
        ("t_ray@", ["Tom Ray"]),
        ("r%y", []),
        ("txray", []),
        ("boiler booked", ["Zoë Åkerlund"]),
        ("about", ["Tom Ray", "Maria Lee"]),
        ("example", ["Zoë Åkerlund", "Tom Ray", "Maria Lee"]),
        ("nobody at all", []),
        ("' & !*:(", []),
    ],
)
async def test_a_message_is_found_by_reader_address_and_subject(office: Office, search: str, names: list[str]) -> None:
    assert await found(office, search) == names


async def test_nothing_but_blanks_is_no_search(office: Office) -> None:
    await office.desk.fetch(
        "update delivery set destination_id = null where id = (select id from delivery order by planned_at limit 1)"
    )
    assert len(await found(office, "  ")) == 3


async def test_a_search_narrows_with_the_other_filters_and_goes_on_page_by_page(office: Office) -> None:
    assert await found(office, "example", state="failed") == []
    assert await found(office, "example", customer_id=str(UUID(int=101))) == ["Tom Ray"]
    headers, seen, cursor = office.issuer.headers(Role.DISPATCHER, COMPANY), [], None
    while True:
        params: dict[str, Any] = {"search": "example", "limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await office.client.get("/v1/deliveries", headers=headers, params=params)).json()
        seen += [row["recipient_name"] for row in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == await found(office, "example")


@pytest.mark.survives(51)
async def test_a_search_finds_nothing_of_another_company_nor_outside_of_one(office: Office) -> None:
    assert await found(office, "maria", company=uuid4()) == []
    asked = (
        "select * from find_deliveries(null, '%%', null, null, null, null, null, null, null, null, null, null, null, 9)"
    )
    async with office.desk.db.company(uuid4()) as tx:
        assert await tx.fetch(asked) == []
        await tx.execute("select set_config('app.company_id', '', true)")
        assert await tx.fetch(asked) == []


@pytest.mark.survives(62)
async def test_who_was_erased_is_found_no_more(office: Office) -> None:
    await heard(office.desk.db, office.desk.keys, a_customer(id=UUID(int=102)))
    assert await found(office, "boiler") == await found(office, "acme") == await found(office, "Åkerlund") == []


@pytest.mark.parametrize("search", ["x", "x" * 101, "a\0b"])
async def test_a_search_that_makes_no_sense_is_a_422(office: Office, search: str) -> None:
    headers = office.issuer.headers(Role.DISPATCHER, COMPANY)
    answer = await office.client.get("/v1/deliveries", headers=headers, params={"search": search})
    assert answer.status_code == 422


async def test_a_search_in_a_long_log_reads_hardly_more_rows_than_it_shows(office: Office, postgres: str) -> None:
    """The plan, by the rows that were read: a name, address or subject that few have, behind many others."""
    async with office.desk.db.worker() as tx:
        await tx.execute(
            """
            with more as (
                insert into delivery (occurred_month, id, company_id, occurrence_id, occurred_at, trigger, category,
                                      channel, lane, customer_id, destination_id, state, planned_at)
                select date_trunc('month', now())::date, gen_random_uuid(), $1, gen_random_uuid(), now(), 'job_created',
                       'confirmation', 'email', 'normal', gen_random_uuid(), gen_random_uuid(), 'sent',
                       now() + interval '1 minute'
                from generate_series(1, $2::int)
                returning *
            ), places as (
                insert into destination (company_id, id, customer_id, channel, address)
                select company_id, destination_id, customer_id, 'email',
                       'person' || row_number() over () || '@mail.example'
                from more
            )
            insert into rendering (occurred_month, delivery_id, n, company_id, subject, body)
            select occurred_month, id, 1, company_id, 'Your visit is booked', '' from more
            """,
            COMPANY,
            MANY,
        )
    await analyzed(office, postgres)
    for search in ("boiler", "acme", "zoë"):
        assert await rows_read(office, search) <= 7_000, search  # two thousand lines of the list, then by index


async def analyzed(office: Office, admin_url: str) -> None:
    """The planner knows what there is, as it does after a while."""
    async with office.desk.db.worker() as tx:
        name = await tx.fetchval("select current_database()")
    connection = await asyncpg.connect(urlsplit(admin_url)._replace(path=f"/{name}").geturl())
    await connection.execute("vacuum analyze")
    await connection.close()


async def rows_read(office: Office, search: str) -> int:
    """Of messages, addresses, words and profiles: what looks at all of any kind reads twenty thousand."""
    count = (
        "select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_xact_user_tables"
        " where relname ~ '^(delivery|rendering)_2|^(destination|snapshot)$'"
    )
    async with office.desk.db.company(COMPANY) as tx:
        before = await tx.fetchval(count) or 0
        page = await deliveries.page(tx, Filter(search=Search(search)), None, 50)
        assert len(page) == 1
        return int(await tx.fetchval(count) - before)


async def exported(office: Office, **params: Any) -> list[dict[str, str]]:
    headers = office.issuer.headers(Role.DISPATCHER, COMPANY)
    answer = await office.client.get("/v1/delivery-exports", headers=headers, params=params)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.proves("S3.20", "G1")
async def test_the_log_is_written_out_with_the_same_filters(office: Office) -> None:
    rows = await exported(office)
    assert [row["recipient"] for row in rows] == ["Zoë Åkerlund", "Tom Ray", "Maria Lee"]
    assert (rows[0]["address"], rows[0]["state"], rows[0]["rule"]) == ("zoe@acme.example", "sent", "Job booked")
    assert [row["recipient"] for row in await exported(office, search="ray")] == ["Tom Ray"]
    assert await exported(office, state="failed") == []


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ('=HYPERLINK("https://evil.example")', '\'=HYPERLINK("https://evil.example")'),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("+13035550142", "+13035550142"),
        ("Maria = Lee", "Maria = Lee"),
        ("", ""),
    ],
)
def test_nothing_in_it_is_computed(cell: str, written: str) -> None:
    assert sheet.safe(cell) == written


async def test_a_long_log_is_written_out_a_page_at_a_time(office: Office) -> None:
    async with office.desk.db.worker() as tx:
        await tx.execute(
            "insert into delivery (occurred_month, id, company_id, occurrence_id, occurred_at, trigger, category,"
            " channel, lane, customer_id, state) select date_trunc('month', now())::date, gen_random_uuid(), $1,"
            " gen_random_uuid(), now(), 'job_created', 'confirmation', 'email', 'normal', gen_random_uuid(), 'sent'"
            " from generate_series(1, 5000)",
            COMPANY,
        )
    count = largest = 0
    tracemalloc.start()
    async for part in lines(office.desk.db, COMPANY, Filter()):
        count, largest = count + part.count("\r\n"), max(largest, len(part))
        assert tracemalloc.get_traced_memory()[0] < 20_000_000
    tracemalloc.stop()
    assert (count, largest < 200_000) == (5_004, True)


async def test_only_the_office_writes_it_out(office: Office) -> None:  # G20
    for role in (Role.TECH, Role.CUSTOMER, Role.SERVICE):
        headers = office.issuer.headers(role, COMPANY)
        assert (await office.client.get("/v1/delivery-exports", headers=headers)).status_code == 403
