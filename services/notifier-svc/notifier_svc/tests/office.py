"""The office at its screen: the API on the database of a desk, and template-svc beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import httpx
from fastapi import FastAPI

from contracts.jobs import Role
from notifier_svc.domain.keys import Keys
from notifier_svc.main import build
from notifier_svc.store import senders
from notifier_svc.tests.app import settings_for
from notifier_svc.tests.desk import Desk
from notifier_svc.tests.factories import COMPANY, a_company, a_sender
from notifier_svc.tests.mailhost import mail_host
from notifier_svc.tests.papers import Papers
from notifier_svc.tests.switchboard import Switchboard
from notifier_svc.tests.templates import Templates, templates_at
from servicekit import copies
from servicekit.db import Database
from servicekit.testing import DatabaseUrls, TestIssuer, serving


@dataclass
class Office:
    """What the API answers to people of the company, and a desk that sends what they ask for."""

    app: FastAPI
    client: httpx.AsyncClient
    issuer: TestIssuer
    desk: Desk

    async def post(self, path: str, body: Any, role: Role = Role.ADMIN, **claims: Any) -> httpx.Response:
        """Ask as somebody; `key` is an Idempotency-Key, all else claims of their token."""
        key = {"idempotency-key": claims.pop("key")} if "key" in claims else {}
        company = claims.pop("company", COMPANY)
        return await self.client.post(path, json=body, headers=self.issuer.headers(role, company, **claims) | key)


@asynccontextmanager
async def office_on(urls: DatabaseUrls, issuer: TestIssuer, keys: Keys) -> AsyncIterator[Office]:
    """A company that can email, text and call, with its office and its desk, as long as the block runs."""
    db = await Database.open(urls.api_url, urls.worker_url, size=4, name="test")
    async with db.worker() as tx:
        await copies.put(tx, "companies", [a_company()])
        await senders.put(tx, a_sender(), 1)
    templates, switchboard, papers = Templates(), Switchboard(), Papers()
    async with (
        mail_host() as mail,
        templates_at(templates),
        switchboard.open(),
        httpx.AsyncClient() as http,
        aiohttp.ClientSession() as bulk,
    ):
        settings = settings_for(
            urls, issuer, roles=["api"], template_svc_url=templates.url, service_token_url=f"{templates.url}/token"
        )
        app = build(settings)
        async with serving(app) as client:
            yield Office(app, client, issuer, Desk(db, keys, mail, templates, switchboard, papers, http, bulk))
    await papers.close()
    await db.close()
