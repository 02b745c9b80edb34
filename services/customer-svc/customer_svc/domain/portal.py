"""The portal's rules: who may be invited and sign in, how long things hold, how guessing is slowed down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints
from zxcvbn import zxcvbn

from contracts.addresses import normalised_email
from contracts.customer_requests import Purpose
from contracts.model import Money
from contracts.profiles import Brand, Card, CompanyProfile, Contact, ServiceAddress, Specials
from customer_svc.domain.company import today
from customer_svc.domain.customer import Customer
from customer_svc.domain.parts import find
from customer_svc.domain.values import Body, Email, Slug
from servicekit.errors import Conflict, Forbidden, Problem, Unauthorized, Unprocessable

GOOD_FOR = {Purpose.CONFIRM: timedelta(days=7), Purpose.RESET: timedelta(hours=1)}
ASK_AGAIN_AFTER = timedelta(minutes=1)
"""Who asks for a link is written to again after this time, and twice as long each time they ask."""
ACCESS_TOKEN = timedelta(minutes=10)
SESSION = timedelta(days=30)

FREE_TRIES = 5
FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=1), timedelta(hours=1)

SHORTEST, LONGEST = 10, 200
LEAST_SCORE = 2  # of zxcvbn: more than a million guesses
LONGEST_RATED = 72  # what is longer takes it seconds
Password = Annotated[str, StringConstraints(min_length=SHORTEST, max_length=LONGEST)]


class ConfirmedAlready(Conflict):
    """This contact has confirmed the account already."""

    slug = "confirmed-already"


class SignInAddress(Conflict):
    """Somebody signs in with this address: add the other one, and have the company invite it."""

    slug = "sign-in-address"


class SignsInElsewhere(Conflict):
    """Another contact signs in with this address."""

    slug = "signs-in-elsewhere"


class AccountClosed(Forbidden):
    """This account is closed: please ask the company."""

    slug = "account-closed"


class WrongPassword(Unauthorized):
    """The email address or the password is not right."""

    slug = "wrong-password"


class TooManyTries(Problem):
    """Too many tries: please wait."""

    status, slug = 429, "too-many-tries"

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.retry_after = max(1, seconds)


class InvitationUsed(Conflict):
    """This link was used already, has expired, or a newer one was sent: please ask for another."""

    slug = "invitation-used"


class SignIn(Body):
    """Who wants to sign in, and where."""

    company: Slug
    email: Email
    password: Annotated[str, StringConstraints(max_length=200)]


class Forgotten(Body):
    """Whose password is to be chosen anew."""

    company: Slug
    email: Email


class NewPassword(Body):
    """A password, by the link in an invitation."""

    token: Annotated[str, StringConstraints(max_length=200)]
    password: Password


class PortalCompany(BaseModel):
    """The company, as its customers know it."""

    name: str
    locale: str
    brand: Brand


class Me(BaseModel):
    """Who is signed in, and what they are told at the top of the portal (S0.21)."""

    customer_id: UUID
    contact_id: UUID
    name: str
    email: str
    company: PortalCompany
    specials: Specials | None


class Standing(StrEnum):
    """Where an invitation, and the account that comes of it, stands."""

    NONE = "none"
    INVITED = "invited"
    EXPIRED = "expired"
    """Invited, and the link holds no more."""
    CONFIRMED = "confirmed"
    LOCKED = "locked"
    """Confirmed, and after too many tries nobody may sign in for a while."""


@dataclass(frozen=True, slots=True)
class Access:
    """What the office sees of a contact's way into the portal, by one email address."""

    contact_id: UUID
    email_id: UUID
    address: str
    invited_at: datetime | None
    """When the link was sent that was not used yet."""
    invitation_expires_at: datetime | None
    confirmed_at: datetime | None
    signed_in_at: datetime | None
    """When somebody signed in last."""
    locked_until: datetime | None

    def standing(self, now: datetime) -> Standing:
        """Where it stands."""
        if self.confirmed_at is not None:
            return Standing.LOCKED if self.locked_until else Standing.CONFIRMED
        if self.invitation_expires_at is None:
            return Standing.NONE
        return Standing.INVITED if self.invitation_expires_at > now else Standing.EXPIRED


class OwnCustomer(BaseModel):
    """A customer as its own people see it: without what the office notes, sorts and decides."""

    id: UUID
    version: int
    name: str
    locale: str | None
    contacts: tuple[Contact, ...]
    service_addresses: tuple[ServiceAddress, ...]
    reward_balance: Money | None
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """A contact who signs in by an email address, or is invited to."""

    company_id: UUID
    email_id: UUID
    customer_id: UUID
    contact_id: UUID
    normalised: str
    password_hash: str | None
    confirmed_at: datetime | None


def invited(customer: Customer, contact_id: UUID, email_id: UUID) -> str:
    """The address that can be invited, normalised. Raises `NotFound`, `AccountClosed`."""
    check_open(customer)
    return normalised_email(find(find(customer.contacts, contact_id).emails, email_id).address)


def check_open(customer: Customer) -> None:
    """Raise `AccountClosed` where the customer is blocked or archived (S4.15, S4.16)."""
    if customer.blocked or customer.archived:
        raise AccountClosed


def check_password(password: str, names: Iterable[str]) -> None:
    """Raise `Unprocessable` for a password that is too short, or too easily guessed by who knows these names."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Unprocessable(f"A password has {SHORTEST} to {LONGEST} characters.")
    if zxcvbn(password[:LONGEST_RATED], list(names))["score"] < LEAST_SCORE:
        raise Unprocessable("This password is too easy to guess.")


def lock_after(failures: int) -> timedelta | None:
    """How long nobody may try after that many failures in a row: longer each time."""
    if failures < FREE_TRIES:
        return None
    doubled: int = 2 ** min(10, failures - FREE_TRIES)
    return min(LONGEST_LOCK, FIRST_LOCK * doubled)


def me(customer: Customer, account: Account, company: CompanyProfile, now: datetime) -> Me:
    """What the portal greets with. Raises `NotFound` where the contact is gone."""
    contact = find(customer.contacts, account.contact_id)
    return Me(
        customer_id=customer.id,
        contact_id=contact.id,
        name=contact.name,
        email=find(contact.emails, account.email_id).address,
        company=PortalCompany(name=company.name, locale=company.locale, brand=company.brand),
        specials=_specials(contact, company, today(company, now)),
    )


def own(customer: Customer) -> OwnCustomer:
    """What the customer's own people may see of it."""
    return OwnCustomer(**{name: getattr(customer, name) for name in OwnCustomer.model_fields})


def _specials(contact: Contact, company: CompanyProfile, on: date) -> Specials | None:
    specials = company.specials
    if specials is None or not contact.flags.service_specials:
        return None
    begun = specials.starts_on is None or specials.starts_on <= on
    return specials if begun and (specials.ends_on is None or on <= specials.ends_on) else None
