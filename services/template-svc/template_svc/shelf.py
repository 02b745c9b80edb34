"""Versions at hand: a published one never changes, so it is parsed once; which one is in use is asked every second."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from liquid.exceptions import LiquidError

from contracts.deliveries import Channel
from contracts.profiles import TemplateState
from contracts.rendering import RefusalCode, RenderItem
from servicekit.db import Database
from template_svc.domain.drafts import Version
from template_svc.domain.refusals import CannotRender
from template_svc.domain.rendering import Compiled, compile_version
from template_svc.domain.variants import Variants, told_in
from template_svc.store import templates as store

log = logging.getLogger(__name__)

FRESH_SECONDS = 1.0  # how long a newly published version may go unnoticed
MAX_COMPILED = 512  # different wordings; the unchanged starters of all companies count once
MAX_KNOWN = 100_000

_WHY_NOT = {
    TemplateState.DRAFT: "the template is not published yet",
    TemplateState.ARCHIVED: "the template is archived",
}

Key = tuple[UUID, int]
Wanted = tuple[Key, str]  # a version, and the locale of who reads it
Found = Compiled | CannotRender
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Label:
    """What is known of a version without having it compiled."""

    company_id: UUID
    channel: Channel
    variants: Variants[bytes]
    """Their digests."""


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

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._current: OrderedDict[UUID, tuple[store.Current | None, float]] = OrderedDict()
        self._labels: OrderedDict[Key, Label] = OrderedDict()
        self._compiled: OrderedDict[bytes, Compiled] = OrderedDict()
        self._compiling = asyncio.Lock()

    async def fetch(self, database: Database, items: Sequence[RenderItem]) -> list[Book | CannotRender]:
        """For each item the version it asks for, or why it can't have it. No query when all is at hand."""
        await self._refresh(database, {item.template_id for item in items if item.template_version is None})
        keys = [self._key(item) for item in items]
        pairs = zip(items, keys, strict=True)
        compiled = await self._load(
            database, {(k, item.locale) for item, k in pairs if not isinstance(k, CannotRender)}
        )
        return [self._book(item, key, compiled) for item, key in zip(items, keys, strict=True)]

    def forget(self, template_id: UUID) -> None:
        """Ask again which version is in use: this process has just changed it."""
        self._current.pop(template_id, None)

    async def _refresh(self, database: Database, template_ids: set[UUID]) -> None:
        now = self._clock()
        stale = [id for id in template_ids if id not in self._current or self._current[id][1] < now]
        if stale:
            async with database.worker() as tx:
                found = await store.current(tx, stale)
            for id in stale:
                _keep(self._current, id, (found.get(id), now + FRESH_SECONDS), MAX_KNOWN)

    def _key(self, item: RenderItem) -> Key | CannotRender:
        """The version to render: a pinned one even where the template has moved on or was archived since."""
        if item.template_version is not None:
            return item.template_id, item.template_version
        current, _ = self._current.get(item.template_id, (None, 0.0))
        if current is None or current.company_id != item.company_id:
            return CannotRender(RefusalCode.UNKNOWN_TEMPLATE, "there is no such template")
        if current.state is not TemplateState.PUBLISHED or current.number is None:
            return CannotRender(RefusalCode.NOT_PUBLISHED, _WHY_NOT[current.state])
        return item.template_id, current.number

    async def _load(self, database: Database, wanted: set[Wanted]) -> dict[Wanted, Found]:
        at_hand: dict[Wanted, Found] = {one: found for one in wanted if (found := self._at_hand(*one))}
        if missing := wanted - at_hand.keys():
            async with database.worker() as tx:
                stored = await store.versions(tx, list({key for key, _ in missing}))
            for key, (company_id, version) in stored.items():
                digests = version.map(lambda variant: variant.digest)
                _keep(self._labels, key, Label(company_id, version.main.channel, digests), MAX_KNOWN)
            for key, locale in missing:
                if key in stored:
                    at_hand[key, locale] = await self._compile(stored[key][1].nearest(locale))
        return at_hand

    def _at_hand(self, key: Key, locale: str) -> Compiled | None:
        if (label := self._labels.get(key)) is None:
            return None
        digest = label.variants.nearest(locale)
        compiled = self._compiled.get(digest)
        if compiled:
            self._compiled.move_to_end(digest)
        return compiled

    async def _compile(self, version: Version) -> Found:
        """Parse. What was published parses; should one not, it must not take the others of its batch along."""
        async with self._compiling:  # one at a time, in a thread: it takes milliseconds, in which others get on
            if (compiled := self._compiled.get(version.digest)) is None:
                try:
                    compiled = await asyncio.to_thread(compile_version, version)
                except LiquidError:
                    log.exception("a published version does not compile")
                    return CannotRender(RefusalCode.FAILED, "this version can't be read")
        _keep(self._compiled, version.digest, compiled, MAX_COMPILED)
        return compiled

    def _book(self, item: RenderItem, key: Key | CannotRender, compiled: dict[Wanted, Found]) -> Book | CannotRender:
        if isinstance(key, CannotRender):
            return key
        label = self._labels.get(key)
        found = compiled.get((key, item.locale))
        if label is None or found is None or label.company_id != item.company_id:
            return CannotRender(RefusalCode.UNKNOWN_TEMPLATE, "there is no such version of the template")
        if isinstance(found, CannotRender):
            return found
        return Book(key[1], label.channel, told_in(item.locale, label.variants.locale_for(item.locale)), found)


def _keep(shelf: OrderedDict[K, V], key: K, value: V, room: int) -> None:
    shelf[key] = value
    shelf.move_to_end(key)
    while len(shelf) > room:
        shelf.popitem(last=False)
