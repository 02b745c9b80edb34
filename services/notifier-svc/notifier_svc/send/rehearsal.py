"""A dry run's messages on the sender's own way, up to the wire: asked again, filled in, put together. None is sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from contracts.deliveries import Channel, Reason
from contracts.rendering import Rendered
from notifier_svc.channels.templates import BatchRefused, RendererAway
from notifier_svc.domain.delivery import Delivery
from notifier_svc.domain.dryrun import Fate
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.outcome import Outcome, failed
from notifier_svc.domain.recheck import Due
from notifier_svc.domain.timing import When
from notifier_svc.domain.triggers import Occurrence
from notifier_svc.send.how import Sending
from notifier_svc.send.limits import Limiting
from notifier_svc.send.message import as_sent, ready
from notifier_svc.send.present import OPT_OUT_AFTER, Cleared, Facts, gather, sift
from notifier_svc.send.rendering import Renderer
from notifier_svc.store import dryrun as store
from servicekit.db import Tx
from servicekit.errors import Unavailable

_NO_LIMITS = Limiting({}, (), {}, {})
_Again = tuple[Cleared | Outcome, When | None]


@dataclass(frozen=True, slots=True)
class Stage:
    """A row that was asked again, and what could be sent of it."""

    fate: Fate
    cleared: Cleared | None = None


class Rehearsal:
    """Does what a sender does, and sends nothing."""

    def __init__(self, renderer: Renderer, keys: Keys, how: Sending) -> None:
        self._renderer = renderer
        self._keys = keys
        self._how = how

    async def ask_again(self, tx: Tx, planned: Sequence[tuple[Delivery, Occurrence]]) -> list[Stage]:
        """What the re-check before sending would say of these rows when they are due, as things stand now."""
        going = [(row, about) for row, about in planned if row.reason is None]
        if not going:
            return [Stage(_fate(row)) for row, _ in planned]
        dues = [due_of(row, about) for row, about in going]
        again = _sifted({row.id: row.due_at for row, _ in going}, dues, await self._facts(tx, going, dues))
        return [_stage(row, again.get(row.id)) for row, _ in planned]

    async def _facts(self, tx: Tx, going: Sequence[tuple[Delivery, Occurrence]], dues: Sequence[Due]) -> Facts:
        facts = await gather(tx, self._keys, dues)
        texts = {row.id: row.destination_id for row, _ in going if row.channel is Channel.SMS and row.destination_id}
        if not texts:
            return facts
        lately = await store.texted_lately(tx, {due.customer_id for due in dues}, texts.values(), OPT_OUT_AFTER)
        return replace(facts, texted_lately={id for id, destination in texts.items() if destination in lately})

    async def fill_in(self, stages: Sequence[Stage], most: int) -> list[Fate]:
        """How each ends, the first `most` that would go with their words. Raises `Unavailable`."""
        wanted = [stage.cleared for stage in stages if stage.cleared][:most]
        answers = {cleared.due.id: answer for cleared, answer in await self._rendered(wanted)}
        return [self._finished(stage, answers.get(stage.fate.row.id)) for stage in stages]

    async def _rendered(self, wanted: Sequence[Cleared]) -> list[tuple[Cleared, Rendered | Outcome]]:
        """One by one, where they can't be read together."""
        if not wanted:
            return []
        try:
            return await self._renderer.render(wanted)
        except RendererAway:
            raise Unavailable("The template service does not answer; without previews the rest can be said.") from None
        except BatchRefused:
            if len(wanted) == 1:
                return [(wanted[0], failed(Reason.TEMPLATE_UNUSABLE, "Its values were refused."))]
            return [answer for each in wanted for answer in await self._rendered([each])]

    def _finished(self, stage: Stage, answer: Rendered | Outcome | None) -> Fate:
        """With its words, if it can be put together."""
        if stage.cleared is None or answer is None:
            return stage.fate
        made = answer if isinstance(answer, Outcome) else ready(stage.cleared, answer, self._how, stage.fate.due_at)
        if isinstance(made, Outcome):
            return _ended(stage.fate, made)
        assert isinstance(answer, Rendered)
        return replace(stage.fate, rendered=as_sent(stage.cleared, answer))


def due_of(row: Delivery, occurrence: Occurrence) -> Due:
    """A planned row as it is when its time has come, in nobody's hands."""
    stored = {field.name: getattr(row, field.name) for field in fields(Due) if hasattr(row, field.name)}
    return Due(**stored, fence=0, event_id=row.occurrence_id, copy_number=0, attempts=0, occurrence=occurrence)


def _sifted(due_at: Mapping[UUID, datetime], dues: Iterable[Due], facts: Facts) -> dict[UUID, _Again]:
    """Each when it is due: what would become of it, and what would make it wait first."""
    found: dict[UUID, _Again] = {}
    for moment, group in groupby(sorted(dues, key=lambda due: due_at[due.id]), key=lambda due: due_at[due.id]):
        together = list(group)
        _, _, later = sift(together, facts, moment)
        cleared, ends, _ = sift(together, replace(facts, limiting=_NO_LIMITS), moment)
        waits = {each.due.id: each.moment for each in later}
        found |= {each.due.id: (each, waits.get(each.due.id)) for each in cleared}
        found |= {end.due.id: (end.outcome, None) for end in ends}
    return found


def _stage(row: Delivery, again: _Again | None) -> Stage:
    if again is None:
        return Stage(_fate(row))
    verdict, moment = again
    if isinstance(verdict, Outcome):
        return Stage(_ended(_fate(row), verdict))
    return Stage(_waiting(_fate(row), moment) if moment else _fate(row), verdict)


def _fate(row: Delivery) -> Fate:
    return Fate(row, row.state, row.reason, None, row.due_at, row.waits_for)


def _ended(fate: Fate, outcome: Outcome) -> Fate:
    return replace(fate, state=outcome.state, reason=outcome.reason, detail=outcome.detail)


def _waiting(fate: Fate, moment: When) -> Fate:
    """Waiting moves no expiry: what can't go before is due when it ends."""
    return replace(fate, due_at=min(moment.at, fate.row.expires_at), waits_for=moment.waits_for)
