"""notifier-svc and template-svc, both real: what a message says that waited."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Any

import aiohttp
import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import template_svc.main
from contracts import events
from contracts.jobs import Role
from contracts.model import starter_id
from contracts.topics import TEMPLATES
from notifier_svc.domain.keys import Keys
from notifier_svc.store import rules, templates
from notifier_svc.tests.desk import Desk
from notifier_svc.tests.factories import (
    COMPANY,
    a_company,
    a_customer,
    a_job,
    a_status,
    an_event,
    email_rules,
)
from notifier_svc.tests.mailhost import mail_host
from notifier_svc.tests.papers import Papers
from notifier_svc.tests.switchboard import Switchboard
from servicekit import copies
from servicekit.cloudevents import decode
from servicekit.db import Database
from servicekit.testing import NOWHERE, MakeDatabase, TestIssuer, serving
from template_svc.starters import starters
from template_svc.store import templates as templates_store
from template_svc.tests.conftest import settings_of

TEMPLATE = starter_id(COMPANY, "template", "status-on-the-way")
PATH = f"/v1/templates/{TEMPLATE}"
HELD = a_job(version=2, status=a_status(hold_seconds=3600))


def beside(words: httpx.AsyncClient, issuer: TestIssuer) -> TestServer:
    """Template-svc on a socket, and a token for whoever asks."""

    async def token(_: web.Request) -> web.Response:
        return web.json_response({"access_token": issuer.token(Role.SERVICE, None), "expires_in": 600})

    async def render(request: web.Request) -> web.Response:
        answer = await words.post(request.path, content=await request.read(), headers=request.headers)
        return web.Response(status=answer.status_code, body=answer.content)

    app = web.Application()
    app.add_routes([web.post("/token", token), web.post("/v1/renderings", render)])
    return TestServer(app)


class Both:
    """The desk of a company that has its starters, and its words."""

    def __init__(self, desk: Desk, words: httpx.AsyncClient, source: Database, issuer: TestIssuer) -> None:
        self.desk, self._words, self._source, self._issuer = desk, words, source, issuer

    async def carry(self) -> None:
        """The notifier hears of all templates."""
        async with self._source.worker() as tx:
            rows = await tx.fetch("select headers, body from outbox where topic = $1 order by id", TEMPLATES.name)
        told = [event.data for row in rows if (event := decode(row["headers"], row["body"]))]
        async with self.desk.db.worker() as tx:
            await copies.put(tx, templates.KIND, told)

    async def act(self, act: str, body: Any = None, version: int = 1) -> None:
        """The admin changes the template."""
        method, path = ("PUT", PATH) if act == "save" else ("POST", f"{PATH}/{act}")
        headers = self._issuer.headers(Role.ADMIN, COMPANY) | {"if-match": f'"{version}"'}
        answer = await self._words.request(method, path, json=body, headers=headers)
        assert answer.status_code == 200, answer.text

    async def rewrite(self, subject: str) -> None:
        """Version 2, in one language."""
        words = {"en": {"subject": subject, "html": "<p>Hello</p>"}}
        await self.act("save", {"name": "New", "default_locale": "en", "variants": words})
        await self.act("publish", version=2)

    async def sent(self) -> tuple[str, int]:
        """The one email's subject, and the version that the log says it is in."""
        await self.desk.fetch("update queue set due_at = now()")
        async with self.desk.sending():
            await self.desk.settled()
        [mail] = self.desk.mail.mails
        [row] = await self.desk.fetch("select template_version from delivery where state = 'sent'")
        return mail["Subject"], row["template_version"]


@pytest.fixture
async def both(database: MakeDatabase, issuer: TestIssuer) -> AsyncIterator[Both]:
    app = template_svc.main.build(settings_of(database("template"), issuer, NOWHERE))
    urls = database("notifier")
    async with AsyncExitStack() as stack:
        words = await stack.enter_async_context(serving(app))
        db = await Database.open(urls.api_url, urls.worker_url, size=4, name="test")
        stack.push_async_callback(db.close)
        mail, switchboard, papers = await stack.enter_async_context(mail_host()), Switchboard(), Papers()
        await stack.enter_async_context(switchboard.open())
        stack.push_async_callback(papers.close)
        server = await stack.enter_async_context(beside(words, issuer))
        at: Any = SimpleNamespace(url=str(server.make_url("")).rstrip("/"))
        http = await stack.enter_async_context(httpx.AsyncClient())
        bulk = await stack.enter_async_context(aiohttp.ClientSession())
        desk = Desk(db, Keys(b"a secret of sixteen bytes"), mail, at, switchboard, papers, http, bulk)
        async with db.worker() as tx:
            await copies.put(tx, "companies", [a_company()])
            await rules.add(tx, email_rules())
        async with app.state.database.worker() as tx:
            await templates_store.add_starters(tx, COMPANY, starters())
        yield Both(desk, words, app.state.database, issuer)


async def test_what_was_planned_is_sent_in_the_words_of_then_and_tells_the_job_of_now(both: Both) -> None:
    await both.carry()
    await both.desk.happens(a_customer(), an_event(job=HELD))
    await both.rewrite("Another subject")
    await both.carry()
    moved = HELD.model_copy(update={"version": 3, "number": 77})
    await both.desk.happens(a_customer(), an_event(events.JobSnapshot, job=moved))
    subject, version = await both.sent()
    assert ("#77" in subject, "Another" in subject, version) == (True, False, 1)


async def test_an_archived_template_is_still_sent_to_whom_it_was_planned_for(both: Both) -> None:
    await both.carry()
    await both.desk.happens(a_customer(), an_event(job=HELD))
    await both.act("archive")
    await both.carry()
    assert (await both.sent())[1] == 1


async def test_what_is_planned_before_the_copy_is_here_is_sent_in_the_words_of_now(both: Both) -> None:
    await both.desk.happens(a_customer(), an_event(job=HELD))
    await both.rewrite("Another subject")
    assert await both.sent() == ("Another subject", 2)


async def test_what_is_planned_after_a_version_was_heard_of_is_in_it(both: Both) -> None:
    await both.rewrite("Another subject")
    await both.carry()
    await both.desk.happens(a_customer(), an_event(job=HELD))
    assert await both.sent() == ("Another subject", 2)
