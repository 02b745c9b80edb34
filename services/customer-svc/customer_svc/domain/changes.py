"""What differs between two versions of a customer, field by field: the change log (S4.12)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from customer_svc.domain.customer import Customer

# What every version has another one of.
_SILENT = frozenset({"version"})


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after. A part that came or went is one change: the whole part, and nothing."""

    field: str
    """`name`, `contacts.emails.flags.invoices`; the name of the list where a part came or went."""
    part_id: UUID | None
    """The contact, email address, phone, service address or recipient; none for the customer's own fields."""
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


def changes(before: Customer | None, after: Customer) -> list[Change]:
    """All that differs, in the order of the fields; of a new customer one change, with its name."""
    if before is None:
        return [Change("customer", None, None, {"name": after.name})]
    old, new = (customer.model_dump(mode="json", exclude=set(_SILENT)) for customer in (before, after))
    return list(_fields("", None, old, new))


def _fields(path: str, part_id: UUID | None, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name, was in old.items():
        now, field = new[name], f"{path}{name}"
        if was == now:
            continue
        if _has_parts(was) or _has_parts(now):
            yield from _parts(field, was, now)
        elif isinstance(was, dict):
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


def _has_parts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and "id" in value[0]
