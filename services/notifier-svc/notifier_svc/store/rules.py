"""Rules in the database, and their snapshots for who follows them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import asyncpg

from contracts.profiles import Region, RuleEntry
from contracts.topics import RULES
from notifier_svc.domain.model import Rule
from notifier_svc.store import schedule
from notifier_svc.store.planning import QUERIES, rule_of
from servicekit import copies, outbox
from servicekit.db import Tx
from servicekit.errors import NotFound
from servicekit.outbox import Message


async def add(tx: Tx, rules: Sequence[Rule]) -> set[UUID]:
    """Store new rules and publish them; returns the ids that were not there before."""
    columns = map(list, zip(*map(_row, rules), strict=True))
    added = {row["id"] async for row in QUERIES.add_rules(tx, *columns)}
    await schedule.rules_changed(tx, [rule for rule in rules if rule.id in added and rule.timing])
    await outbox.add(tx, [_message(rule, 1) for rule in rules if rule.id in added])
    return added


async def has_any(tx: Tx, company_id: UUID) -> bool:
    """Whether the company has rules."""
    return bool(await QUERIES.has_rules(tx, company_id))


async def replace(tx: Tx, rule: Rule, before: Rule, version: int) -> None:
    """Store the changed `rule`, which was `before` at `version`, and publish it."""
    await QUERIES.replace_rule(
        tx,
        rule.id,
        rule.name,
        rule.status_id,
        rule.region_id,
        sorted(rule.customer_kinds),
        sorted(rule.tags),
        rule.channel,
        rule.template_id,
        rule.lane,
        rule.max_age,
        rule.expires_after,
        rule.active,
        rule.attach_report,
        rule.once_per_job,
        _timing(rule),
    )
    if rule.timing != before.timing:
        await schedule.rules_changed(tx, [rule])
    await outbox.add(tx, [_message(rule, version + 1)])


async def locked(tx: Tx, rule_id: UUID) -> tuple[Rule, int]:
    """The rule and its version; nobody else changes it until the transaction ends. Raises `NotFound`."""
    await QUERIES.lock_rule(tx, rule_id)
    found = await find(tx, rule_id)
    if found is None:
        raise NotFound("There is no such rule.")
    return found


async def lock_company(tx: Tx, company_id: UUID) -> None:
    """Keep others who ask for the same from the company's rules until the transaction ends."""
    await QUERIES.lock_rules_of(tx, str(company_id))


async def count(tx: Tx, company_id: UUID) -> int:
    """How many rules the company has."""
    found: int = await QUERIES.count_rules(tx, company_id)
    return found


async def of_company(tx: Tx) -> list[tuple[Rule, int]]:
    """All rules of this transaction's company, with their versions."""
    return await page(tx, None, None, None)


async def regions(tx: Tx, company_id: UUID) -> dict[UUID, Region]:
    """The company's regions in their order, as this service knows them."""
    company = (await copies.get(tx, "companies", [company_id])).get(company_id, {})
    found = map(Region.model_validate, company.get("regions", ()))
    return {region.id: region for region in found}


async def tags_of_nobody(tx: Tx, tags: Iterable[str]) -> list[str]:
    """Which of the tags no customer of this transaction's company has, as far as is known here."""
    return [row["tag"] async for row in QUERIES.tags_of_nobody(tx, sorted(tags))]


async def find(tx: Tx, rule_id: UUID) -> tuple[Rule, int] | None:
    """The rule and its version; `None` if this company has no such rule."""
    row: asyncpg.Record | None = await QUERIES.rule(tx, rule_id)
    return (rule_of(row), row["version"]) if row else None


async def page(
    tx: Tx, trigger: str | None, after: tuple[datetime, UUID] | None, limit: int | None
) -> list[tuple[Rule, int]]:
    """Up to `limit` rules after the sort key `after`, oldest first."""
    created_at, id = after or (None, None)
    rows = QUERIES.list_rules(tx, trigger, created_at, id, limit)
    return [(rule_of(row), row["version"]) async for row in rows]


def _message(rule: Rule, version: int) -> Message:
    entry = RuleEntry(
        id=rule.id,
        company_id=rule.company_id,
        version=version,
        name=rule.name,
        trigger=rule.trigger,
        channel=rule.channel,
        template_id=rule.template_id,
        active=rule.active,
    )
    return Message(RULES, str(rule.id), rule.company_id, entry)


def _row(rule: Rule) -> tuple[object, ...]:
    return (
        rule.company_id,
        rule.id,
        rule.name,
        rule.trigger,
        rule.status_id,
        rule.region_id,
        ",".join(rule.customer_kinds),
        json.dumps(sorted(rule.tags)),
        rule.channel,
        rule.template_id,
        rule.category,
        rule.lane,
        rule.max_age,
        rule.expires_after,
        rule.active,
        rule.created_at,
        rule.attach_report,
        rule.once_per_job,
        _timing(rule),
    )


def _timing(rule: Rule) -> dict[str, object] | None:
    if rule.timing is None:
        return None
    given = {name: value for name, value in asdict(rule.timing).items() if value is not None}
    return given | {"at": rule.timing.at.isoformat("minutes")}
