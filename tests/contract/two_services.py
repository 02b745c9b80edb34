"""customer-svc and notifier-svc on databases of their own; a test carries between them what they publish."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from twilio.request_validator import RequestValidator

import customer_svc.main
import notifier_svc.main
from contracts.deliveries import Channel
from contracts.inbound import Cause
from contracts.jobs import Role
from contracts.topics import COMPANIES, CUSTOMERS, INBOUND
from customer_svc.events import on_inbound
from customer_svc.settings import CustomerSettings
from customer_svc.tests.factories import LINK_KEY, PORTAL_KEY, PUBLIC_URL, company_body, customer_body
from notifier_svc import events, planning
from notifier_svc.channels.codes import refused
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Rule
from notifier_svc.settings import NotifierSettings
from notifier_svc.settings import Role as Part
from notifier_svc.store import rules, senders, sending
from notifier_svc.store.blocks import Place
from notifier_svc.store.sending import End, Start
from notifier_svc.tests import factories
from notifier_svc.tests.app import PUBLIC_URL as NOTIFIERS_URL
from notifier_svc.tests.app import settings_for
from notifier_svc.tests.test_planning import an_envelope
from servicekit.cloudevents import Event, decode
from servicekit.db import Database
from servicekit.links import Link, Links
from servicekit.testing import NOWHERE, MakeDatabase, TestIssuer, serving

OPTED_OUT_AT_TWILIO = 21610
TEXTS = "/v1/twilio/texts"


class LookedAt(Exception):
    """Nothing of it stays."""


class TwoServices:
    """Both of them, and whom they know."""

    def __init__(
        self, customers: httpx.AsyncClient, notifier: httpx.AsyncClient, issuer: TestIssuer, settings: NotifierSettings
    ) -> None:
        self.customers, self.notifier, self.settings = customers, notifier, settings
        self._issuer = issuer
        self.keys = Keys(settings.secret_key.get_secret_value().encode())
        self._handlers = {consumer.topic.name: consumer.handle for consumer in events.consumers(self.keys)}
        self._carried = {CUSTOMERS.name: 0, COMPANIES.name: 0, INBOUND.name: 0}
        self.customer_db: Database
        self.notifier_db: Database

    async def company(self, number: int) -> UUID:
        """A new company, which texts from a number of its own."""
        company_id = uuid4()
        body = company_body(id=str(company_id), slug=f"company-{number}", name=f"Company {number}")
        made = await self.customers.post("/v1/companies", json=body, headers=self._issuer.headers(Role.SERVICE))
        assert made.status_code == 201, made.text
        account = factories.a_phone_account(
            company_id,
            account_sid=f"AC{number:032x}",
            sealed_token=self.settings.seal.seal(company_id, factories.TOKEN),
            numbers=(number_of(number),),
            keywords_answered_by="fieldbell",
        )
        async with self.notifier_db.worker() as tx:
            await senders.put(tx, factories.a_sender(company_id, phone=account), 1)
        return company_id

    async def add_rules(self, added: Iterable[Rule]) -> None:
        """What is sent when, besides what every company starts with."""
        async with self.notifier_db.worker() as tx:
            await rules.add(tx, list(added))

    async def customer(self, company_id: UUID, email: str, phone: str) -> Any:
        """A new customer with one contact; its JSON."""
        contact = {"name": "Maria Lee", "emails": [{"address": email}], "phones": [{"number": phone}]}
        made = await self.ask_customers(company_id, "POST", "/v1/customers", customer_body(contacts=[contact]))
        assert made.status_code == 201, made.text
        return made.json()

    async def ask_customers(self, company_id: UUID, method: str, path: str, body: Any = None, **more: str) -> Any:
        """customer-svc, as the company's dispatcher."""
        headers = self._issuer.headers(Role.DISPATCHER, company_id) | more
        return await self.customers.request(method, path, json=body, headers=headers)

    async def ask_notifier(self, company_id: UUID, method: str, path: str, body: Any = None) -> Any:
        """notifier-svc, as the company's dispatcher."""
        headers = self._issuer.headers(Role.DISPATCHER, company_id)
        return await self.notifier.request(method, path, json=body, headers=headers)

    async def text(self, number: int, phone: str, body: str) -> str:
        """A phone texts the company; what Twilio is told to answer."""
        form = {"AccountSid": f"AC{number:032x}", "MessageSid": f"SM{uuid4().hex}", "From": phone}
        form |= {"To": number_of(number), "Body": body}
        signature = RequestValidator(factories.TOKEN).compute_signature(NOTIFIERS_URL + TEXTS, form)
        answer = await self.notifier.post(TEXTS, data=form, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 200, answer.text
        return answer.text

    def link(self, company_id: UUID, customer: Any, scope: Any) -> str:
        """The token of the link in an email to the customer's contact."""
        [contact] = customer["contacts"]
        place = Place(company_id, Channel.EMAIL, contact["emails"][0]["address"])
        ids = (UUID(customer["id"]), UUID(contact["id"]))
        return Links([LINK_KEY]).token(Link(company_id, *ids, place.hash(self.keys), bytes(8), scope))

    async def carry(self) -> list[Event[Any]]:
        """Each hears what the other published since; what there was, in order."""
        found = [event for topic in self._carried for event in await self._deliver(topic)]
        return [*found, *await self.carry()] if found else []

    async def _deliver(self, topic: str) -> list[Event[Any]]:
        source, target = self.customer_db, self.notifier_db
        if topic == INBOUND.name:
            source, target = target, source
        async with source.worker() as tx:
            sql = "select id, headers, body from outbox where topic = $1 and id > $2 order by id"
            rows = await tx.fetch(sql, topic, self._carried[topic])
        events = [event for row in rows if (event := decode(row["headers"], row["body"]))]
        if rows:
            self._carried[topic] = rows[-1]["id"]
            async with target.worker() as tx:
                await (on_inbound if topic == INBOUND.name else self._handlers[topic])(tx, events)
        return events

    async def would_send(self, jobs: Iterable[Any]) -> dict[tuple[str, str, str], str | None]:
        """By customer, category and channel why the planner would not send when these jobs' statuses were set now."""
        sql = "select customer_id::text, category, channel, reason from delivery where occurrence_id = any($1::uuid[])"
        rows = []
        try:
            async with self.notifier_db.worker() as tx:
                events = [an_envelope(factories.an_event(job=job)) for job in jobs]
                await planning.plan_events(tx, self.keys, events)
                rows = await tx.fetch(sql, [event.id for event in events])
                raise LookedAt
        except LookedAt:
            return {tuple(row)[:3]: row["reason"] for row in rows}

    async def refused_by_twilio(self, company_id: UUID, job: Any) -> None:
        """A text of this job's is planned and sent, and Twilio knows of a STOP that was never told us (G4)."""
        async with self.notifier_db.worker() as tx:
            await planning.plan_events(tx, self.keys, [an_envelope(factories.an_event(job=job))])
            await tx.execute("update queue set due_at = now()")  # the transaction began before it was planned
            [due] = (await sending.claim_phone(tx, {company_id: 1}, timedelta(minutes=5))).dues
            assert await sending.begin(tx, [Start(due, 1, b"")], timedelta()) == {due.id}
            ended = refused(400, OPTED_OUT_AT_TWILIO, "unsubscribed")
            assert ended.block is Cause.OPTED_OUT
            hashed = self.keys.address(company_id, due.channel, str(due.address))
            await sending.finish(tx, [End(due, ended, True, 1, hashed)], due.occurred_at)
            await tx.execute("delete from queue")  # the email of the same job


def number_of(company: int) -> str:
    """The number that a company texts from."""
    return f"+172055501{company:02}"


@asynccontextmanager
async def two_services(database: MakeDatabase, issuer: TestIssuer) -> AsyncIterator[TwoServices]:
    """Both, until the block ends; no broker and no sender runs."""
    urls = database("customer")
    common = {"api_database_url": urls.api_url, "worker_database_url": urls.worker_url}
    keys = {"link_keys": LINK_KEY, "portal_keys": PORTAL_KEY, "public_url": PUBLIC_URL}
    auth = {"auth_issuers": [issuer.setting], "kafka": {"bootstrap_servers": NOWHERE}}
    customers = customer_svc.main.build(CustomerSettings.model_validate(common | keys | auth))
    settings = settings_for(database("notifier"), issuer).model_copy(update={"roles": frozenset({Part.API})})
    notifier = notifier_svc.main.build(settings)
    async with serving(customers, PUBLIC_URL) as one, serving(notifier) as two:
        both = TwoServices(one, two, issuer, settings)
        both.customer_db, both.notifier_db = customers.state.database, notifier.state.database
        yield both
