"""Versions at hand: a published one never changes, so it is parsed once, soon after it was published."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from liquid.exceptions import LiquidError

from contracts.deliveries import Channel
from contracts.profiles import TemplateEntry, TemplateState
from contracts.rendering import RefusalCode, RenderItem
from servicekit.cloudevents import Event
from servicekit.db import Database
from template_svc.domain.drafts import Version
from template_svc.domain.refusals import CannotRender
from template_svc.domain.rendering import Compiled, compile_version
from template_svc.domain.variants import Variants, told_in
from template_svc.room import Room
from template_svc.store import templates as store

log = logging.getLogger(__name__)

MAX_KNOWN = 50_000  # versions by their labels, of a few hundred bytes

_WHY_NOT = {
    TemplateState.DRAFT: "the template is not published yet",
    TemplateState.ARCHIVED: "the template is archived",
}

Key = tuple[UUID, int]
Wanted = tuple[Key, str]  # a version, and the locale of who reads it
Found = Compiled | CannotRender
Stored = tuple[UUID, Variants[Version]]  # and whose it is


@dataclass(frozen=True, slots=True)
class Label:
    """What is known of a version without having it compiled."""

    company_id: UUID
    channel: Channel
    variants: Variants[bytes]
    """Their digests."""


Labelled = tuple[Label, Found]


@dataclass(frozen=True, slots=True)
class Book:
    """A version ready to render."""

    number: int
    channel: Channel
    locale: str
    """Of its values, and so of its words."""
    compiled: Compiled


class Shelf:
    """The versions this process has in memory, of all companies."""

    def __init__(self, room: Room | None = None) -> None:
        self._labels: OrderedDict[Key, Label] = OrderedDict()
        self._room = room or Room()
        self._compiling = asyncio.Lock()

    async def fetch(self, database: Database, items: Sequence[RenderItem]) -> list[Book | CannotRender]:
        """For each item the version it asks for, or why it can't have it. No query when all are named and at hand."""
        current = await _current(database, {item.template_id for item in items if item.template_version is None})
        keys = [_key(item, current) for item in items]
        pairs = zip(items, keys, strict=True)
        loaded = await self._load(database, {(k, item.locale) for item, k in pairs if not isinstance(k, CannotRender)})
        return [self._book(item, key, loaded) for item, key in zip(items, keys, strict=True)]

    async def hear(self, database: Database, events: Sequence[Event[Any]]) -> None:
        """Have at hand what was published, in all its languages, before the first message needs it."""
        news = {(event.data.id, event.data.published_version) for event in events if _published(event.data)}
        for company_id, version in (await self._read(database, news - self._labels.keys())).values():
            for variant in version.by_locale.values():
                await self._compile(company_id, variant)

    async def _load(self, database: Database, wanted: set[Wanted]) -> dict[Wanted, Labelled]:
        """What there is of it, with its label: that may be forgotten here before the batch is done."""
        at_hand: dict[Wanted, Labelled] = {one: found for one in wanted if (found := self._at_hand(*one))}
        missing = wanted - at_hand.keys()
        stored = await self._read(database, {key for key, _ in missing})
        for key, locale in missing:
            if key in stored:
                company_id, version = stored[key]
                at_hand[key, locale] = _label(*stored[key]), await self._compile(company_id, version.nearest(locale))
        return at_hand

    async def _read(self, database: Database, keys: Collection[Key]) -> Mapping[Key, Stored]:
        """Those of the versions that exist; from now on they are known."""
        if not keys:
            return {}
        async with database.worker() as tx:
            stored = await store.versions(tx, list(keys))
        for key, whose in stored.items():
            self._labels[key] = _label(*whose)
            self._labels.move_to_end(key)
        while len(self._labels) > MAX_KNOWN:
            self._labels.popitem(last=False)
        return stored

    def _at_hand(self, key: Key, locale: str) -> Labelled | None:
        if (label := self._labels.get(key)) is None:
            return None
        self._labels.move_to_end(key)
        compiled = self._room.get(label.variants.nearest(locale))
        return None if compiled is None else (label, compiled)

    async def _compile(self, company_id: UUID, version: Version) -> Found:
        """Parse. What was published parses; should one not, it must not take the others of its batch along."""
        async with self._compiling:  # one at a time, in a thread: it takes milliseconds, in which others get on
            if (compiled := self._room.get(version.digest)) is None:
                try:
                    compiled = await asyncio.to_thread(compile_version, version)
                except LiquidError:
                    log.exception("a published version does not compile")
                    return CannotRender(RefusalCode.FAILED, "this version can't be read")
        self._room.put(version.digest, company_id, compiled, version.size)
        return compiled

    def _book(self, item: RenderItem, key: Key | CannotRender, loaded: dict[Wanted, Labelled]) -> Book | CannotRender:
        if isinstance(key, CannotRender):
            return key
        label, found = loaded.get((key, item.locale), (None, None))
        if label is None or found is None or label.company_id != item.company_id:
            return CannotRender(RefusalCode.UNKNOWN_TEMPLATE, "there is no such version of the template")
        if isinstance(found, CannotRender):
            return found
        return Book(key[1], label.channel, told_in(item.locale, label.variants.locale_for(item.locale)), found)


def _label(company_id: UUID, version: Variants[Version]) -> Label:
    return Label(company_id, version.main.channel, version.map(lambda variant: variant.digest))


async def _current(database: Database, template_ids: Collection[UUID]) -> Mapping[UUID, store.Current]:
    """What is in use now; asked of the database, as only previews and first messages of a new company do."""
    if not template_ids:
        return {}
    async with database.worker() as tx:
        return await store.current(tx, list(template_ids))


def _key(item: RenderItem, current: Mapping[UUID, store.Current]) -> Key | CannotRender:
    """The version to render: a pinned one even where the template has moved on or was archived since."""
    if item.template_version is not None:
        return item.template_id, item.template_version
    found = current.get(item.template_id)
    if found is None or found.company_id != item.company_id:
        return CannotRender(RefusalCode.UNKNOWN_TEMPLATE, "there is no such template")
    if found.state is not TemplateState.PUBLISHED or found.number is None:
        return CannotRender(RefusalCode.NOT_PUBLISHED, _WHY_NOT[found.state])
    return item.template_id, found.number


def _published(entry: TemplateEntry) -> bool:
    return entry.state is TemplateState.PUBLISHED and entry.published_version is not None
