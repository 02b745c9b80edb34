"""A customer: what is published of it, plus the office's notes, which never are."""

from typing import Annotated
from uuid import UUID, uuid4

from pydantic import ConfigDict, Field, StringConstraints, with_config
from typing_extensions import TypedDict

from contracts.model import Flag, Money
from contracts.profiles import Card, CompanyProfile, CustomerDeleted, CustomerKind, CustomerProfile
from customer_svc.domain.parts import merged
from customer_svc.domain.values import Body, LastFour, LocaleName, Name, Notes, Zone
from servicekit.errors import Unprocessable

Tags = Annotated[tuple[Name, ...], Field(max_length=50)]


class Customer(CustomerProfile):
    """The whole aggregate; its version is that of anything in it."""

    notes: str = ""
    """For the office only (S4.19)."""
    external_id: str | None = None
    """The id in another system, by which it is read in again; for the office only, too."""


class CardOnFile(Body):
    """A card on file (S4.22)."""

    last_four: LastFour
    default: Flag = False


Cards = Annotated[tuple[CardOnFile, ...], Field(max_length=20)]


ExternalId = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$", strip_whitespace=True)
]


class CustomerFields(Body):
    """A new customer's plain fields."""

    name: Name
    external_id: ExternalId | None = None
    kind: CustomerKind = CustomerKind.RESIDENTIAL
    region_id: UUID | None = None
    head_office: Flag = False
    send_client_notifications: Flag = True
    """Whether the rules of its region reach it (S3.13); all other rules go by the contacts' preferences."""
    tags: Tags = ()
    zone: Zone | None = None
    locale: LocaleName | None = None
    """The language it wants to be written to in; the company's where absent."""
    notes: Notes = ""
    sales_tax_exempt: Flag = False
    reward_balance: Money | None = None
    cards: Cards = ()


@with_config(ConfigDict(extra="forbid"))
class CustomerChanges(TypedDict, total=False):
    """Whichever plain fields a request names; the others stay."""

    name: Name
    kind: CustomerKind
    region_id: UUID | None
    head_office: Flag
    send_client_notifications: Flag
    tags: Tags
    zone: Zone | None
    locale: LocaleName | None
    notes: Notes
    sales_tax_exempt: Flag
    reward_balance: Money | None
    cards: Cards


def new(fields: CustomerFields, company: CompanyProfile) -> Customer:
    """A customer of this company, so far without contacts and addresses."""
    plain = {name: getattr(fields, name) for name in CustomerFields.model_fields}
    start = Customer(id=uuid4(), company_id=company.id, version=1, name=fields.name, kind=fields.kind)
    return _settled(_placed(start.model_copy(update=plain), company))


def change(customer: Customer, changes: CustomerChanges, company: CompanyProfile) -> Customer:
    """The customer with other plain fields; a region that is gone may stay where it was."""
    changed = merged(customer, changes)
    return _settled(changed if changed.region_id == customer.region_id else _placed(changed, company))


def _placed(customer: Customer, company: CompanyProfile) -> Customer:
    """In no region, or in one of the company's."""
    if customer.region_id is not None and customer.region_id not in {region.id for region in company.regions}:
        raise Unprocessable("The company has no such region.")
    return customer


def _settled(customer: Customer) -> Customer:
    """Each tag once, cards as they are published."""
    cards = tuple(Card(last_four=card.last_four, default=card.default) for card in customer.cards)
    if sum(card.default for card in cards) > 1:
        raise Unprocessable("At most one card can be the default.")
    return customer.model_copy(update={"tags": tuple(dict.fromkeys(customer.tags)), "cards": cards})


def archive(customer: Customer, archived: bool) -> Customer:
    """Nothing is sent to an archived customer; the data stays (S4.16)."""
    return customer.model_copy(update={"archived": archived})


def block(customer: Customer, blocked: bool) -> Customer:
    """A blocked customer can't book or sign in; messages on existing jobs go on (D11)."""
    return customer.model_copy(update={"blocked": blocked})


def profile(customer: Customer) -> CustomerProfile:
    """What other services and technicians may know: the contract's fields and nothing else (S4.19)."""
    return CustomerProfile(**{name: getattr(customer, name) for name in CustomerProfile.model_fields})


def deleted(customer: Customer) -> CustomerDeleted:
    """What is left to say about a customer who is gone; newer than all that was said before."""
    return CustomerDeleted(id=customer.id, company_id=customer.company_id, version=customer.version + 1)
