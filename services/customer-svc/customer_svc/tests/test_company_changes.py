"""The company's change log: every setting that was changed, by whom, by which operation, from what to what (G20)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from customer_svc.tests.api import Api
from customer_svc.tests.factories import company_body
from customer_svc.tests.test_companies_api import PNG

PATH = "/v1/company/changes"
PATCH = "PATCH /v1/company"


async def log(api: Api, **query: Any) -> list[Any]:
    response = await api.admin.get(PATH, **query)
    assert response.status_code == 200, response.text
    return list(response.json()["items"])


async def change(api: Api, version: int, **body: Any) -> Any:
    response = await api.admin.change("PATCH", "/v1/company", body, version=version)
    assert response.status_code == 200, response.text
    return response.json()


def short(rows: list[Any]) -> list[tuple[Any, ...]]:
    return [(row["version"], row["how"], row["field"], row["old"], row["new"]) for row in rows]


async def test_each_setting_is_noted_with_who_by_what_and_from_what_to_what(api: Api) -> None:
    started = datetime.now(UTC) - timedelta(minutes=1)
    settings: dict[str, Any] = {
        "brand": {"email": "office@example.com", "portal_url": "https://north.example"},
        "quiet_hours": {"starts": "20:00"},
        "caps": {"per_recipient_per_day": 5},
        "sandbox": {"on": True},
        "email_defaults": {"invoices": False},
        "specials": {"text": "Ten percent off"},
    }
    await change(api, 1, **settings)
    await change(api, 2, specials=None)
    last, *rows, created = await log(api)
    offer = {"text": "Ten percent off", "link": None, "starts_on": None, "ends_on": None}
    assert {row["field"]: (row["old"], row["new"]) for row in rows} == {
        "brand.email": (None, "office@example.com"),
        "brand.portal_url": (None, "https://north.example"),
        "quiet_hours.starts": ("21:00:00", "20:00:00"),
        "caps.per_recipient_per_day": (None, 5),
        "sandbox.on": (False, True),
        "email_defaults.invoices": (True, False),
        "specials": (None, offer),
    }
    assert {(row["version"], row["how"]) for row in rows} == {(2, PATCH)}
    assert len(rows) == 7
    assert short([last, created]) == [
        (3, PATCH, "specials", offer, None),
        (1, "POST /v1/companies", "company", None, {"name": "Northside Plumbing"}),
    ]
    by_whom = {(row["actor"], row["actor_name"], row["role"]) for row in [last, *rows]}
    assert by_whom == {("test-admin", "Test admin", "admin")}
    assert (created["actor"], created["role"]) == ("test-service", "service")
    assert all(datetime.fromisoformat(row["at"]) > started for row in [last, *rows, created])


async def test_a_region_is_whole_when_it_comes_or_goes_and_its_switch_is_a_field(api: Api) -> None:  # S3
    [north] = (await change(api, 1, regions=[{"name": "North"}]))["regions"]
    await change(api, 2, regions=[north | {"active": False, "reply_to": "north@example.com"}])
    off = north | {"active": False, "reply_to": "north@example.com"}
    await change(api, 3, regions=[])
    rows = await log(api, field="regions", part_id=north["id"])
    gone, *changed, came = short(rows)
    assert sorted(changed, key=lambda row: str(row[2])) == [
        (3, PATCH, "regions.active", True, False),
        (3, PATCH, "regions.reply_to", None, "north@example.com"),
    ]
    assert (came, gone) == ((2, PATCH, "regions", None, north), (4, PATCH, "regions", off, None))


async def test_of_the_allow_list_only_that_it_is_another_one(api: Api) -> None:
    await change(api, 1, sandbox={"allow_list": ["tester@example.com", "+13035550123"]})
    await change(api, 2, sandbox={"allow_list": []})
    rows = await log(api, field="sandbox")
    assert short(rows) == [(version, PATCH, "sandbox.allow_list", None, "changed") for version in (3, 2)]
    async with api.platform.database.worker() as tx:
        stored = await tx.fetchval("select string_agg(change::text, ' ') from company_change change")
    assert "sandbox.allow_list" in stored
    assert "tester" not in stored
    assert "3035550123" not in stored


async def test_the_logo_and_what_the_platform_replaces_are_there_too(api: Api) -> None:
    await api.admin.change("PUT", "/v1/company/logo", PNG, version=1)
    await api.admin.change("DELETE", "/v1/company/logo", version=2)
    path = f"/v1/companies/{api.company_id}"
    put = await api.platform.service.change("PUT", path, company_body(currency="EUR"), version=3)
    assert put.status_code == 200, put.text
    assert [(row["role"], row["how"], row["field"]) for row in (await log(api))[:-1]] == [
        ("service", "PUT /v1/companies/{company_id}", "currency"),
        ("admin", "DELETE /v1/company/logo", "brand.logo_url"),
        ("admin", "PUT /v1/company/logo", "brand.logo_url"),
    ]


async def test_what_was_refused_or_changed_nothing_is_not_there(api: Api) -> None:
    assert (await api.admin.change("PATCH", "/v1/company", {"name": "A"}, version=9)).status_code == 412
    assert (await api.dispatcher.change("PATCH", "/v1/company", {"name": "A"}, version=1)).status_code == 403
    await api.platform.create_company(**company_body(slug="second"))
    assert (await api.admin.change("PATCH", "/v1/company", {"slug": "second"}, version=1)).status_code == 409
    await change(api, 1, slug="northside")
    assert [row["field"] for row in await log(api)] == ["company"]


@pytest.mark.survives(51)
async def test_it_narrows_comes_in_pages_and_is_the_own_companys(api: Api, other: Api) -> None:
    await change(api, 1, name="North", caps={"per_recipient_per_day": 5}, sandbox={"on": True})
    everything = await log(api)
    assert len(everything) == 4
    assert [row["field"] for row in await log(api, field="caps")] == ["caps.per_recipient_per_day"]
    assert await log(api, actor="test-admin") == everything[:3]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert (await log(api, until=tomorrow), await log(api, since=tomorrow)) == (everything, [])
    first = (await api.admin.get(PATH, limit=3)).json()
    rest = (await api.admin.get(PATH, limit=3, cursor=first["next_cursor"])).json()
    assert (first["items"] + rest["items"], rest["next_cursor"]) == (everything, None)
    assert [row["new"] for row in await log(other)] == [{"name": "Brightway"}]


async def test_nobody_rewrites_it(api: Api) -> None:
    for sql in ("update company_change set actor = 'x'", "delete from company_change"):
        for opened in (api.platform.database.company(api.company_id), api.platform.database.worker()):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with opened as tx:
                    await tx.execute(sql)
        owner = await asyncpg.connect(api.platform.urls.owner_url)
        await owner.execute("alter table company_change no force row level security")
        with pytest.raises(asyncpg.RaiseError, match="only added to"):
            await owner.execute(sql)
        await owner.close()


async def test_regions_in_another_order_are_a_change_of_their_order_alone(api: Api) -> None:
    made = await change(api, 1, regions=[{"name": name} for name in ("North", "South", "East")])
    north, south, east = made["regions"]
    await change(api, 2, regions=[south, north, east])
    [turned, *_] = await log(api)
    ids = [[region["id"] for region in regions] for regions in ([north, south, east], [south, north, east])]
    assert (turned["version"], turned["field"], turned["old"], turned["new"]) == (3, "regions.order", *ids)
    await change(api, 3, regions=[north, east])
    assert [row["field"] for row in await log(api) if row["version"] == 4] == ["regions"]
