"""A company of a test's own, its people signed in: in its jobs, its customers and its log there is nobody else."""

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Self

import httpx
from rich.console import Console

from deploy.demo import seed
from deploy.demo.api import SERVICE_CLIENT, Api, Json
from deploy.demo.job import Job
from deploy.demo.narrator import Narrator
from deploy.demo.people import Customer, Seed, account_of, twilio
from deploy.local.plan import Plan
from deploy.sandbox.identity.keys import load_or_create_key
from deploy.sandbox.identity.personas import BRIGHTWAY, Persona
from deploy.sandbox.identity.personas import Company as Identity
from deploy.sandbox.identity.tokens import TokenMaker

QUIET = Narrator(Console(quiet=True))
BRAND = {"email": "office@example.com", "postal_address": "2601 Blake St, Denver, CO 80205"}


class Person(Api):
    """Somebody signed in; as a context manager it hangs up at the end."""

    def __init__(self, plan: Plan, token: str) -> None:
        super().__init__(plan, token)
        self.token = token

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def once(self, service: str, method: str, path: str, **content: Any) -> httpx.Response:
        """The answer, whatever it is, to a single try."""
        return self._http.send(self._request(service, method, path, **content))


@dataclass
class Company:
    """A company and three of its people."""

    seed: Seed
    admin: Person
    dispatcher: Person
    tech: Person

    def add(self, customer: Customer) -> Json:
        """Create a customer; returns it as customer-svc has it."""
        return self.dispatcher.post("customer-svc", "/v1/customers", customer.body(self.seed.company))

    def texts_from(self, number: str, account: Identity = BRIGHTWAY) -> None:
        """Text by an account of the sandbox, whose spare Messaging Service does not ask which number it is."""
        sender = twilio(account, f"office@{self.seed.company.slug}.example")
        sender["phone"] |= {"numbers": [number], "messaging_service_sid": account_of(account).spare_service_sid}
        self.admin.put("notifier-svc", "/v1/sender", sender)

    def texts_no_more(self) -> None:
        """Give the account back that `texts_from` took: it can be one company's only."""
        sender = {"from_address": f"office@{self.seed.company.slug}.example", "reply_to": None, "phone": None}
        self.admin.put("notifier-svc", "/v1/sender", sender, version=1)

    def booked(
        self,
        customer: Json,
        street: str | None = None,
        title: str = "Fix the faucet",
        visits: tuple[Json, ...] = (),
        kind: str = "job",
    ) -> Job:
        """A job of one line, booked just now, at the first service address unless `street` names another."""
        street = street or customer["service_addresses"][0]["line"]
        job = Job(self.seed, self.dispatcher, self.tech, customer, street)
        job.book(kind, title, ({"description": "Labor", "quantity": "1", "unit_price": "95.00"},), *visits)
        return job


def founded(plan: Plan, slug: str, clients: ExitStack) -> Company:
    """A new company with all its defaults in place."""
    company = Identity(slug, slug.replace("-", " ").title())
    described = Seed(company, "America/Denver", BRAND, ("Denver",), {}, ())
    seed.add_company(clients.enter_context(Person(plan, tokens(plan).for_service(SERVICE_CLIENT))), described)
    new = staffed(plan, described, clients)
    seed.wait_for_defaults(new.dispatcher, company.id, QUIET)
    return new


def staffed(plan: Plan, described: Seed, clients: ExitStack) -> Company:
    """The people of a company, signed in."""
    signed_in = (persona_token(plan, described.company, role) for role in ("admin", "dispatcher", "tech"))
    return Company(described, *(clients.enter_context(Person(plan, token)) for token in signed_in))


def persona_token(plan: Plan, company: Identity, role: str) -> str:
    """What the sandbox's identity would give to a persona of that company, if it knew it."""
    return tokens(plan).for_persona(Persona(company, role, role.title(), f"{role}@{company.slug}.example"))


def tokens(plan: Plan) -> TokenMaker:
    """Signs in the name of the sandbox's identity, with its key."""
    return TokenMaker(plan.issuer, load_or_create_key(plan.state.folder / "sandbox"))
