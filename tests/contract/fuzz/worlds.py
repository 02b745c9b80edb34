"""The four services, each with one of everything."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import httpx
import orjson
from fastapi import FastAPI

import customer_svc.main
import notifier_svc.main
import status_svc.main
import template_svc.main
from contracts.addresses import normalised_email
from contracts.deliveries import Channel
from contracts.jobs import JobKind, Role
from contracts.model import starter_id
from customer_svc.settings import CustomerSettings
from customer_svc.tests.factories import LINK_KEY, PORTAL_KEY, PUBLIC_URL, company_body, customer_body
from deploy.local.ports import free_ports
from notifier_svc import planning
from notifier_svc.channels.verp import Tokens
from notifier_svc.domain.keys import Keys
from notifier_svc.settings import NotifierSettings
from notifier_svc.settings import Role as Part
from notifier_svc.store import rules, senders, sending
from notifier_svc.store.sending import Start
from notifier_svc.tests import factories
from notifier_svc.tests.app import settings_for
from notifier_svc.tests.papers import Papers
from notifier_svc.tests.templates import Templates as MadeUpTemplates
from notifier_svc.tests.templates import templates_at
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies
from servicekit.db import Database
from servicekit.links import Link, Links
from servicekit.testing import DatabaseUrls
from status_svc.settings import StatusSettings
from status_svc.tests.service import PUBLIC_URL as JOBS_URL
from status_svc.tests.service import Service
from template_svc.settings import TemplateSettings
from template_svc.starters import starters
from template_svc.store import templates
from template_svc.tests.factories import a_rule_entry
from tests.contract.fuzz.sendgrid import PUBLIC
from tests.contract.fuzz.twilio import OURS, SID, signed
from tests.contract.fuzz.world import Json, Known, World, served_beside, succeeded

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 8


def link(company_id: UUID, customer_id: Any, person_id: Any, address: str) -> str:
    """The token of a link in an email; both services have the same key."""
    links, ids = Links([LINK_KEY]), (UUID(str(customer_id)), UUID(str(person_id)))
    return links.token(Link(company_id, *ids, bytes(16), links.tag(company_id, normalised_email(address))))


class Customers(World):
    """customer-svc with a company."""

    build = staticmethod(customer_svc.main.build)

    def settle(self, urls: DatabaseUrls) -> CustomerSettings:
        keys = {"link_keys": LINK_KEY, "portal_keys": PORTAL_KEY}
        return CustomerSettings.model_validate({**self.common(urls), **keys, "public_url": PUBLIC_URL})

    def found(self) -> None:
        self.region_id = str(uuid4())
        regions = [{"id": self.region_id, "name": "Denver"}]
        self.made("/v1/companies", company_body(id=str(self.company_id), regions=regions), Role.SERVICE)
        headers = {"content-type": "image/png", "if-match": '"1"'}
        company = succeeded(self.ask(Role.ADMIN, "PUT", "/v1/company/logo", content=PNG, headers=headers)).json()
        self.logo = company["brand"]["logo_url"].rpartition("/")[2]
        headers = {"content-type": "text/csv"}
        table = self.ask(
            Role.ADMIN, "POST", "/v1/customer-imports", content="external_id,name\n1,Ann\n", headers=headers
        )
        self.table = succeeded(table).json()["id"]

    def fresh(self) -> list[Known]:
        customers = [self._customer() for _ in range(2)]
        edit = {"ids": [customers[0]["customer_id"]], "set": {"contact.confirmations": False}}
        edit_id = self.made("/v1/batch-edits", edit)["id"]
        return [customer | {"edit_id": edit_id} for customer in customers]

    def _customer(self) -> Known:
        customer = self.made("/v1/customers", customer_body())
        [contact], [site] = customer["contacts"], customer["service_addresses"]
        sites = f"/v1/customers/{customer['id']}/service-addresses"
        told = self.made(f"{sites}/{site['id']}/recipients", {"name": "Jo", "emails": ["jo@example.com"]})
        return {
            "customer_id": customer["id"],
            "contact_id": contact["id"],
            "email_id": contact["emails"][0]["id"],
            "phone_id": contact["phones"][0]["id"],
            "address_id": site["id"],
            "recipient_id": told["service_addresses"][0]["recipients"][0]["id"],
            "part_id": contact["id"],
            "token": link(self.company_id, customer["id"], contact["id"], contact["emails"][0]["address"]),
            "region_id": self.region_id,
            "company_id": str(self.company_id),
            "sha256": self.logo,
            "import_id": self.table,
            "ids": [customer["id"]],
            "matching": None,
            "name": "Maria Lee",
            "line": "12 Elm St",
            "zone": "America/Denver",
            "locale": "en-US",
            "currency": "USD",
            "number": "+13035550188",
            "address": "maria@example.com",
            "emails": "maria@example.com",
        }


class Jobs(World):
    """status-svc with a company that has a customer."""

    build = staticmethod(status_svc.main.build)

    def settle(self, urls: DatabaseUrls) -> StatusSettings:
        return StatusSettings.model_validate({**self.common(urls), "public_url": JOBS_URL})

    async def prepare(self, database: Database) -> None:
        async with httpx.AsyncClient() as client:
            self.told = await Service(client, database, self.issuer).seed()
        self.company_id, self.customer_id = self.told.company.id, self.told.customer.id

    def found(self) -> None:
        headers = {"content-type": "image/png"}
        answer = self.ask(Role.ADMIN, "POST", "/v1/images", content=PNG, headers=headers)
        self.image = succeeded(answer).json()["sha256"]
        self.technician = f"/v1/technicians/{uuid4()}"
        succeeded(self.ask(Role.ADMIN, "PUT", self.technician, json={"name": "Sam Rivera"}))

    def fresh(self) -> list[Known]:
        """A job, one that is billed and signed, an estimate, and one that was sent."""
        photo = {"content": PNG, "headers": {"content-type": "image/png"}}
        succeeded(self.ask(Role.ADMIN, "PUT", f"{self.technician}/photo", **photo))
        kinds = (JobKind.JOB, JobKind.JOB, JobKind.ESTIMATE, JobKind.ESTIMATE)
        booked = [
            self.made("/v1/jobs", self.told.draft(kind=kind, visits=[self._visit(), self._visit()])) for kind in kinds
        ]
        new, job, _, sent = (each["id"] for each in booked)
        invoice = self.made(f"/v1/jobs/{job}/invoices", {"due_on": "2026-12-24"})
        self.made(f"/v1/jobs/{sent}/estimate/send", {})
        signature = {"signed_by": "Maria Lee", "image": self.image}
        succeeded(self.ask(Role.ADMIN, "PUT", f"/v1/jobs/{job}/signature", json=signature))
        return [self._about(each, (new,)) | {"invoice_id": invoice["id"]} for each in booked]

    def _visit(self) -> Json:
        """A visit to come."""
        begins = datetime.now(UTC) + timedelta(days=1)
        return {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=2)).isoformat()}

    def _about(self, job: Json, closing: tuple[str, ...]) -> Known:
        draft, job_id, (asked, free) = self.told.draft(), job["id"], job["visits"]
        wish = {"job_id": job_id, "visit_id": asked["id"], "wish": "move"} | self._visit()
        asked = {name: draft[name] for name in ("customer_id", "service_address_id")} | {"summary": "No hot water"}
        statuses = succeeded(self.ask(Role.ADMIN, "GET", "/v1/statuses")).json()["items"]
        pictures = {"sha256": self.image, "image": self.image, "images": [self.image]}
        return (
            draft
            | pictures
            | {
                "company_id": str(self.company_id),
                "job_id": job_id,
                "technician_id": self.technician.rpartition("/")[2],
                "visit_id": free["id"],
                "visit_request_id": self.made("/v1/visit-requests", wish, Role.CUSTOMER)["id"],
                "request_id": self.made("/v1/service-requests", asked)["id"],
                "status_id": self.told.status_id("done" if job_id in closing else "on-the-way"),
                "external_id": uuid4().hex,
                "amount": "10.00",
                "received_at": None,
                **asked,
                "ids": [status["id"] for status in statuses if status["active"]],
            }
        )


class Templates(World):
    """template-svc with a company and its starters."""

    build = staticmethod(template_svc.main.build)

    def settle(self, urls: DatabaseUrls) -> TemplateSettings:
        return TemplateSettings.model_validate(self.common(urls))

    async def prepare(self, database: Database) -> None:
        async with database.worker() as tx:
            await templates.add_starters(tx, self.company_id, starters())
            await copies.put(tx, "rules", [a_rule_entry(self.company_id, self.receipt)])

    def fresh(self) -> list[Known]:
        """A draft, a template that is published, and one that is archived."""
        draft, published, archived = self._template(), self._template(), self._template()
        for template, act in ((published, "publish"), (archived, "archive")):
            self.made(f"/v1/templates/{template['template_id']}/{act}", headers={"if-match": '"1"'})
        return [draft, published, archived, published | {"template_id": str(self.receipt)}]

    @property
    def receipt(self) -> UUID:
        """A template that a rule uses."""
        return starter_id(self.company_id, "template", "payment-receipt")

    def _template(self) -> Known:
        words = {"subject": "Hello", "preheader": None, "html": "<p>Hello {{ customer.name }}</p>", "text": None}
        variants = {"default_locale": "es", "variants": {"en": words, "es": words}}
        id = self.made("/v1/templates", {"name": "Hello", **variants})["id"]
        numbers = {"template_id": id, "number": 1, "template_version": 1}
        people = {"name": "Maria Lee", "first_name": "Maria"}
        paper = {"zone": "America/Denver", "colour": "#0b7285", "locale": "es-US", "logo": None, "signature": None}
        return words | variants | numbers | people | paper | {"company_id": str(self.company_id), "channel": "email"}


def with_papers(settings: NotifierSettings) -> FastAPI:
    """notifier-svc, and by hand what it asks of others for a report: none of them is near."""
    app = notifier_svc.main.build(settings)
    app.state.reports = Papers().reports
    return app


class Messages(World):
    """notifier-svc with a company that texts and calls, and a text and a call on their way."""

    build = staticmethod(with_papers)
    in_paths: ClassVar[Known] = {
        "status_id": str(factories.a_status().id)
    }  # a cell of the board; bodies are of rules for any status

    def settle(self, urls: DatabaseUrls) -> NotifierSettings:
        self.templates = MadeUpTemplates(port=free_ports(1)[0])
        beside = {"template_svc_url": self.templates.url, "service_token_url": f"{self.templates.url}/token"}
        return settings_for(
            urls, self.issuer, roles=[Part.API], sendgrid_webhook_key=PUBLIC, smtp_sendgrid=True, **beside
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """With something beside it that fills in templates."""
        with served_beside(templates_at(self.templates)), super().running():
            yield

    async def prepare(self, database: Database) -> None:
        self.company_id = factories.COMPANY
        keys = Keys(self.settings.secret_key.get_secret_value().encode())
        words = zlib.compress(
            orjson.dumps({"locale": "en-US", "subject": None, "html": None, "text": "Sam is on the way."})
        )
        async with database.worker() as tx:
            await copies.put(tx, "companies", [factories.a_company()])
            await copies.put(tx, "statuses", [factories.a_status_entry()])
            await copies.put(tx, "templates", [factories.a_template()])
            await copies.put(tx, "customers", [factories.a_customer()])
            sealed = self.settings.seal.seal(self.company_id, factories.TOKEN)
            phone = factories.a_phone_account(sealed_token=sealed)
            await senders.put(tx, factories.a_sender(phone=phone), 1)
            await rules.add(tx, [factories.a_rule()])
            await planning.plan_events(tx, keys, [an_envelope(factories.an_event())])
            await tx.execute("update delivery set state = 'failed'")
            await tx.execute("delete from queue")
            await planning.plan_events(tx, keys, [an_envelope(factories.an_event())])
            self.email = str(await tx.fetchval("select id from queue"))
            await rules.add(tx, [factories.a_rule(channel=channel) for channel in (Channel.SMS, Channel.VOICE)])
            await planning.plan_events(tx, keys, [an_envelope(factories.an_event())])
            await tx.execute("update queue set due_at = now()")  # the transaction began before it was planned
            self.dues = (await sending.claim_phone(tx, {self.company_id: 10}, timedelta(days=1))).dues
            await sending.begin(tx, [Start(due, 1, words) for due in self.dues], timedelta())

    def fresh(self) -> list[Known]:
        """The sender as it should be, and something new about each delivery."""
        account = {"account_sid": SID, "auth_token": factories.TOKEN, "numbers": [OURS]}
        headers = {"if-match": tag} if (tag := self.etag("/v1/sender")) else {}
        succeeded(self.ask(Role.ADMIN, "PUT", "/v1/sender", json={"phone": account}, headers=headers))
        since = (datetime.now(UTC) - timedelta(days=1)).isoformat()
        resend_id = self.made("/v1/resends", {"since": since})["id"]
        more = account | {"since": since, "resend_id": resend_id}
        about = [self._about(due) | more for due in self.dues]
        return [*about, about[0] | {"delivery_id": self.email}]

    def _about(self, due: Any) -> Known:
        text = {
            "AccountSid": SID,
            "CallSid": uuid4().hex,
            "MessageSid": uuid4().hex,
            "From": "+13035550142",
            "To": OURS,
        }
        succeeded(self.ask(Role.ADMIN, "POST", "/v1/twilio/texts", data=text, headers=signed("/v1/twilio/texts", text)))
        [kept] = succeeded(self.ask(Role.ADMIN, "GET", "/v1/inbound-texts?limit=1")).json()["items"]
        rule = {"name": "a rule", "trigger": "job_created", "channel": "email", "template_id": str(factories.TEMPLATE)}
        block = {"channel": "email", "address": f"{uuid4().hex}@example.com", "note": "moved"}
        return {
            "delivery_id": str(due.id),
            "delivery": Tokens(Keys(self.settings.secret_key.get_secret_value().encode())).token(
                due.occurred_month, due.id, due.fence
            ),
            "token": link(self.company_id, uuid4(), uuid4(), "maria@example.com"),
            "month": f"{due.occurred_month:%Y-%m}",
            "attempt": due.fence,
            "job_id": str(due.job_id),
            "attach_report": None,
            "text_id": kept["id"],
            "rule_id": self.made("/v1/rules", rule)["id"],
            "template_id": str(factories.TEMPLATE),
            "block_id": self.made("/v1/blocks", block)["id"],
            "address": f"{uuid4().hex}@example.com",
            "channel": "email",
            "name": "a rule",
            "region_id": None,
            "status_id": None,
            "from_address": "office@northside.example",
            "to": "office@northside.example",
            "locale": "en-US",
            "reply_to": None,
            **text,
        }
