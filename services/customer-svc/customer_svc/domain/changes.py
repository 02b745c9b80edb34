"""What differs between two versions of a customer or company, field by field: the change logs (S4.12, G20)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from contracts.jobs import Actor
from contracts.profiles import CompanyProfile, Region
from customer_svc.domain.customer import Customer

# What every version has another one of.
_SILENT = frozenset({"version"})
# Addresses of people who work for the company: the log says only that it is another list.
_ALLOW_LIST = "sandbox.allow_list"


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after. A part that came or went is one change: the whole part, and nothing."""

    field: str
    """`name`, `contacts.emails.flags.invoices`; the name of the list where a part came or went; `regions.order`."""
    part_id: UUID | None
    """The contact, email address, phone, service address, recipient or region; none for what there is one of."""
    old: Any
    new: Any
    """As JSON."""


@dataclass(frozen=True, slots=True)
class By:
    """Who changed it, and how."""

    actor: str
    """The subject of a token, or `customer`."""
    how: str
    """`office`, `text message` ..."""
    name: str | None = None
    """What a colleague's token calls them; none of a customer, who may be erased."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Who changed a company, by which operation."""

    actor: Actor
    how: str
    """As the table of access has it: `PATCH /v1/company`."""
    name: str | None = None
    """What the actor's token calls them, where it does."""


def changes(before: Customer | None, after: Customer) -> list[Change]:
    """All that differs, in the order of the fields; of a new customer one change, with its name."""
    if before is None:
        return [Change("customer", None, None, {"name": after.name})]
    return list(_between(before, after))


def company_changes(before: CompanyProfile | None, after: CompanyProfile) -> list[Change]:
    """The same of a company's settings, the order of its regions among them: it is the office's."""
    if before is None:
        return [Change("company", None, None, {"name": after.name})]
    made = [*_between(before, after), *_order("regions", before.regions, after.regions)]
    return [replace(one, old=None, new="changed") if one.field == _ALLOW_LIST else one for one in made]


def _between(before: BaseModel, after: BaseModel) -> Iterator[Change]:
    old, new = (version.model_dump(mode="json", exclude=set(_SILENT)) for version in (before, after))
    return _fields("", None, old, new)


def _fields(path: str, part_id: UUID | None, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name, was in old.items():
        now, field = new[name], f"{path}{name}"
        if was == now:
            continue
        if _has_parts(was) or _has_parts(now):
            yield from _parts(field, was, now)
        elif isinstance(was, dict) and isinstance(now, dict):
            yield from _fields(f"{field}.", part_id, was, now)
        else:
            yield Change(field, part_id, was, now)


def _parts(field: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    """What came, what went, and what changed in those that stayed; a change of their order is none."""
    was, now = ({part["id"]: part for part in parts} for parts in (old, new))
    for id in was | now:
        if id in was and id in now:
            yield from _fields(f"{field}.", UUID(id), was[id], now[id])
        else:
            yield Change(field, UUID(id), was.get(id), now.get(id))


def _order(field: str, old: Iterable[Region], new: Iterable[Region]) -> Iterator[Change]:
    """Where those that stayed come in another order: their ids, before and after."""
    was, now = ([str(part.id) for part in parts] for parts in (old, new))
    before, after = [id for id in was if id in now], [id for id in now if id in was]
    if before != after:
        yield Change(f"{field}.order", None, before, after)


def _has_parts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "id" in value[0]
