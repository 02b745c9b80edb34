"""What a job needs to know of customers and companies: a thin copy, without a name or an address in it."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.model import Contract
from contracts.profiles import CompanyProfile, CustomerProfile, Snapshot
from servicekit.errors import Conflict, Forbidden


class CustomerNotKnownYet(Conflict):
    """This customer is not known here yet; one created a moment ago will be soon."""

    slug, retry_after = "customer-not-known-yet", 1


class CompanyNotKnownYet(Conflict):
    """This company is not known here yet; one created a moment ago will be soon."""

    slug, retry_after = "company-not-known-yet", 1


class CustomerBlocked(Conflict):
    """This customer is blocked: no new jobs (D11)."""

    slug = "customer-blocked"


class CustomerArchived(Conflict):
    """This customer is archived; restore them before booking."""

    slug = "customer-archived"


class AccountClosed(Forbidden):
    """This account is closed: please ask the company."""

    slug = "account-closed"


class NotTheirAddress(Conflict):
    """This service address does not belong to the customer."""

    slug = "not-their-address"


class KnownAddress(Contract):
    """A service address, as far as jobs care."""

    id: UUID
    zone: str
    """IANA zone."""


class KnownCustomer(Snapshot):
    """A customer, as far as jobs care."""

    blocked: bool = False
    archived: bool = False
    service_addresses: tuple[KnownAddress, ...] = ()


class KnownCompany(Snapshot):
    """A company, as far as jobs care."""

    zone: str
    currency: str


def known_customer(profile: CustomerProfile) -> KnownCustomer:
    """The part of a profile that is kept here."""
    return KnownCustomer.model_validate(profile, from_attributes=True)


def known_company(profile: CompanyProfile) -> KnownCompany:
    """The part of a profile that is kept here."""
    return KnownCompany.model_validate(profile, from_attributes=True)


def check_may_book(customer: KnownCustomer) -> None:
    """Refuse a new job for who can't have one (D11)."""
    if customer.blocked:
        raise CustomerBlocked
    if customer.archived:
        raise CustomerArchived


def check_open(customer: KnownCustomer | None) -> None:
    """Refuse everything to customers who are blocked, archived or gone (S4.15, S4.16, S4.17)."""
    if customer is None or customer.blocked or customer.archived:
        raise AccountClosed


def zone_at(customer: KnownCustomer, address_id: UUID) -> str:
    """The zone in which visits at this address are told (D10)."""
    for address in customer.service_addresses:
        if address.id == address_id:
            return address.zone
    raise NotTheirAddress


def zone_of_days(company: KnownCompany, customer: KnownCustomer | None, address_id: UUID) -> str:
    """The zone in which a day ends for who has to pay or answer: the service address's, else the company's (D10)."""
    addresses = customer.service_addresses if customer else ()
    return next((address.zone for address in addresses if address.id == address_id), company.zone)


def end_of(day: date, zone: str) -> datetime:
    """The moment at which `day` is over in `zone`."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def today(now: datetime, zone: str) -> date:
    """The day it is in `zone`."""
    return now.astimezone(ZoneInfo(zone)).date()
