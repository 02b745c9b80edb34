"""Sends messages again: one, after asking its gates; many, a slice at a time, from the last commit on after a crash."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.deliveries import Lane
from notifier_svc.domain import copies
from notifier_svc.domain.copies import Copy, How, MayNotGo, NobodyToSendTo, NotKept
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Candidate, Rule, Skip
from notifier_svc.domain.reasons import SENTENCES
from notifier_svc.domain.recheck import Due, reader_now, recheck
from notifier_svc.send.present import gather
from notifier_svc.store import bulk
from notifier_svc.store import copies as store
from notifier_svc.store.bulk import SLICE, AtWork
from servicekit import clock, outbox
from servicekit.db import TROUBLE, Database, Tx

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0


class Copier:
    """Makes copies that may go."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def copied(self, tx: Tx, original: Due, how: How) -> Copy:
        """Its copy, if it may go as things stand. Raises `NobodyToSendTo`, `NotKept` or `MayNotGo`, with a sentence."""
        reader = next(iter(await _readers(tx, [original], self._keys)), None)
        if reader is None:
            raise NobodyToSendTo(
                "Its reader is gone from the customer's profile, or has no such address there any more."
            )
        there = await store.copies_there(tx, original, reader.to, self._keys)
        copy = copies.copy_of(original, reader.to, reader.rule, how, there, self._keys, clock.now())
        if how is How.AS_IT_WAS and not await store.has_words(tx, original):
            raise NotKept("What it said is not kept, or it never got that far. Send it with the words of today.")
        now, facts = clock.now(), await gather(tx, self._keys, [copy.due])
        verdict = recheck(facts.up_to_date(copy.due, now), facts.about(copy.due, now))
        if isinstance(verdict, Skip):
            raise MayNotGo(SENTENCES[verdict.reason])
        return copy


async def resend_many(database: Database, keys: Keys) -> None:
    """For ever: a slice of what nobody else works on, unless so much waits for the broker already."""
    while True:
        async with database.worker() as tx:
            worked = not await outbox.is_full(tx) and await work(tx, keys)
        if not worked:
            await asyncio.sleep(IDLE_SECONDS)


async def work(tx: Tx, keys: Keys) -> bool:
    """One slice of the bulk resend that has waited longest, if nobody else works on it; whether there was one."""
    found = await bulk.at_work(tx)
    if found is None:
        return False
    try:
        async with tx.transaction():
            await _work(tx, found, keys)
    except TROUBLE:
        raise
    except Exception:
        log.exception("a slice of messages sent again failed", extra={"bulk_resend": str(found.id)})
        await bulk.fail(tx, found)
    return True


async def _work(tx: Tx, found: AtWork, keys: Keys) -> None:
    """The copies are fresh ones; the sender asks every gate, and leaves each "no" in the log."""
    some, wanted = await bulk.next_slice(tx, found)
    resent = await _resent(tx, wanted, found, keys) if wanted else set()
    await bulk.advance(tx, found, some, len(resent), more=len(some) == SLICE)


async def _resent(tx: Tx, wanted: list[tuple[date, UUID]], found: AtWork, keys: Keys) -> set[UUID]:
    """Copies that are there already, made by another one at the same time say, are not counted."""
    readers, now = await _readers(tx, (await store.originals(tx, wanted)).dues, keys), clock.now()
    going = [copies.copy_of(each.due, each.to, each.rule, How.FRESH, 0, keys, now) for each in readers]
    return await store.add(tx, going, found.by, Lane.BULK)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Where a copy of what is due goes."""

    due: Due
    to: Candidate
    rule: Rule | None


async def _readers(tx: Tx, originals: Sequence[Due], keys: Keys) -> list[_Reader]:
    """The readers of those that still have one."""
    if not originals:
        return []
    facts = await gather(tx, keys, originals)
    known = [(due, facts.customers[due.customer_id]) for due in originals if due.customer_id in facts.customers]
    rules = {due.id: facts.rules.get(due.rule_id) if due.rule_id else None for due, _ in known}
    found = [(due, reader_now(due, customer, rules[due.id])) for due, customer in known]
    return [_Reader(due, to, rules[due.id]) for due, to in found if to]
