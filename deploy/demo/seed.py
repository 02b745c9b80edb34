"""Creates what the demo needs and is not there yet; what is there stays as people left it."""

from uuid import UUID

from contracts.model import starter_id
from deploy.demo.api import Api, Json
from deploy.demo.narrator import Narrator
from deploy.demo.people import Customer, Seed
from deploy.sandbox.identity.personas import PERSONAS

# One of each kind of default is enough: a service makes all of a kind in one transaction.
DEFAULTS = (
    ("status-svc", "statuses", "status", "scheduled"),
    ("template-svc", "templates", "template", "job-created"),
    ("notifier-svc", "rules", "rule", "job-created"),
)


def add_company(platform: Api, seed: Seed) -> None:
    """Create the company, unless it exists."""
    if platform.find("customer-svc", f"/v1/companies/{seed.company.id}") is None:
        platform.post("customer-svc", "/v1/companies", seed.body())


def wait_for_defaults(office: Api, company_id: UUID, narrator: Narrator) -> None:
    """A new company travels over Kafka; the other services then make its statuses, templates and rules."""
    for service, many, kind, slug in DEFAULTS:
        _wait_for(office, service, f"/v1/{many}/{starter_id(company_id, kind, slug)}", narrator)


def add_sender(admin: Api, seed: Seed) -> None:
    """Give the company its From and its phone account, unless it has set its own."""
    if admin.find("notifier-svc", "/v1/sender") is None:
        admin.put("notifier-svc", "/v1/sender", seed.sender)


def add_technicians(office: Api, seed: Seed) -> None:
    """Name those of the company's people who come to the door, so that a visit can be planned for them."""
    there = {each["id"] for each in office.get("status-svc", "/v1/technicians")["items"]}
    for persona in PERSONAS.values():
        if persona.company == seed.company and persona.role == "tech" and str(persona.subject) not in there:
            office.put("status-svc", f"/v1/technicians/{persona.subject}", {"name": persona.name})


def attach_work_order(admin: Api, company_id: UUID) -> None:
    """Have the email that a job is done take the work order along, unless somebody has changed that rule."""
    path = f"/v1/rules/{starter_id(company_id, 'rule', 'work-order-closed')}"
    rule = admin.get("notifier-svc", path)
    if rule["version"] == 1:
        admin.put("notifier-svc", path, rule | {"attach_report": "work_order"}, version=1)


def add_consents(admin: Api, seed: Seed) -> None:
    """Write down who has said YES to texts; what was said since stays."""
    for customer in (each for each in seed.customers if each.texts):
        for summary in admin.every("customer-svc", "/v1/customers", search=customer.name):
            allow_texts(admin, admin.get("customer-svc", f"/v1/customers/{summary['id']}"))


def allow_texts(admin: Api, there: Json) -> None:
    """Write down that all contacts of the customer have said YES, where they have said nothing yet."""
    for phone in (phone for contact in there["contacts"] for phone in contact["phones"]):
        if phone["sms_consent"] == "none":
            path = f"/v1/customers/{there['id']}/phones/{phone['id']}/consent"
            given = {"sms": "granted", "source": "said YES when the demo was made"}
            there = admin.put("customer-svc", path, given, version=there["version"])


def add_customers(office: Api, seed: Seed) -> int:
    """Create the customers that are missing, by name; how many those were."""
    known = {summary["name"]: summary for archived in (False, True) for summary in _listed(office, archived)}
    for customer in seed.customers:
        there = known.get(customer.name) or office.post("customer-svc", "/v1/customers", customer.body(seed.company))
        _settle(office, customer, there)
    return sum(customer.name not in known for customer in seed.customers)


def _wait_for(office: Api, service: str, path: str, narrator: Narrator) -> None:
    trouble = f"{service} has no {path}, which a new company begins with. Its log is {office.plan.state.log(service)}."
    narrator.wait(lambda: office.find(service, path) is not None, lambda: trouble)


def _listed(office: Api, archived: bool) -> list[Json]:
    return list(office.every("customer-svc", "/v1/customers", archived=archived))


def _settle(office: Api, customer: Customer, there: Json) -> None:
    """Archive or block a customer who should be."""
    for wanted, act, state in ((customer.archived, "archive", "archived"), (customer.blocked, "block", "blocked")):
        if wanted and not there[state]:
            path = f"/v1/customers/{there['id']}/{act}"
            there = office.post("customer-svc", path, version=there["version"])
