"""Preferences over HTTP: a person's own, by the link in an email; and for the office, who set which flag, and when."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel

from contracts.profiles import Brand
from customer_svc.domain import preferences
from customer_svc.domain.changes import By
from customer_svc.domain.customer import Customer
from customer_svc.domain.preferences import Origin, OwnPreferences, OwnSetting, Wishes
from customer_svc.http.changing import OFFICE
from customer_svc.store import changes, companies, customers
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.errors import NotFound
from servicekit.http import Db, no_store
from servicekit.links import Link, Links

BY_LINK = By("customer", "preference link")

router = APIRouter(prefix="/v1/preferences/{token}", tags=["for readers of emails"])
office_router = APIRouter(prefix="/v1/customers/{customer_id}/preferences", tags=["change log"])

Office = Annotated[Principal, Depends(require(*OFFICE))]


class CompanyOfLink(BaseModel):
    """Who writes to the person."""

    id: UUID
    name: str
    locale: str
    brand: Brand


class PreferencesOfLink(OwnPreferences):
    """What one person wants to get from one company."""

    company: CompanyOfLink
    locale: str
    """The language they are written to in (BCP 47)."""
    set: tuple[OwnSetting, ...]


def _link(token: Annotated[str, Path(max_length=200, description="of the link in an email")], request: Request) -> Link:
    """Whom the link speaks for; a 404 for one that is none."""
    links: Links = request.app.state.links
    return links.read(token)


Reader = Annotated[Link, Depends(_link)]


@router.get("", dependencies=[Depends(no_store)])
async def read_own_preferences(link: Reader, request: Request, db: Db) -> PreferencesOfLink:
    """What the reader of an email wants to get, by its link and without signing in."""
    async with db.worker() as tx:
        customer = await customers.get(tx, link.company_id, link.customer_id)
        return await _answer(tx, link, _still_of(customer, link, request), request)


@router.patch("", dependencies=[Depends(no_store)])
async def change_own_preferences(body: Wishes, link: Reader, request: Request, db: Db) -> PreferencesOfLink:
    """Change one's own flags; those not named stay as they are, whoever changed them meanwhile."""
    async with db.worker() as tx:
        before = _still_of(await customers.lock(tx, link.company_id, link.customer_id), link, request)
        after = await customers.save(tx, before, preferences.chosen(before, link.person_id, body), BY_LINK)
        await changes.add_kept(tx, after, BY_LINK, body.named(link.person_id))
        return await _answer(tx, link, after, request)


@office_router.get("")
async def list_preferences(customer_id: UUID, who: Office, db: Db) -> list[Origin]:
    """Each preference of the customer's people and addresses: on or off, and who set it so, when and how (S4.10)."""
    async with db.company(who.company) as tx:
        customer = await customers.get(tx, who.company, customer_id)
        return preferences.origins(customer, await changes.settings(tx, who.company, customer_id))


def _still_of(customer: Customer, link: Link, request: Request) -> Customer:
    """The customer, as long as the address that the link was sent to is that person's. Raises `NotFound`."""
    links: Links = request.app.state.links
    if not any(links.is_to(link, address) for address in preferences.addresses(customer, link.person_id)):
        raise NotFound("This address is not on file any more.")
    return customer


async def _answer(tx: Tx, link: Link, customer: Customer, request: Request) -> PreferencesOfLink:
    links: Links = request.app.state.links
    company = await companies.get(tx, link.company_id)
    log = await changes.settings(tx, link.company_id, customer.id)
    own = preferences.own(customer, link.person_id, lambda address: links.is_to(link, address))
    return PreferencesOfLink(
        company=CompanyOfLink(id=company.id, name=company.name, locale=company.locale, brand=company.brand),
        locale=customer.locale or company.locale,
        set=tuple(preferences.own_settings(customer, link.person_id, log)),
        **dict(own),
    )
