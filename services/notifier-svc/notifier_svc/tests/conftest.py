"""A notifier database with one company and its starter rules."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest

from notifier_svc.domain.keys import Keys
from notifier_svc.main import build
from notifier_svc.store import rules, senders
from notifier_svc.tests.agenda import Agenda
from notifier_svc.tests.app import App, settings_for
from notifier_svc.tests.certificates import self_signed
from notifier_svc.tests.desk import Desk
from notifier_svc.tests.factories import a_company, a_sender, email_rules
from notifier_svc.tests.mailhost import mail_host
from notifier_svc.tests.office import Office, office_on
from notifier_svc.tests.papers import Papers
from notifier_svc.tests.switchboard import Switchboard
from notifier_svc.tests.templates import Templates, templates_at
from servicekit import copies
from servicekit.db import Database
from servicekit.testing import MakeDatabase, TestIssuer, serving


@pytest.fixture
def keys() -> Keys:
    return Keys(b"a secret of sixteen bytes")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For 127.0.0.1, signed by itself, with its key."""
    return self_signed(tmp_path_factory.mktemp("tls") / "both.pem")


@pytest.fixture
async def db(database: Callable[[str], Any]) -> AsyncIterator[Database]:
    urls = database("notifier")
    opened = await Database.open(urls.api_url, urls.worker_url, size=4, name="test")
    async with opened.worker() as tx:
        await copies.put(tx, "companies", [a_company()])
        await rules.add(tx, email_rules())
        await tx.execute("delete from outbox")
    yield opened
    await opened.close()


@pytest.fixture
async def agenda(database: Callable[[str], Any], keys: Keys) -> AsyncIterator[Agenda]:
    """A schedule without rules, of a company with one customer."""
    urls = database("notifier")
    opened = await Database.open(urls.api_url, urls.worker_url, size=4, name="test")
    agenda = Agenda(opened, keys)
    await agenda.know()
    yield agenda
    await opened.close()


@pytest.fixture
async def app(database: MakeDatabase, issuer: TestIssuer) -> AsyncIterator[App]:
    """The whole app over HTTP, on an empty database."""
    urls = database("notifier")
    settings = settings_for(urls, issuer)
    db = await Database.open(urls.api_url, urls.worker_url, size=4, name="test")
    async with serving(build(settings)) as client:
        yield App(client, issuer, db, settings)
    await db.close()


@pytest.fixture
async def desk(db: Database, keys: Keys) -> AsyncIterator[Desk]:
    """Everything around a sender: queue, mail host, template service."""
    templates = Templates()
    switchboard = Switchboard()
    async with (
        mail_host() as mail,
        templates_at(templates),
        switchboard.open(),
        httpx.AsyncClient() as http,
        aiohttp.ClientSession() as bulk,
    ):
        papers = Papers()
        yield Desk(db, keys, mail, templates, switchboard, papers, http, bulk)
        await papers.close()


@pytest.fixture
async def office(database: MakeDatabase, issuer: TestIssuer, keys: Keys) -> AsyncIterator[Office]:
    """The API and a desk on the same database."""
    async with office_on(database("notifier"), issuer, keys) as opened:
        yield opened


@pytest.fixture
async def phone(desk: Desk) -> Desk:
    """The desk of a company that can text and call."""
    async with desk.db.worker() as tx:
        await senders.put(tx, a_sender(), 1)
    return desk
