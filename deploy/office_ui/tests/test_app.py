"""What browsers get: files, the app's page for its own addresses, and a plain word where nothing was built."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx
import pytest

from deploy.office_ui.app import NOT_BUILT, create_app
from deploy.office_ui.settings import OfficeUiSettings
from servicekit.testing import serving

PAGE = "<!doctype html><title>Fieldbell</title>"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "bell.svg").write_text("<svg/>")
    (tmp_path / "assets" / "app-3f2a.js").write_text("let x = 1;" * 1000)
    return tmp_path


def app(dist: Path) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    return serving(create_app(OfficeUiSettings(dist=dist, issuer="https://login.example")))


@pytest.mark.parametrize("path", ["/", "/index.html", "/jobs/42", "/customers/new", "/v2/jobs", "/jobs/a.b"])
async def test_every_address_of_the_app_is_its_page_and_asked_for_anew(dist: Path, path: str) -> None:
    async with app(dist) as browser:
        answer = await browser.get(path)
    assert (answer.status_code, answer.text, answer.headers["cache-control"]) == (200, PAGE, "no-cache")
    assert answer.headers["content-type"].startswith("text/html")


async def test_what_is_named_after_its_content_is_kept_for_ever_and_comes_compressed(dist: Path) -> None:
    async with app(dist) as browser:
        answer = await browser.get("/assets/app-3f2a.js", headers={"accept-encoding": "gzip"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")


async def test_what_has_not_changed_is_not_sent_again(dist: Path) -> None:
    async with app(dist) as browser:
        etag = (await browser.get("/bell.svg")).headers["etag"]
        assert (await browser.get("/bell.svg", headers={"if-none-match": etag})).status_code == 304


async def test_an_asset_that_is_gone_is_no_page(dist: Path) -> None:
    async with app(dist) as browser:
        assert (await browser.get("/assets/app-0000.js")).status_code == 404


@pytest.mark.parametrize("path", ["/%2e%2e/secret", "/assets/%2e%2e/%2e%2e/secret", "/..%2fsecret"])
async def test_nothing_outside_the_folder_is_served(dist: Path, path: str) -> None:
    (dist.parent / "secret").write_text("secret")
    async with app(dist) as browser:
        assert (await browser.get(path)).text == PAGE


async def test_an_app_that_is_not_built_is_said_in_a_sentence_and_served_once_it_is(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    async with app(dist) as browser:
        missing = await browser.get("/jobs")
        dist.mkdir()
        empty = await browser.get("/")
        (dist / "index.html").write_text(PAGE)
        built = await browser.get("/jobs")
    assert (missing.status_code, empty.status_code, built.text) == (503, 503, PAGE)
    assert missing.text == empty.text == NOT_BUILT


async def test_the_app_is_told_who_signs_people_in(tmp_path: Path) -> None:
    async with app(tmp_path) as browser:
        assert (await browser.get("/config.json")).json() == {
            "issuer": "https://login.example",
            "client_id": "office-ui",
        }
        assert (await browser.get("/health/ready")).json()["service"] == "office-ui"


TOKEN = "seCretlinkTok3n-" * 7 + "seCretli"


@pytest.mark.parametrize("path", [f"/preferences/{TOKEN}", "/preferences"])
async def test_the_page_of_a_link_is_kept_by_nobody_and_leads_on_without_script(dist: Path, path: str) -> None:
    (dist / "preferences.html").write_text('<noscript><a href="/v1/unsubscribe/the-token">plain</a></noscript>')
    async with app(dist) as browser:
        answer = await browser.get(path)
    assert f'href="/v1/unsubscribe/{TOKEN if TOKEN in path else "none"}"' in answer.text
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert answer.headers["x-robots-tag"] == "noindex"


async def test_whatever_stands_in_a_link_is_no_html(dist: Path) -> None:
    (dist / "preferences.html").write_text('<a href="/v1/unsubscribe/the-token">plain</a>')
    async with app(dist) as browser:
        answer = await browser.get("/preferences/%22%3E%3Cscript%3E")
    assert answer.text == '<a href="/v1/unsubscribe/%22%3E%3Cscript%3E">plain</a>'


async def test_where_no_page_is_built_links_lead_to_the_plain_one(tmp_path: Path) -> None:
    async with app(tmp_path) as browser:
        answer = await browser.get(f"/preferences/{TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/v1/unsubscribe/{TOKEN}")
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
