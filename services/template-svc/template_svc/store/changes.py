"""The change log: who changed which template, when, from what to what (G20). Rows are only ever added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import orjson

from servicekit.db import Tx
from template_svc.store import QUERIES

if TYPE_CHECKING:
    from template_svc.store.templates import Template


@dataclass(frozen=True, slots=True)
class Filter:
    """Which changes; `None` does not narrow."""

    template_id: UUID | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def add(tx: Tx, before: "Template", after: "Template", how: str) -> None:
    """Note each field that differs."""
    old, new = _fields(before), _fields(after)
    changed = [field for field in old | new if old.get(field) != new.get(field)]
    await _add(tx, [(after, how, field, old.get(field), new.get(field)) for field in changed])


async def add_created(tx: Tx, templates: Iterable["Template"], how: str) -> None:
    """Note that the templates began; their words are in the log once they change."""
    new = [(t, how, "template", None, {"name": t.name, "channel": t.channel}) for t in templates]
    await _add(tx, new)


def _fields(template: "Template") -> dict[str, Any]:
    """Words stand under their locale: `es.html`."""
    words = template.words.by_locale.items()
    return {
        "name": template.name,
        "state": template.state,
        "published_version": template.published_version,
        "default_locale": template.words.default,
        **{f"{locale}.{part}": source for locale, variant in words for part, source in variant.parts.items()},
    }


async def _add(tx: Tx, made: Iterable[tuple["Template", str, str, Any, Any]]) -> None:
    rows = [
        (
            t.company_id,
            t.id,
            t.version,
            t.updated_at,
            t.updated_by,
            t.updated_by_name,
            how,
            field,
            _json(old),
            _json(new),
        )
        for t, how, field, old, new in made
    ]
    if rows:
        await QUERIES.add_changes(tx, *map(list, zip(*rows, strict=True)))


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


async def listed(tx: Tx, wanted: Filter, before: int | None, limit: int) -> list[asyncpg.Record]:
    """Up to `limit` changes older than change `before`, newest first."""
    found = QUERIES.list_changes(tx, wanted.template_id, wanted.actor, wanted.since, wanted.until, before, limit)
    return [row async for row in found]
