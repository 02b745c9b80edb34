"""Companies, their regions and logos."""

from typing import Any
from uuid import UUID

from contracts.profiles import CompanyProfile
from contracts.topics import COMPANIES
from customer_svc.domain.changes import Operation, company_changes
from customer_svc.domain.logo import Logo
from customer_svc.store import changes, queries
from customer_svc.store.refusals import refusals
from servicekit import outbox
from servicekit.db import Tx
from servicekit.errors import NotFound


async def find(tx: Tx, company_id: UUID) -> CompanyProfile | None:
    """The company, if there is one."""
    row = await queries.get_company(tx, company_id)
    return None if row is None else CompanyProfile.model_validate(dict(row))


async def get(tx: Tx, company_id: UUID) -> CompanyProfile:
    """The company. Raises `NotFound`."""
    company = await find(tx, company_id)
    if company is None:
        raise NotFound("There is no such company.")
    return company


async def lock(tx: Tx, company_id: UUID) -> CompanyProfile | None:
    """The company, if there is one; nobody else changes it until the transaction ends."""
    await queries.lock_company(tx, company_id)
    return await find(tx, company_id)


async def add(tx: Tx, company: CompanyProfile, by: Operation) -> CompanyProfile:
    """Store, note and publish a new company. Raises `Conflict` where its id or slug is taken."""
    with refusals():
        await queries.insert_company(tx, *_row(company))
    await _save_regions(tx, company)
    await changes.add_company(tx, company, by, company_changes(None, company))
    await _publish(tx, company)
    return company


async def save(tx: Tx, before: CompanyProfile, after: CompanyProfile, by: Operation) -> CompanyProfile:
    """Store, note and publish a changed company as its next version; one that did not change stays as it is."""
    if after == before:
        return before
    after = after.model_copy(update={"version": before.version + 1})
    with refusals():
        await queries.update_company(tx, *_row(after))
        await _save_regions(tx, after)
    await changes.add_company(tx, after, by, company_changes(before, after))
    await _publish(tx, after)
    return after


async def add_logo(tx: Tx, company_id: UUID, logo: Logo) -> None:
    """Keep a logo; one that is there already is kept once."""
    await queries.add_logo(tx, company_id, *logo)


async def find_logo(tx: Tx, sha256: str) -> Logo:
    """The logo with this hash, whoever's it is. Raises `NotFound`."""
    row = await queries.find_logo(tx, sha256)
    if row is None:
        raise NotFound
    return Logo(*row)


def _row(company: CompanyProfile) -> tuple[Any, ...]:
    defaults = ("email_defaults", "contact_defaults", "recipient_defaults")
    parts = ("brand", *defaults, "quiet_hours", "caps", "sandbox", "specials")
    settings = company.model_dump(mode="json", include=set(parts))
    plain = (company.id, company.version, company.name, company.slug, company.zone, company.currency, company.locale)
    return (*plain, *(settings[part] for part in parts))


async def _save_regions(tx: Tx, company: CompanyProfile) -> None:
    await queries.remove_other_regions(tx, company.id, [region.id for region in company.regions])
    rows = [region.model_dump(mode="json") | {"position": i} for i, region in enumerate(company.regions)]
    await queries.save_regions(tx, company.id, rows)


async def _publish(tx: Tx, company: CompanyProfile) -> None:
    await outbox.add(tx, [outbox.Message(COMPANIES, str(company.id), company.id, company)])
