"""A dry run of a table: what each line would make of its customer, told by the table's columns."""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from contracts.addresses import mask, normalised_email
from contracts.profiles import CompanyProfile
from customer_svc.domain.changes import Change, changes
from customer_svc.domain.customer import Customer
from customer_svc.domain.imports import BETWEEN_TAGS, COLUMNS, Row, cells

MOST_SHOWN = 200
"""Characters of a value."""


class Outcome(StrEnum):
    """What a line would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class CellChange(BaseModel):
    """A column, before and after; email addresses and phones are masked, what is long is cut."""

    column: str
    old: str | None
    """None where there was none, and where the new one comes beside what is there."""
    new: str | None


class LineOutcome(BaseModel):
    """What would come of one line."""

    line: int
    outcome: Outcome
    customer_id: UUID | None
    """None of a new customer."""
    changes: tuple[CellChange, ...] = ()
    """Of a customer that is there."""
    kept: tuple[str, ...] = ()
    """Columns whose cell is empty, and so leaves the customer's value as it is."""
    ends_sign_in: bool = False
    """Whether somebody signs in to the portal with the address that is replaced, and has to be invited again."""


Cell = tuple[str, Any, Any]

PLAIN = {field: column for column, field in COLUMNS.items() if "." not in field} | {"contacts.name": "contact"}
PLACE = ("line", "city", "state", "postal_code")


def line_outcome(
    row: Row, before: Customer | None, after: Customer, company: CompanyProfile, signs_in: Collection[UUID]
) -> LineOutcome:
    """What the line makes of the customer, which it is about, or which it adds; `signs_in` are ids of addresses."""
    if before is None:
        return LineOutcome(line=row.line, outcome=Outcome.NEW, customer_id=None)
    held = cells(before, company)
    return LineOutcome(
        line=row.line,
        outcome=Outcome.UNCHANGED if after == before else Outcome.CHANGED,
        customer_id=before.id,
        changes=tuple(_changes(before, after, company)),
        kept=tuple(column for column in row.empty if held[column]),
        ends_sign_in=not _addresses(after) >= {each for each in _addresses(before) if each[0] in signs_in},
    )


def _addresses(customer: Customer) -> set[tuple[UUID, str]]:
    return {(email.id, normalised_email(email.address)) for contact in customer.contacts for email in contact.emails}


def _changes(before: Customer, after: Customer, company: CompanyProfile) -> Iterator[CellChange]:
    """One for each column: of a part that is replaced, what went and what came."""
    regions = {str(region.id): region.name for region in company.regions}
    seen: dict[str, tuple[Any, Any]] = {}
    for change in changes(before, after):
        for column, old, new in _cells(change, regions):
            known_old, known_new = seen.get(column, (None, None))
            seen[column] = (old or known_old, new or known_new)
    yield from (CellChange(column=column, old=_shown(old), new=_shown(new)) for column, (old, new) in seen.items())


def _cells(change: Change, regions: Mapping[str, str]) -> Iterator[Cell]:
    field, old, new = change.field, change.old, change.new
    match field:
        case "tags":
            yield "tags", f"{BETWEEN_TAGS} ".join(old), f"{BETWEEN_TAGS} ".join(new)
        case "region_id":
            yield "region", regions.get(old), regions.get(new)
        case "contacts":
            yield "contact", None, new["name"]
            for email in new["emails"]:
                yield "email", None, mask(email["address"])
            for phone in new["phones"]:
                yield "phone", None, mask(phone["number"])
        case "contacts.emails":
            yield "email", old and mask(old["address"]), new and mask(new["address"])
        case "contacts.emails.address":
            yield "email", mask(old), mask(new)
        case "contacts.phones":
            yield "phone", old and mask(old["number"]), new and mask(new["number"])
        case "service_addresses":
            yield from ((column, None, new[column]) for column in PLACE if new[column])
        case _:
            yield PLAIN[field], old, new


def _shown(value: Any) -> str | None:
    return str(value)[:MOST_SHOWN] if value else None
