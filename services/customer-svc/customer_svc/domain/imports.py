"""Customers as a table, one line each as in a spreadsheet: written out, and read in by our ids or another system's."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError

from contracts.profiles import CompanyProfile
from customer_svc.domain import intake
from customer_svc.domain.customer import Customer
from customer_svc.domain.intake import NewCustomer
from servicekit.errors import Problem, Unprocessable

MOST_ROWS = 10_000
MOST_PROBLEMS = 1_000
BETWEEN_TAGS = ";"
DELETED_MEANWHILE = "the customer was deleted meanwhile"

# The columns, and which field of a customer each fills.
COLUMNS: dict[str, str] = {
    "id": "id",
    "external_id": "external_id",
    "name": "name",
    "kind": "kind",
    "region": "region_id",
    "tags": "tags",
    "zone": "zone",
    "locale": "locale",
    "notes": "notes",
    "contact": "contacts.0.name",
    "email": "contacts.0.emails.0.address",
    "phone": "contacts.0.phones.0.number",
    "line": "service_addresses.0.line",
    "city": "service_addresses.0.city",
    "state": "service_addresses.0.state",
    "postal_code": "service_addresses.0.postal_code",
}
IDS = ("id", "external_id")
# A spreadsheet takes what begins so for a formula, and an apostrophe before it for the sign that it is none.
_SIGNS = ("=", "+", "-", "@", "\t", "\r", "'")


class RowProblem(BaseModel):
    """Why a line is left out."""

    line: int
    """As a spreadsheet counts: the header is 1."""
    column: str | None
    problem: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line that can be read in."""

    line: int
    id: UUID | None
    """Of the customer that it is about; where there is none, that is known by its external id, or new."""
    data: dict[str, Any]
    """As `NewCustomer` takes it."""
    empty: tuple[str, ...] = ()
    """Columns that say nothing."""


def read(text: str, company: CompanyProfile) -> tuple[list[Row], list[RowProblem]]:
    """The lines that can be read in, and why the others can't. Raises `Unprocessable` for what is no such table."""
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        _check_header(reader.fieldnames or ())
        lines = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise Unprocessable(f"Line {reader.line_num} is no CSV: {error}.") from error
    if len(lines) > MOST_ROWS:
        raise Unprocessable(f"A file has {MOST_ROWS:,} lines at most; this one has {len(lines):,}.")
    rows, problems, seen = [], [], dict[tuple[str, str], int]()
    for line, row in lines:
        found = list(_problems(line, row, company, seen))
        problems += found
        if not found:
            rows.append(Row(line, _id(row), _new(row, company), _empty(row)))
    return rows, problems[:MOST_PROBLEMS]


def whose(row: Row, by_id: Mapping[UUID, str | None], by_external_id: Mapping[str, UUID]) -> UUID | RowProblem | None:
    """The customer that the line is about, of those that are there; None where it is a new one."""
    external_id = row.data.get("external_id")
    known = by_external_id.get(external_id) if external_id else None
    if row.id is None:
        return known
    if row.id not in by_id:
        return RowProblem(line=row.line, column="id", problem="there is no such customer")
    if known not in (None, row.id):
        return RowProblem(line=row.line, column="external_id", problem="is that of another customer than the id")
    if external_id and by_id[row.id] not in (None, external_id):
        return RowProblem(line=row.line, column="external_id", problem="the customer with this id has another one")
    return row.id


def written(customers: Iterable[Customer], company: CompanyProfile) -> Iterator[str]:
    """The table's lines, the header first."""
    yield _line(COLUMNS)
    for customer in customers:
        yield _line(map(_safe, cells(customer, company).values()))


def cells(customer: Customer, company: CompanyProfile) -> dict[str, str]:
    """What the table says of the customer: of the primary contact, its first email and phone, and the first address."""
    contact = next((contact for contact in customer.contacts if contact.primary), None)
    place = customer.service_addresses[0] if customer.service_addresses else None
    return {
        "id": str(customer.id),
        "external_id": customer.external_id or "",
        "name": customer.name,
        "kind": customer.kind,
        "region": next((region.name for region in company.regions if region.id == customer.region_id), ""),
        "tags": f"{BETWEEN_TAGS} ".join(_line([tag], BETWEEN_TAGS).rstrip() for tag in customer.tags),
        "zone": customer.zone or "",
        "locale": customer.locale or "",
        "notes": customer.notes,
        "contact": contact.name if contact else "",
        "email": contact.emails[0].address if contact and contact.emails else "",
        "phone": contact.phones[0].number if contact and contact.phones else "",
        "line": place.line if place else "",
        "city": place.city if place else "",
        "state": place.state if place else "",
        "postal_code": place.postal_code if place else "",
    }


def _check_header(names: Iterable[str]) -> None:
    names = list(names)
    unknown = [name for name in names if name not in COLUMNS]
    missing = [] if "name" in names else ["name"]
    missing += [] if set(IDS) & set(names) else [" or ".join(IDS)]
    if unknown or missing or len(set(names)) < len(names):
        what = f"unknown: {', '.join(unknown)}" if unknown else f"missing: {', '.join(missing)}"
        raise Unprocessable(f"The first line names the columns ({', '.join(COLUMNS)}), each once; {what or 'twice'}.")


def _problems(
    line: int, row: Mapping[str, Any], company: CompanyProfile, seen: dict[tuple[str, str], int]
) -> Iterator[RowProblem]:
    if None in row:
        yield RowProblem(line=line, column=None, problem="has more values than there are columns")
        return
    region = _plain(row.get("region") or "")
    if region and len(found := _regions(region, company)) != 1:
        problem = "the company has several regions of this name" if found else "the company has no such region"
        yield RowProblem(line=line, column="region", problem=problem)
        return
    try:
        new = NewCustomer.model_validate(_new(row, company))
        intake.admit(new, company)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            yield RowProblem(line=line, column=_column(each["loc"]), problem=each["msg"].removeprefix("Value error, "))
        return
    except Problem as error:
        yield RowProblem(
            line=line, column="phone" if "phone" in error.detail + error.title else None, problem=str(error)
        )
        return
    yield from _problems_of_ids(line, row, new.external_id, seen)


def _problems_of_ids(
    line: int, row: Mapping[str, Any], external_id: str | None, seen: dict[tuple[str, str], int]
) -> Iterator[RowProblem]:
    """Each line is about a customer of its own."""
    try:
        ids = {"id": _id(row), "external_id": external_id}
    except ValueError:
        yield RowProblem(line=line, column="id", problem="is no id of ours")
        return
    if not any(ids.values()):
        yield RowProblem(line=line, column="external_id", problem="must not be empty")
    for column, value in ids.items():
        if value and (first := seen.setdefault((column, str(value)), line)) != line:
            yield RowProblem(line=line, column=column, problem=f"is that of line {first}, too")


def _id(row: Mapping[str, Any]) -> UUID | None:
    value = (row.get("id") or "").strip()
    return UUID(value) if value else None


def _empty(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in row.items() if name != "id" and not (value or "").strip())


def _new(row: Mapping[str, Any], company: CompanyProfile) -> dict[str, Any]:
    """The line as `NewCustomer` takes it; an empty value says nothing."""
    values = {name: _plain(value, strip=name != "notes") for name, value in row.items() if value and value.strip()}
    data: dict[str, Any] = {
        name: values[name] for name in ("external_id", "name", "kind", "zone", "locale", "notes") if name in values
    }
    data.setdefault("name", "")
    if "region" in values:
        data["region_id"] = next(iter(_regions(values["region"], company)), None)
    if "tags" in values:
        data["tags"] = _tags(values["tags"])
    if values.keys() & {"contact", "email", "phone"}:
        contact: dict[str, Any] = {"name": values.get("contact", data["name"]), "primary": "contact" in values}
        contact["emails"] = [{"address": values["email"]}] if "email" in values else []
        contact["phones"] = [{"number": values["phone"]}] if "phone" in values else []
        data["contacts"] = [contact]
    place = {name: values[name] for name in ("line", "city", "state", "postal_code") if name in values}
    if place:
        data["service_addresses"] = [{"line": ""} | place]
    return data


def _plain(value: str, *, strip: bool = True) -> str:
    """Without the sign that kept a spreadsheet from taking it for a formula."""
    plain = value.strip() if strip else value
    plain = plain[1:] if plain.startswith("'") and plain[1:].startswith(_SIGNS) else plain
    return plain.strip() if strip else plain


def _safe(value: str) -> str:
    digits = value.removeprefix("+").isdecimal()  # a phone is no formula
    return f"'{value}" if value.startswith(_SIGNS) and not digits else value


def _tags(cell: str) -> list[str]:
    """A line of a table of its own, as tags may hold anything."""
    lines = csv.reader(cell.splitlines(), delimiter=BETWEEN_TAGS, skipinitialspace=True)
    return [tag.strip() for line in lines for tag in line if tag.strip()]


def _regions(name: str, company: CompanyProfile) -> list[UUID]:
    return [region.id for region in company.regions if region.name.casefold() == name.casefold()]


def _column(path: tuple[Any, ...]) -> str | None:
    dotted = ".".join(map(str, path))
    return next((column for column, field in COLUMNS.items() if dotted.startswith(field)), None)


def _line(values: Iterable[str], between: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=between).writerow(values)
    return out.getvalue()
