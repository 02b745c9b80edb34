"""Companies over HTTP: created by the platform, edited by their admin, published each time."""

from uuid import uuid4

import pytest

from contracts.profiles import CompanyProfile
from customer_svc.tests.api import Api, Platform
from customer_svc.tests.factories import COMPANY_ID, company_body

TOPIC = "companies.v1"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


async def test_a_company_is_created_by_the_platform_and_published(platform: Platform) -> None:
    created = await platform.create_company(id=str(COMPANY_ID), **company_body(quiet_hours={"starts": "20:30"}))
    assert created["id"] == created["company_id"] == str(COMPANY_ID)
    assert await platform.published(TOPIC) == [CompanyProfile.model_validate(created)]
    own = await platform.people_of(COMPANY_ID).tech.get("/v1/company")
    assert (own.json(), own.headers["etag"]) == (created, '"1"')


async def test_a_key_sent_twice_creates_one_company(platform: Platform) -> None:
    first = await platform.service.post("/v1/companies", company_body(), idempotency_key="k")
    second = await platform.service.post("/v1/companies", company_body(), idempotency_key="k")
    assert first.json() == second.json()
    assert len(await platform.published(TOPIC)) == 1


async def test_an_id_or_slug_that_is_taken_is_refused(api: Api) -> None:
    for body in (company_body(id=str(COMPANY_ID), slug="new"), company_body()):
        refused = await api.platform.service.post("/v1/companies", body)
        assert refused.status_code == 409
        assert refused.json()["detail"].startswith("There is a company with this")
    await api.platform.create_company(**company_body(slug="second"))
    taken = await api.admin.change("PATCH", "/v1/company", {"slug": "second"}, version=1)
    assert taken.status_code == 409


async def test_putting_a_company_creates_it_then_replaces_its_settings(platform: Platform) -> None:
    path = f"/v1/companies/{COMPANY_ID}"
    created = await platform.service.send("PUT", path, company_body(currency="EUR"))
    assert (created.status_code, created.json()["currency"]) == (201, "EUR")
    assert (await platform.service.send("PUT", path, company_body())).status_code == 428
    replaced = await platform.service.change("PUT", path, company_body(), version=1)
    assert (replaced.status_code, replaced.json()["currency"], replaced.json()["version"]) == (200, "USD", 2)
    assert (await platform.service.get(path)).json() == replaced.json()


async def test_the_admin_edits_any_part_and_the_rest_stays(api: Api) -> None:
    body = {
        "name": "Northside Plumbing & Heating",
        "zone": "America/Phoenix",
        "locale": "es_US",
        "brand": {"email": "office@example.com", "website": "https://north.example"},
        "recipient_defaults": {"voice": True},
        "quiet_hours": {"starts": "20:00", "hold_email": True},
        "caps": {"per_recipient_per_day": 5},
        "sandbox": {"on": True, "allow_list": ["Tester@Example.com", "(303) 555-0123"]},
    }
    changed = (await api.admin.change("PATCH", "/v1/company", body, version=1)).json()
    assert (changed["version"], changed["slug"], changed["brand"]["colour"]) == (2, "northside", "#1f6feb")
    assert changed["locale"] == "es-US"
    assert (changed["quiet_hours"]["starts"], changed["quiet_hours"]["ends"]) == ("20:00:00", "08:00:00")
    assert changed["sandbox"]["allow_list"] == ["tester@example.com", "+13035550123"]  # G16
    assert (await api.admin.get("/v1/company")).json() == changed
    assert (await api.platform.published(TOPIC))[-1] == CompanyProfile.model_validate(changed)


async def test_a_locale_that_was_kept_in_another_spelling_is_told_in_the_one(api: Api) -> None:
    async with api.platform.database.worker() as tx:
        await tx.execute("update company set locale = 'es_MX'")
    assert (await api.admin.get("/v1/company")).json()["locale"] == "es-MX"
    await api.admin.change("PATCH", "/v1/company", {"name": "A"}, version=1)
    [*_, told] = await api.platform.published(TOPIC)
    assert told == CompanyProfile.model_validate((await api.admin.get("/v1/company")).json())
    assert isinstance(told, CompanyProfile)
    assert (told.name, told.locale) == ("A", "es-MX")


async def test_a_stale_version_of_a_company_is_refused(api: Api) -> None:
    assert (await api.admin.change("PATCH", "/v1/company", {"name": "A"}, version=1)).status_code == 200
    assert (await api.admin.change("PATCH", "/v1/company", {"name": "B"}, version=1)).status_code == 412
    assert (await api.admin.send("PATCH", "/v1/company", {"name": "C"})).status_code == 428


@pytest.mark.proves("S3.1")
async def test_regions_are_kept_renamed_and_removed_but_not_while_customers_are_in_them(api: Api) -> None:
    regions = [{"name": "North", "reply_to": "north@example.com"}, {"name": "South", "active": False}]
    north, south = (await api.admin.change("PATCH", "/v1/company", {"regions": regions}, version=1)).json()["regions"]
    await api.create_customer(region_id=south["id"])
    refused = await api.admin.change("PATCH", "/v1/company", {"regions": [north]}, version=2)
    assert (refused.status_code, refused.json()["detail"]) == (409, "A region that has customers can't be removed.")
    body = {"regions": [south | {"name": "Far south"}]}
    changed = (await api.admin.change("PATCH", "/v1/company", body, version=2)).json()
    assert changed["regions"] == [south | {"name": "Far south"}]
    assert (await api.admin.get("/v1/company")).json() == changed


@pytest.mark.survives(46)
async def test_bad_settings_are_refused(api: Api) -> None:
    for body in (
        {"name": "A\r\nB"},  # fault 46
        {"zone": "Mars/Base"},
        {"currency": "XXQ"},
        {"slug": "No Spaces"},
        {"brand": {"website": "javascript:alert(1)"}},
        {"brand": {"logo_url": "https://a.example/x.png"}},
        {"regions": [{"name": "N", "reply_to": "nobody"}]},  # S3.10
        {"caps": {"per_recipient_per_day": 0}},
        {"sandbox": {"allow_list": ["nobody"]}},
        {"name": None},
    ):
        assert (await api.admin.change("PATCH", "/v1/company", body, version=1)).status_code == 422, body


async def test_a_logo_is_uploaded_and_anyone_can_see_it(api: Api) -> None:
    uploaded = await api.admin.change("PUT", "/v1/company/logo", PNG, version=1)
    url = uploaded.json()["brand"]["logo_url"]
    assert url.startswith("https://customers.example/v1/logos/")
    shown = await api.platform.anyone.get(url.removeprefix("https://customers.example"))
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert (shown.headers["x-content-type-options"], "immutable" in shown.headers["cache-control"]) == ("nosniff", True)
    removed = await api.admin.change("DELETE", "/v1/company/logo", version=2)
    assert removed.json()["brand"]["logo_url"] is None
    assert (await api.platform.anyone.get(shown.url)).status_code == 200


async def test_a_logo_that_is_no_picture_too_large_or_unknown_is_refused(api: Api) -> None:
    assert (await api.admin.change("PUT", "/v1/company/logo", b"<svg/>", version=1)).status_code == 415
    assert (await api.admin.change("PUT", "/v1/company/logo", PNG + b"\0" * 300_000, version=1)).status_code == 413
    assert (await api.platform.anyone.get(f"/v1/logos/{'0' * 64}")).status_code == 404
    assert (await api.platform.anyone.get("/v1/logos/../secret")).status_code in {404, 422}


async def test_a_token_for_a_company_that_is_not_there_finds_nothing(platform: Platform) -> None:
    stranger = platform.people_of(uuid4())
    assert (await stranger.admin.get("/v1/company")).status_code == 404
    assert (await stranger.dispatcher.post("/v1/customers", {"name": "A"})).status_code == 404
