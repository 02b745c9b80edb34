"""A company: its settings, its regions, and the defaults that new customers start with."""

from datetime import date, datetime
from typing import Annotated, cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from contracts.model import Flag
from contracts.profiles import CompanyProfile, Region, Specials
from customer_svc.domain.flags import ContactFlagChanges, EmailFlagChanges, RecipientFlagChanges
from customer_svc.domain.parts import merged
from customer_svc.domain.values import (
    Body,
    Colour,
    Currency,
    Email,
    Link,
    LocaleName,
    LocalTime,
    Name,
    PhoneText,
    Slug,
    Text,
    Zone,
    reachable,
)
from servicekit.errors import Unprocessable

_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
class BrandChanges(TypedDict, total=False):
    """How the company looks; the logo is uploaded, not linked."""

    colour: Colour
    email: Email | None
    phone: PhoneText | None
    website: Link | None
    postal_address: Text
    portal_url: Link | None


@with_config(_STRICT)
class QuietHoursChanges(TypedDict, total=False):
    """When texts and calls wait (G13)."""

    starts: LocalTime
    ends: LocalTime
    hold_email: Flag
    urgent_passes: Flag


@with_config(_STRICT)
class CapsChanges(TypedDict, total=False):
    """Most messages a recipient gets in a day (G13)."""

    per_recipient_per_day: Annotated[int, Field(ge=1, le=1000)] | None


@with_config(_STRICT)
class SandboxChanges(TypedDict, total=False):
    """Whether nobody but the allow-list is reached (G16)."""

    on: Flag
    allow_list: Annotated[tuple[Name, ...], Field(max_length=100)]


class SpecialsSettings(Body):
    """What the company offers in its customer portal, and from when until when."""

    text: Name
    link: Link | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class RegionSettings(Body):
    """A region; without an id it is a new one."""

    id: UUID | None = None
    name: Name
    active: Flag = True
    reply_to: Email | None = None
    portal_url: Link | None = None


Regions = Annotated[tuple[RegionSettings, ...], Field(max_length=100)]


@with_config(_STRICT)
class CompanyChanges(TypedDict, total=False):
    """Whichever settings a request names. `regions` is the whole list: a region left out is removed."""

    name: Name
    slug: Slug
    zone: Zone
    currency: Currency
    locale: LocaleName
    brand: BrandChanges
    email_defaults: EmailFlagChanges
    contact_defaults: ContactFlagChanges
    recipient_defaults: RecipientFlagChanges
    regions: Regions
    quiet_hours: QuietHoursChanges
    caps: CapsChanges
    sandbox: SandboxChanges
    specials: SpecialsSettings | None


class CompanySettings(Body):
    """All settings of a company; what is not named has the product's default."""

    name: Name
    slug: Slug
    zone: Zone
    currency: Currency = "USD"
    locale: LocaleName = "en-US"
    brand: BrandChanges = Field(default_factory=BrandChanges)
    email_defaults: EmailFlagChanges = Field(default_factory=EmailFlagChanges)
    contact_defaults: ContactFlagChanges = Field(default_factory=ContactFlagChanges)
    recipient_defaults: RecipientFlagChanges = Field(default_factory=RecipientFlagChanges)
    regions: Regions = ()
    quiet_hours: QuietHoursChanges = Field(default_factory=QuietHoursChanges)
    caps: CapsChanges = Field(default_factory=CapsChanges)
    sandbox: SandboxChanges = Field(default_factory=SandboxChanges)
    specials: SpecialsSettings | None = None

    def changes(self) -> CompanyChanges:
        """The same, as changes of a company with default settings."""
        return cast("CompanyChanges", {name: getattr(self, name) for name in CompanySettings.model_fields})


def new(company_id: UUID, settings: CompanySettings) -> CompanyProfile:
    """A company with these settings."""
    bare = CompanyProfile(
        id=company_id, company_id=company_id, version=1, name=settings.name, slug=settings.slug, zone=settings.zone
    )
    return change(bare, settings.changes())


def replace(old: CompanyProfile, settings: CompanySettings) -> CompanyProfile:
    """The company with these settings and no others; its logo stays."""
    fresh = new(old.id, settings)
    kept = {"version": old.version, "brand": fresh.brand.model_copy(update={"logo_url": old.brand.logo_url})}
    return fresh.model_copy(update=kept)


def change(company: CompanyProfile, changes: CompanyChanges) -> CompanyProfile:
    """The company with these settings changed. Defaults reach new customers only (S0.3)."""
    changed = merged(company, {name: value for name, value in changes.items() if name not in ("regions", "specials")})
    if "regions" in changes:
        changed = changed.model_copy(update={"regions": _regions(changes["regions"])})
    if "specials" in changes:
        changed = changed.model_copy(update={"specials": _specials(changes["specials"])})
    entries = dict.fromkeys(reachable(entry, changed.locale) for entry in changed.sandbox.allow_list)
    return merged(changed, {"sandbox": {"allow_list": tuple(entries)}})


def with_logo(company: CompanyProfile, url: str | None) -> CompanyProfile:
    """The company with this logo, or none."""
    return merged(company, {"brand": {"logo_url": url}})


def today(company: CompanyProfile, now: datetime) -> date:
    """The day it is where the company is."""
    return now.astimezone(ZoneInfo(company.zone)).date()


def _specials(wanted: SpecialsSettings | None) -> Specials | None:
    if wanted is None:
        return None
    if wanted.starts_on and wanted.ends_on and wanted.ends_on < wanted.starts_on:
        raise Unprocessable("It would end before it starts.")
    return Specials(**dict(wanted))


def _regions(wanted: tuple[RegionSettings, ...]) -> tuple[Region, ...]:
    regions = tuple(Region(**{**region.model_dump(), "id": region.id or uuid4()}) for region in wanted)
    if len({region.id for region in regions}) < len(regions):
        raise Unprocessable("Two regions have the same id.")
    return regions
