"""Saving a rule: checked against what is known here, stored, published and logged in one transaction."""

from notifier_svc.domain import changes
from notifier_svc.domain.changes import By
from notifier_svc.domain.model import Rule
from notifier_svc.domain.rules import (
    MOST_RULES,
    TooManyRules,
    UnknownTag,
    check,
    check_reminder,
    check_template,
    new_tags,
)
from notifier_svc.store import changes as log
from notifier_svc.store import rules as store
from notifier_svc.store import schedule, statuses, templates
from servicekit.db import Tx


async def create(tx: Tx, rule: Rule, by: By) -> None:
    """Store a new rule. Raises `TooManyRules`, and what `check` and `check_template` raise."""
    await store.lock_company(tx, rule.company_id)
    if await store.count(tx, rule.company_id) >= MOST_RULES:
        raise TooManyRules
    await _check(tx, rule)
    await store.add(tx, [rule])
    await log.add(tx, by, changes.of_rule(rule, 1))


async def replace(tx: Tx, rule: Rule, before: Rule, version: int, by: By) -> None:
    """Store the changed `rule`, which was `before` at `version` and is locked. Raises as `create` does."""
    await _check(tx, rule, before)
    await store.replace(tx, rule, before, version)
    await log.add(tx, by, changes.of_rule(rule, version + 1, before))


async def check_itself(tx: Tx, rule: Rule, before: Rule | None = None) -> None:
    """Refuse a rule that could never send, whatever the others are. Raises what `check` and `check_template` do."""
    named = await statuses.of_company(tx, rule.company_id) if rule.status_id else {}
    check(rule, await store.regions(tx, rule.company_id), named, before)
    if unknown := await store.tags_of_nobody(tx, new_tags(rule, before)):
        raise UnknownTag(f"Nobody is tagged {' or '.join(unknown)}. Tag a customer first.", tags=unknown)
    known = await templates.known(tx, [rule.template_id])
    check_template(rule, known.get(rule.template_id), before)


async def _check(tx: Tx, rule: Rule, before: Rule | None = None) -> None:
    await check_itself(tx, rule, before)
    if rule.timing and rule.active:
        await store.lock_company(tx, rule.company_id)
        check_reminder(rule, (await schedule.timed_rules(tx, [rule.company_id]))[rule.company_id], before)
