"""A cell of the board: the one rule for a status, by a channel, for every customer; it is a rule like any other."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Response

from contracts.deliveries import Category, Channel
from contracts.jobs import Role
from contracts.model import Flag
from contracts.triggers import Trigger
from notifier_svc.domain.board import cell_of
from notifier_svc.domain.model import Rule
from notifier_svc.domain.triggers import default_max_age
from notifier_svc.http import saving
from notifier_svc.http.changes import by
from notifier_svc.http.rules import RuleView, answer
from notifier_svc.store import rules as store
from notifier_svc.store import statuses
from servicekit import clock
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.errors import Conflict, NotFound
from servicekit.http import Body, Db
from servicekit.preconditions import IfMatch, check_singleton

router = APIRouter(prefix="/v1/board/statuses/{status_id}/{channel}", tags=["board"])

Admin = Annotated[Principal, Depends(require(Role.ADMIN))]

_PREFIX = {Channel.EMAIL: "", Channel.SMS: "Text: ", Channel.VOICE: "Call: "}


class SeveralRules(Conflict):
    """Several rules are in this cell: change them one by one."""

    slug = "several-rules"

    def __init__(self, rules: Sequence[Rule]) -> None:
        names = ", ".join(f'"{rule.name}"' for rule in rules)
        super().__init__(f"They are {names}.", rules=[{"id": str(rule.id), "name": rule.name} for rule in rules])


class CellBody(Body):
    """What is sent when the status is set."""

    template_id: UUID
    active: Flag = True


@router.put("", response_model=RuleView)
async def set_cell(status_id: UUID, channel: Channel, body: CellBody, request: IfMatch, who: Admin, db: Db) -> Response:
    """Have this sent by this channel when the status is set: changes the rule that does it, or makes one.

    An empty cell needs no If-Match, any other the ETag of its rule. Rules for some customers only stay as they are.
    """
    async with db.company(who.company) as tx:
        await store.lock_company(tx, who.company)  # two who fill a cell at once make one rule
        found = cell_of([rule for rule, _ in await store.of_company(tx)], status_id, channel)
        if len(found) > 1:
            raise SeveralRules(found)
        if not found:
            check_singleton(request, 0)
            rule = await _new(tx, who.company, status_id, channel, body)
            await saving.create(tx, rule, by(request, who))
            return answer(rule, 1, 201)
        old, version = await store.locked(tx, found[0].id)
        check_singleton(request, version)
        rule = replace(old, template_id=body.template_id, active=body.active)
        await saving.replace(tx, rule, old, version, by(request, who))
        return answer(rule, version + 1)


async def _new(tx: Tx, company_id: UUID, status_id: UUID, channel: Channel, body: CellBody) -> Rule:
    status = (await statuses.of_company(tx, company_id)).get(status_id)
    if status is None:
        raise NotFound("The company has no such status, or it is not known here yet.")
    return Rule(
        id=uuid4(),
        company_id=company_id,
        name=f"{_PREFIX[channel]}{status.name}"[:100],
        trigger=Trigger.STATUS_SET,
        channel=channel,
        category=Category.STATUS,
        template_id=body.template_id,
        created_at=clock.now(),
        status_id=status_id,
        max_age=default_max_age(Category.STATUS),
        active=body.active,
    )
