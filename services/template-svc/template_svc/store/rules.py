"""The copy of the notifier's rules, by which a template knows where it is used: right after a moment's lag."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from contracts.profiles import RuleEntry
from contracts.triggers import Trigger
from servicekit import copies
from servicekit.cloudevents import Event
from servicekit.db import Tx
from template_svc.store import QUERIES

RULES = "rules"


async def keep(tx: Tx, events: Iterable[Event[Any]]) -> None:
    """Take over newer rules; that sending is paused changes none."""
    await copies.apply(tx, RULES, [event for event in events if isinstance(event.data, RuleEntry)])


async def using(tx: Tx, template_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[RuleEntry]]:
    """The rules of this transaction's company that name each of the templates, on or off, by name."""
    found: defaultdict[UUID, list[RuleEntry]] = defaultdict(list)
    async for row in QUERIES.rules_of_templates(tx, list(map(str, template_ids))):
        rule = RuleEntry.model_validate(row["data"])
        found[rule.template_id].append(rule)
    return found


async def of_template(tx: Tx, template_id: UUID) -> Sequence[RuleEntry]:
    """The rules that name the template, on or off, by name."""
    return (await using(tx, [template_id])).get(template_id, ())


def triggers_of(rules: Iterable[RuleEntry]) -> set[Trigger]:
    """What fires the rules; a trigger that is newer than this program is left out."""
    return {Trigger(rule.trigger) for rule in rules if rule.trigger in set(Trigger)}
