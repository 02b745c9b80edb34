"""Imports through any history: what a file says of a customer is true once, however often and in whatever order."""

import csv
import io
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from customer_svc.domain.imports import DELETED_MEANWHILE
from customer_svc.store import imports
from customer_svc.tests.api import Platform
from customer_svc.tests.machines import Machine, run
from customer_svc.tests.test_imports import PATH

COLUMNS = ("external_id", "name", "tags", "email", "phone", "line")
ROW = st.fixed_dictionaries(
    {
        "external_id": st.sampled_from(["q-1", "q-2", "q-3", "q-4"]),
        "name": st.sampled_from(["Ada", "Bo", "Cy"]),
        "tags": st.sampled_from(["", "pool", "pool; vip"]),
        "email": st.sampled_from(["", "a@example.com", "A@Example.com", "b@example.com"]),
        "phone": st.sampled_from(["", "(303) 555-0142", "+13035550142", "(303) 555-0143"]),
        "line": st.sampled_from(["", "12 Elm St", "12 ELM ST", "9 Pine St"]),
    }
)
# What is wrong with a line, and the column that is named.
MISTAKES = ({"name": " "}, {"email": "nobody"}, {"phone": "12"}, {"external_id": ""})
ROWS = st.lists(st.tuples(ROW, st.sampled_from([None, None, None, *MISTAKES])), min_size=1, max_size=6)


@dataclass
class Known:
    """A customer as it should be."""

    name: str
    contact: bool = False
    tags: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    version: int = 1

    def told(self) -> dict[str, Any]:
        """As the API would tell it."""
        return {name: value for name, value in vars(self).items() if name != "contact"}

    def take(self, row: dict[str, str]) -> bool:
        """What the line says; whether anything differs now."""
        before = deepcopy(self.told())
        self.name, self.tags = row["name"], row["tags"].split("; ") if row["tags"] else self.tags
        digits = "".join(filter(str.isdigit, row["phone"]))
        for value, there, replaces in (
            (row["email"], self.emails, True),
            (f"+1{digits[-10:]}" if digits else "", self.phones, True),
            (row["line"], self.lines, False),
        ):
            if value and value.casefold() not in map(str.casefold, there):
                there[:] = [value] if replaces and len(there) == 1 else [*there, value]
        return before != self.told()


@dataclass
class Reading:
    """An import as it should be."""

    rows: list[dict[str, str] | None]
    """None once the customer is deleted."""
    done: int = 0
    added: int = 0
    changed: int = 0
    forgotten: int = 0
    """Lines of customers who were deleted while it waited."""

    def forget(self, external_id: str) -> None:
        """The customer is deleted; a line about them that waits is left out."""
        for position, row in enumerate(self.rows):
            if row and row["external_id"] == external_id:
                self.rows[position] = None
                self.forgotten += position >= self.done


def table(rows: list[dict[str, str]]) -> bytes:
    """As CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def sorted_out(rows: list[tuple[dict[str, str], Any]]) -> tuple[list[dict[str, str]], list[tuple[int, str]]]:
    """The good lines, and number and column of each bad one."""
    good, bad, seen = [], [], set()
    for line, (row, mistake) in enumerate(rows, 2):
        if mistake:
            bad.append((line, next(iter(mistake))))
        elif row["external_id"] in seen:
            bad.append((line, "external_id"))
        else:
            seen.add(row["external_id"])
            good.append(row)
    return good, bad


def named(told: Any) -> list[tuple[int, str]]:
    """The bad lines, each with the first column that is named."""
    first: dict[int, str] = {}
    for each in told["problems"]:
        first.setdefault(each["line"], each["column"])
    return list(first.items())


class Imports(Machine):
    """A company that another system sends its customers to, while the office works on them."""

    def __init__(self, *world: Any) -> None:
        super().__init__(*world)
        self.customers: dict[str, Known] = {}
        self.readings: dict[str, Reading] = {}

    @property
    def at_work(self) -> list[Reading]:
        return [each for each in self.readings.values() if each.done < len(each.rows)]

    @property
    def tables(self) -> list[list[dict[str, str]]]:
        """Of lines whose customers nobody has deleted since."""
        rows = [list(filter(None, each.rows)) for each in self.readings.values()]
        return [table for table in rows if table]

    @rule(drawn=ROWS)
    @precondition(lambda self: len(self.at_work) < 2)
    def begin(self, drawn: list[tuple[dict[str, str], Any]]) -> None:
        content = table([row | (mistake or {}) for row, mistake in drawn])
        good, bad = sorted_out(drawn)
        before = self._everything()
        seen = self.wait(self.api.dispatcher.post(f"{PATH}/preview", content, content_type="text/csv")).json()
        assert named(seen) == bad
        assert [each["outcome"] for each in seen["lines"]] == [self._outcome(row) for row in good]
        outcomes = Counter(each["outcome"] for each in seen["lines"])
        assert seen["rows"] == len(good)
        assert {name: seen[name] for name in ("new", "changed", "unchanged") if seen[name]} == outcomes
        assert self._everything() == before
        started = self.wait(self.api.dispatcher.post(PATH, content, content_type="text/csv"))
        assert started.status_code == (202 if good else 422)
        if good:
            told = started.json()
            assert named(told) == bad
            self.readings[told["id"]] = Reading([*good])

    def _outcome(self, row: dict[str, str]) -> str:
        known = deepcopy(self.customers.get(row["external_id"]))
        return "new" if known is None else "changed" if known.take(row) else "unchanged"

    @rule()
    @precondition(lambda self: self.at_work)
    def work_a_slice(self) -> None:
        query = "select id::text from customer_import where state = 'running' order by worked_at limit 1"
        reading = self.readings[self.rows(query)[0]["id"]]
        some = reading.rows[reading.done : reading.done + imports.SLICE]
        reading.done += len(some)
        for row in filter(None, some):
            known = self.customers.get(row["external_id"])
            if known is None:
                self.customers[row["external_id"]] = known = Known(row["name"])
                known.take(row)
                reading.added += 1
            elif known.take(row):
                known.version += 1
                reading.changed += 1
        assert self.wait(self._work())

    async def _work(self) -> bool:
        async with self.platform.database.worker() as tx:
            return await imports.work(tx)

    @rule(draw=st.data())
    @precondition(lambda self: self.tables and not self.at_work)
    def the_same_file_is_read_twice(self, draw: st.DataObject) -> None:
        rows = draw.draw(st.sampled_from(self.tables))
        for _ in range(2):
            before = self._everything()
            started = self.wait(self.api.dispatcher.post(PATH, table(rows), content_type="text/csv")).json()
            self.readings[started["id"]] = Reading([*rows])
            while self.at_work:
                self.work_a_slice()
            self.teardown()
        assert self._everything() == before

    @rule(draw=st.data(), name=st.sampled_from(["Di", "Ed"]))
    @precondition(lambda self: self.customers)
    def the_office_renames_one(self, draw: st.DataObject, name: str) -> None:
        external_id = draw.draw(st.sampled_from(list(self.customers)))
        self._change(external_id, "PATCH", "", {"name": name})
        known = self.customers[external_id]
        known.version += known.name != name
        known.name = name

    @rule(draw=st.data(), address=st.sampled_from(["b@example.com", "c@example.com"]))
    @precondition(lambda self: any(len(each.emails) == 1 for each in self.customers.values()))
    def the_office_adds_an_address(self, draw: st.DataObject, address: str) -> None:
        external_id = draw.draw(st.sampled_from([id for id, each in self.customers.items() if len(each.emails) == 1]))
        known = self.customers[external_id]
        if address not in known.emails:
            [row] = self.rows(
                "select t.id from contact t join customer c on c.id = t.customer_id"
                " where c.company_id = $1 and c.external_id = $2",
                *(self.api.company_id, external_id),
            )
            self._change(external_id, "POST", f"/contacts/{row['id']}/emails", {"address": address})
            known.emails.append(address)
            known.version += 1

    @rule(draw=st.data())
    @precondition(lambda self: self.customers)
    def one_is_deleted(self, draw: st.DataObject) -> None:
        external_id = draw.draw(st.sampled_from(list(self.customers)))
        self._change(external_id, "DELETE", "")
        del self.customers[external_id]
        for reading in self.at_work:
            reading.forget(external_id)

    def _change(self, external_id: str, method: str, path: str, body: Any = None) -> None:
        [row] = self.rows(
            "select id from customer where company_id = $1 and external_id = $2", self.api.company_id, external_id
        )
        where, version = f"/v1/customers/{row['id']}{path}", self.customers[external_id].version
        answer = self.wait(self.api.admin.change(method, where, body, version=version))
        assert answer.is_success, answer.text

    def _everything(self) -> list[Any]:
        """All that an import could change."""
        tables = ("customer", "contact", "email_address", "phone", "service_address", "change", "outbox")
        query = "select t::text from {} t where company_id = $1 order by 1"
        return [self.rows(query.format(name), self.api.company_id) for name in tables]

    @invariant()
    def each_customer_is_what_the_lines_and_the_office_said(self) -> None:
        items = self.wait(self.api.dispatcher.get("/v1/customers", limit=100)).json()["items"]
        told = [self.wait(self.api.dispatcher.get(f"/v1/customers/{each['id']}")).json() for each in items]
        assert len(told) == len(self.customers)
        for customer in told:
            [contact] = customer["contacts"] or [{"emails": [], "phones": []}]
            assert self.customers[customer["external_id"]].told() == {
                "name": customer["name"],
                "tags": customer["tags"],
                "emails": [each["address"] for each in contact["emails"]],
                "phones": [each["number"] for each in contact["phones"]],
                "lines": [each["line"] for each in customer["service_addresses"]],
                "version": customer["version"],
            }

    @invariant()
    def imports_are_as_far_as_they_should_be(self) -> None:
        for id, reading in self.readings.items():
            told = self.wait(self.api.dispatcher.get(f"{PATH}/{id}")).json()
            assert (told["total"], told["done"]) == (len(reading.rows), reading.done)
            assert (told["added"], told["changed"]) == (reading.added, reading.changed)
            assert [each["problem"] for each in told["problems"]].count(DELETED_MEANWHILE) == reading.forgotten

    @invariant()
    def each_version_is_published_once(self) -> None:
        published = self.wait(self.platform.published("customers.v1"))
        told = [(each.id, each.version) for each in published]  # type: ignore[attr-defined]
        assert len(told) == len(set(told))

    def teardown(self) -> None:
        """An import that ended with a full slice ends with one more; and the machines share a database."""
        while self.wait(self._work()):
            pass


async def test_after_any_history_imports_did_what_their_lines_say_and_nothing_twice(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "SLICE", 2)
    await run(Imports, platform, runs=10, steps=14)
