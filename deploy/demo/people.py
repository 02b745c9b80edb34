"""How the demo writes down companies and customers: short, and as the bodies that customer-svc takes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.model import starter_id
from deploy.sandbox.identity.personas import Company
from deploy.sandbox.phone.accounts import Account, accounts_of

Json = dict[str, Any]

# By the first digits of the postal code.
TOWNS = {
    "802": ("Denver", "CO"),
    "809": ("Colorado Springs", "CO"),
    "100": ("New York", "NY"),
    "112": ("Brooklyn", "NY"),
}


@dataclass(frozen=True)
class Customer:
    """A customer to create, known by name; archived or blocked afterwards where it says so."""

    name: str
    contacts: tuple[Json, ...]
    service_addresses: tuple[Json, ...]
    kind: str = "residential"
    tags: tuple[str, ...] = ()
    notes: str = ""
    archived: bool = False
    blocked: bool = False
    texts: bool = False
    """Whether the contacts have said YES to texts."""

    def body(self, company: Company) -> Json:
        """What `POST /v1/customers` takes; the region is that of the first service address."""
        plain = {name: getattr(self, name) for name in ("name", "kind", "tags", "notes", "contacts")}
        region = region_id(company, self.service_addresses[0]["city"])
        return {**plain, "region_id": str(region), "service_addresses": self.service_addresses}


NO_QUIET_HOURS = {"starts": "00:00", "ends": "00:00"}
"""So that texts arrive at whatever hour somebody looks."""


@dataclass(frozen=True)
class Seed:
    """A company with its regions and customers."""

    company: Company
    zone: str
    brand: Json
    regions: tuple[str, ...]
    sender: Json
    customers: tuple[Customer, ...]

    def body(self) -> Json:
        """What `POST /v1/companies` takes."""
        regions = [
            {"id": str(region_id(self.company, name)), "name": name, "reply_to": self.reply_to(name)}
            for name in self.regions
        ]
        plain = {"id": str(self.company.id), "name": self.company.name, "slug": self.company.slug, "zone": self.zone}
        return {**plain, "brand": self.brand, "regions": regions, "quiet_hours": NO_QUIET_HOURS}

    def reply_to(self, region: str) -> str:
        return f"{slug(region)}@{self.company.slug}.example"


def region_id(company: Company, name: str) -> UUID:
    """The same in every run, so that nothing has to be looked up."""
    return starter_id(company.id, "region", slug(name))


def slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def home(name: str, mailbox: str, phone: str, line: str, postal_code: str, **more: Any) -> Customer:
    """A household: one person, one email address, one phone, one service address."""
    return Customer(name, (contact(name, email(mailbox), phone=phone),), (site(line, postal_code),), **more)


def contact(name: str, *emails: Json, phone: str | None = None, **flags: bool) -> Json:
    """A person; flags not named are the company's defaults."""
    return {"name": name, "emails": emails, "phones": [{"number": phone}] if phone else [], "flags": flags}


def email(address: str, **flags: bool) -> Json:
    return {"address": address, "flags": flags}


def site(line: str, postal_code: str, *recipients: Json) -> Json:
    """A service address; where it has recipients of its own, they are told as well."""
    city, state = TOWNS[postal_code[:3]]
    place = {"line": line, "city": city, "state": state, "postal_code": postal_code}
    return {**place, "additional_communication": bool(recipients), "recipients": recipients}


def tenant(name: str, address: str, phone: str | None = None, **flags: bool) -> Json:
    """Somebody who lives there; the role switches news about money off."""
    phones = [{"number": phone}] if phone else []
    return {"name": name, "role": "tenant", "emails": [address], "phones": phones, "flags": flags}


def account_of(company: Company) -> Account:
    """The company's account at the sandbox's phone."""
    [account] = [account for account in accounts_of({}).all if account.company is company]
    return account


def twilio(company: Company, from_address: str) -> Json:
    """What `PUT /v1/sender` takes: the company's account, and a From of its own."""
    account = account_of(company)
    phone = {
        "account_sid": account.sid,
        "auth_token": account.token,
        "messaging_service_sid": account.service_sid,
        "numbers": [account.number],
        "messages_per_second": account.settings.messages_per_second,
    }
    return {"from_address": from_address, "reply_to": None, "phone": phone}


def only(*wanted: str) -> dict[str, bool]:
    """Flags of an email address: these on, the others off."""
    return {flag: flag in wanted for flag in ("confirmations", "status_updates", "payment_receipts", "invoices")}
