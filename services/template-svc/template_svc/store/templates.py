"""Templates and their published versions in the database; what changes is published and logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from contracts.deliveries import Channel
from contracts.model import starter_id
from contracts.profiles import TemplateEntry, TemplateState
from contracts.topics import TEMPLATES
from servicekit import outbox
from servicekit.db import Tx
from servicekit.errors import NotFound
from template_svc.domain.drafts import Version, Words
from template_svc.domain.occasions import Untold
from template_svc.domain.variants import ENGLISH, Variants
from template_svc.starters import Starter
from template_svc.store import QUERIES, changes


class By(NamedTuple):
    """Who writes: the subject of a token, and what it calls them."""

    id: str
    name: str | None


@dataclass(frozen=True)
class Template:
    """A template as its author sees it."""

    company_id: UUID
    id: UUID
    version: int
    name: str
    channel: Channel
    state: TemplateState
    words: Variants[Words]
    published_version: int | None
    changed_since_published: bool
    untold: Mapping[str, Sequence[str]]
    """By trigger: the tags that the published words need and that are never known then."""
    created_at: datetime
    updated_at: datetime
    updated_by: str
    updated_by_name: str | None


@dataclass(frozen=True)
class PublishedVersion:
    """A version as it was written when it was published."""

    number: int
    words: Variants[Words]
    published_at: datetime
    published_by: str
    published_by_name: str | None


@dataclass(frozen=True, slots=True)
class Current:
    """Which version of a template is in use now."""

    company_id: UUID
    state: TemplateState
    number: int | None


_PARTS = ("subject", "preheader", "html", "text")


def _words(row: Any, channel: Channel) -> Variants[Words]:
    """The default variant from columns of its own, the others from one."""
    rows = {row["locale"]: row} | row["variants"]
    return Variants(
        row["locale"], {locale: Words(channel, *(r[part] for part in _PARTS)) for locale, r in rows.items()}
    )


def _columns(words: Variants[Words]) -> tuple[Any, ...]:
    """The other way round: locale, parts of the default variant, the others."""
    others = {locale: {part: getattr(w, part) for part in _PARTS} for locale, w in words.others.items()}
    return words.default, *(getattr(words.main, part) for part in _PARTS), others


def _finished(words: Variants[Words], version: Variants[Version]) -> tuple[str, str, dict[str, Any]]:
    """What is rendered: document and plain text of the default variant, and the others whole."""
    *_, others = _columns(words)
    for locale, finished in version.others.items():
        others[locale] |= {"document": finished.html, "plain": finished.text}
    return version.main.html, version.main.text, others


def _template(row: Any) -> Template:
    if row is None:
        raise NotFound("There is no such template.")
    return Template(
        company_id=row["company_id"],
        id=row["id"],
        version=row["version"],
        name=row["name"],
        channel=Channel(row["channel"]),
        state=TemplateState(row["state"]),
        words=_words(row, Channel(row["channel"])),
        published_version=row["published_version"],
        changed_since_published=row["changed_since_published"],
        untold=row["untold"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        updated_by=row["updated_by"],
        updated_by_name=row["updated_by_name"],
    )


async def create(
    tx: Tx, company_id: UUID, template_id: UUID, name: str, words: Variants[Words], by: By, how: str = "created"
) -> Template:
    """Store a new draft."""
    channel = words.main.channel
    row = await QUERIES.insert_template(tx, company_id, template_id, name, channel, *_columns(words), *by)
    [template] = await _began(tx, [_template(row)], how)
    return template


async def get(tx: Tx, template_id: UUID) -> Template:
    """One template. Raises `NotFound`."""
    return _template(await QUERIES.get_template(tx, template_id))


async def lock(tx: Tx, template_id: UUID) -> Template:
    """One template that nobody else changes until the transaction ends. Raises `NotFound`."""
    return _template(await QUERIES.lock_template(tx, template_id))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which templates; `None` does not narrow."""

    channel: Channel | None = None
    state: TemplateState | None = None
    search: str | None = None
    """Part of the name, however it is capitalised."""
    archived: bool | None = None


async def list_page(tx: Tx, wanted: Filter, after: tuple[str, UUID] | None, limit: int) -> list[Template]:
    """Templates by name, those after `after`."""
    name, template_id = after or (None, None)
    narrowed = (wanted.channel, wanted.state, name, template_id, wanted.search, wanted.archived)
    return [_template(row) async for row in QUERIES.list_templates(tx, *narrowed, limit)]


async def save_draft(tx: Tx, old: Template, name: str, words: Variants[Words], by: By, how: str = "edited") -> Template:
    """Replace the draft, where it says anything else; what is published stays as it is."""
    if (name, words) == (old.name, old.words):
        return old
    return await _changed(tx, old, await QUERIES.update_draft(tx, old.id, name, *_columns(words), *by), how)


async def publish(tx: Tx, old: Template, version: Variants[Version], untold: Untold, by: By) -> Template:
    """Make the draft the next version."""
    row = await QUERIES.set_published(tx, old.id, *by, untold)
    await QUERIES.insert_version(tx, old.id, *_finished(old.words, version))
    return await _changed(tx, old, row, "published")


async def archive(tx: Tx, old: Template, by: By) -> Template:
    """Take a template out of use; its versions stay."""
    row = await QUERIES.set_state(tx, old.id, TemplateState.ARCHIVED, *by)
    return await _changed(tx, old, row, "archived")


async def unarchive(tx: Tx, old: Template, by: By) -> Template:
    """Put an archived template back to what it was before."""
    state = TemplateState.PUBLISHED if old.published_version else TemplateState.DRAFT
    return await _changed(tx, old, await QUERIES.set_state(tx, old.id, state, *by), "unarchived")


async def versions_page(tx: Tx, template_id: UUID, before: int | None, limit: int) -> list[asyncpg.Record]:
    """Number, time and author of published versions, newest first, those before version `before`."""
    return [row async for row in QUERIES.list_versions(tx, template_id, before, limit)]


async def get_version(tx: Tx, template: Template, number: int) -> PublishedVersion:
    """One published version. Raises `NotFound`."""
    row = await QUERIES.get_version(tx, template.id, number)
    if row is None:
        raise NotFound("There is no such version.")
    by = (row["published_by"], row["published_by_name"])
    return PublishedVersion(number, _words(row, template.channel), row["published_at"], *by)


async def add_starters(tx: Tx, company_id: UUID, starters: Sequence[Starter], locale: str = ENGLISH) -> None:
    """Give a company the starters it does not have yet; what is nearest to `locale` becomes their default."""
    rows = []
    for starter in starters:
        words, version = starter.words.led_by(locale), starter.version.led_by(locale)
        key = (starter_id(company_id, "template", starter.slug), starter.name, starter.channel)
        rows.append((*key, *_columns(words), *_finished(words, version), starter.untold))
    found = QUERIES.insert_starters(tx, company_id, *zip(*rows, strict=True))
    await _began(tx, [_template(row) async for row in found], "created")


async def current(tx: Tx, template_ids: Sequence[UUID]) -> dict[UUID, Current]:
    """What is in use now, of the templates that exist; across companies."""
    return {
        row["id"]: Current(row["company_id"], TemplateState(row["state"]), row["published_version"])
        async for row in QUERIES.current_versions(tx, template_ids)
    }


async def versions(
    tx: Tx, wanted: Sequence[tuple[UUID, int]]
) -> dict[tuple[UUID, int], tuple[UUID, Variants[Version]]]:
    """The published versions that exist among `wanted`, each with its company; across companies."""
    ids, numbers = [template_id for template_id, _ in wanted], [number for _, number in wanted]
    return {
        (row["template_id"], row["number"]): (
            row["company_id"],
            _version(row),
        )
        async for row in QUERIES.versions_to_render(tx, ids, numbers)
    }


def _version(row: Any) -> Variants[Version]:
    channel, rows = Channel(row["channel"]), {row["locale"]: row} | row["variants"]
    return Variants(
        row["locale"],
        {locale: Version(channel, r["subject"] or "", r["document"], r["plain"]) for locale, r in rows.items()},
    )


async def _began(tx: Tx, new: Sequence[Template], how: str) -> Sequence[Template]:
    await outbox.add(tx, map(_news, new))
    await changes.add_created(tx, new, how)
    return new


async def _changed(tx: Tx, old: Template, row: Any, how: str) -> Template:
    new = _template(row)
    await outbox.add(tx, [_news(new)])
    await changes.add(tx, old, new, how)
    return new


def _news(template: Template) -> outbox.Message:
    entry = TemplateEntry(
        id=template.id,
        company_id=template.company_id,
        version=template.version,
        name=template.name,
        channel=template.channel,
        published_version=template.published_version,
        state=template.state,
        untold=template.untold,
    )
    return outbox.Message(TEMPLATES, str(template.id), template.company_id, entry)
