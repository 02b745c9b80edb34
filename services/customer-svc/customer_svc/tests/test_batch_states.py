"""Batch edits through any history: whatever else happens between two slices, a model of flags says what is true."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from customer_svc.domain.summary import Preference
from customer_svc.store import batches
from customer_svc.tests.api import Person, Platform
from customer_svc.tests.factories import a_contact
from customer_svc.tests.machines import Machine, run
from customer_svc.tests.test_batches import PATH

Key = tuple[str, str]
"""A contact or email address, and one of its preferences."""

PREFERENCES = ("contact.text", "contact.voice", "email.invoices", "email.confirmations")
WANTED = st.dictionaries(st.sampled_from(PREFERENCES), st.booleans(), min_size=1, max_size=3)
FIELDS = {"contact": "contacts.flags", "email": "contacts.emails.flags"}


@dataclass
class Known:
    """A customer as it should be."""

    id: str
    contact: str
    tag: str | None
    flags: dict[Key, bool]
    version: int = 1
    by: dict[Key, str] = field(default_factory=dict)
    """Who set it last, of those that anybody set."""
    own: set[Key] = field(default_factory=set)
    """Those that are as the customer set them."""
    log: list[tuple[Any, ...]] = field(default_factory=list)
    gone: bool = False

    def set(self, wanted: dict[Key, bool], how: str, by: str) -> set[Key]:
        """Set flags, with one new version and a row of the log for each that differs.

        What the customer names and somebody else had set so is the customer's from now on, with a row but no version.
        """
        differing = {key for key, on in wanted.items() if self.flags[key] != on}
        kept = {key for key in wanted if by == "customer" and self.by.get(key) != by} - differing
        self.version += bool(differing)
        for part, preference in differing | kept:
            kind, name = preference.split(".")
            old, new = self.flags[part, preference], wanted[part, preference]
            self.log.append((self.version, part, f"{FIELDS[kind]}.{name}", old, new, how))
        self.flags |= {key: wanted[key] for key in differing}
        self.by |= dict.fromkeys(differing | kept, by)
        self.own = self.own | differing | kept if by == "customer" else self.own - differing
        return differing


@dataclass
class AtWork:
    """A batch edit as it should be."""

    id: str
    flags: dict[str, bool]
    total: int
    overwrites: bool
    state: str = "running"
    done: int = 0
    changed: int = 0
    restored: int = 0
    old: bool = False
    made: dict[tuple[str, Key], bool] = field(default_factory=dict)
    """What it changed, of which customer; whether that was the customer's own wish."""

    @property
    def may_be_undone(self) -> bool:
        return self.state == "done" and not self.overwrites and not self.old


def flags_of(customer: Any) -> dict[Key, bool]:
    """As the API, or a profile, tells them."""
    [contact] = customer["contacts"]
    parts = [("contact", contact), *(("email", email) for email in contact["emails"])]
    return {(part["id"], f"{kind}.{name}"): on for kind, part in parts for name, on in part["flags"].items()}


class BatchEdits(Machine):
    """A company whose preferences the office edits in batches, while people change some of them."""

    def __init__(self, *world: Any) -> None:
        super().__init__(*world)
        self.customers: dict[str, Known] = {}
        self.edits: dict[str, AtWork] = {}

    @property
    def there(self) -> list[Known]:
        return [each for each in self.customers.values() if not each.gone]

    @property
    def at_work(self) -> list[AtWork]:
        return [each for each in self.edits.values() if each.state in {"running", "undoing"}]

    def chosen(self, draw: st.DataObject) -> Known:
        """Somebody who is there."""
        return draw.draw(st.sampled_from(self.there))

    def change(self, customer: Known, by: Person, path: str, body: Any = None, method: str = "PATCH") -> Any:
        """A request with the version that is known; its answer's JSON."""
        where = f"/v1/customers/{customer.id}{path}"
        answer = self.wait(by.change(method, where, body, version=customer.version))
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    @initialize()
    def some_customers(self) -> None:
        for tag in (None, "pool"):
            self.new_customer(2, tag)

    @rule(emails=st.integers(1, 2), tag=st.sampled_from([None, "pool"]))
    @precondition(lambda self: len(self.there) < 5)
    def new_customer(self, emails: int, tag: str | None) -> None:
        contact = a_contact(emails=[{"address": f"{n}@example.com"} for n in range(emails)])
        made = self.wait(self.api.create_customer(contacts=[contact], tags=[tag] if tag else []))
        self.customers[made["id"]] = Known(made["id"], made["contacts"][0]["id"], tag, flags_of(made))

    @rule(draw=st.data(), wanted=WANTED, whom=st.sampled_from(["all", "pool", "ids"]), overwrites=st.booleans())
    @precondition(lambda self: len(self.at_work) < 3)
    def begin(self, draw: st.DataObject, wanted: dict[str, bool], whom: str, overwrites: bool) -> None:
        body: dict[str, Any] = {"set": wanted, "mode": "overwrite" if overwrites else "change"}
        if whom == "ids":
            ids = draw.draw(st.sets(st.sampled_from(list(self.customers)), min_size=1))
            body |= {"ids": sorted(ids)}
        else:
            ids = {each.id for each in self.there if whom == "all" or each.tag == whom}
            body |= {"matching": {} if whom == "all" else {"tag": whom}}
        customers = [each for each in self.there if each.id in ids]
        flags = {str(each): False for each in Preference if overwrites and each != "contact.exclude_from_broadcasts"}
        self._look(body, customers, flags | wanted)
        started = self.wait(self.api.admin.post(PATH, body))
        assert started.status_code == (202 if customers else 409), started.text
        if customers:
            edit = AtWork(started.json()["id"], flags | wanted, len(customers), overwrites)
            self.edits[edit.id] = edit

    def _look(self, body: Any, customers: list[Known], wanted: dict[str, bool]) -> None:
        differing = [
            (each, key)
            for each in customers
            for key, on in each.flags.items()
            if key[1] in wanted and wanted[key[1]] != on
        ]
        preview = self.wait(self.api.admin.post(f"{PATH}/preview", body)).json()
        assert (preview["customers"], preview["changed"]) == (len(customers), len({each.id for each, _ in differing}))
        assert preview["flags"] == Counter(preference for _, (_, preference) in differing)
        own = [key[1] for each, key in differing if key in each.own]
        assert preview["set_by_customers"] == Counter(own)

    @rule()
    @precondition(lambda self: self.at_work)
    def work_a_slice(self) -> None:
        [(id, position)] = self.rows(
            "select id::text, position from batch_edit where state in ('running', 'undoing') order by worked_at limit 1"
        )
        next_ones = self.rows(
            "select customer_id::text from batch_edit_customer where batch_id = $1 and position > $2"
            " order by position limit $3",
            *(id, position, batches.SLICE),
        )
        self._expect(self.edits[id], [self.customers[row["customer_id"]] for row in next_ones])
        assert self.wait(self._work())

    async def _work(self) -> bool:
        async with self.platform.database.worker() as tx:
            return await batches.work(tx)

    def _expect(self, edit: AtWork, customers: list[Known]) -> None:
        for customer in (each for each in customers if not each.gone):
            if edit.state == "running":
                wanted = {key: edit.flags[key[1]] for key in customer.flags if key[1] in edit.flags}
                own = customer.own
                made = customer.set(wanted, "batch edit", edit.id)
                edit.made |= {(customer.id, key): key in own for key in made}
                edit.changed += bool(made)
            else:
                back = {key: not customer.flags[key] for key in customer.flags if (customer.id, key) in edit.made}
                back = {key: on for key, on in back.items() if customer.by[key] == edit.id}
                edit.restored += len(customer.set(back, "undo of a batch edit", f"undo of {edit.id}"))
                customer.own |= {key for key in back if edit.made[customer.id, key]}
        edit.done += len(customers)
        if len(customers) < batches.SLICE:
            edit.state = "done" if edit.state == "running" else "undone"

    @rule(draw=st.data(), preference=st.sampled_from(PREFERENCES), on=st.booleans(), office=st.booleans())
    @precondition(lambda self: self.there)
    def somebody_sets_a_flag(self, draw: st.DataObject, preference: str, on: bool, office: bool) -> None:
        customer = self.chosen(draw)
        keys = [key for key in customer.flags if key[1] == preference]
        if not keys:
            return
        key = draw.draw(st.sampled_from(keys))
        owner = self.platform.customer(self.api.company_id, customer.id)
        path = f"/contacts/{customer.contact}" + (f"/emails/{key[0]}" if preference.startswith("email") else "")
        body = {"flags": {preference.split(".")[1]: on}}
        self.change(customer, self.api.dispatcher if office else owner, path, body)
        customer.set({key: on}, "office" if office else "portal", "office" if office else "customer")

    @rule(draw=st.data())
    @precondition(lambda self: self.there)
    def an_address_comes_or_goes(self, draw: st.DataObject) -> None:
        customer = self.chosen(draw)
        path, emails = (
            f"/contacts/{customer.contact}/emails",
            [id for id, each in customer.flags if each == "email.invoices"],
        )
        if len(emails) > 1:
            gone = draw.draw(st.sampled_from(emails))
            self.change(customer, self.api.dispatcher, f"{path}/{gone}", method="DELETE")
            customer.flags = {key: on for key, on in customer.flags.items() if key[0] != gone}
        else:
            now = self.change(
                customer, self.api.dispatcher, path, {"address": f"v{customer.version}@example.org"}, "POST"
            )
            customer.flags = flags_of(now)
        customer.version += 1

    @rule(draw=st.data())
    @precondition(lambda self: len(self.there) > 1)
    def a_customer_is_deleted(self, draw: st.DataObject) -> None:
        customer = self.chosen(draw)
        self.change(customer, self.api.admin, "", method="DELETE")
        customer.gone, customer.version = True, customer.version + 1
        customer.log = [(version, part, name, None, None, how) for version, part, name, _, _, how in customer.log]

    @rule(draw=st.data())
    @precondition(lambda self: self.edits)
    def undo(self, draw: st.DataObject) -> None:
        edit = draw.draw(st.sampled_from(list(self.edits.values())))
        answer = self.wait(self.api.dispatcher.post(f"{PATH}/{edit.id}/undo"))
        assert answer.status_code == (202 if edit.may_be_undone else 409), answer.text
        if edit.may_be_undone:
            edit.state, edit.done = "undoing", 0

    @rule(draw=st.data())
    @precondition(lambda self: any(not each.old for each in self.edits.values()))
    def a_month_goes_by(self, draw: st.DataObject) -> None:
        edit = draw.draw(st.sampled_from([each for each in self.edits.values() if not each.old]))
        self.rows("update batch_edit set created_at = created_at - interval '31 days' where id = $1", edit.id)
        self.wait(batches.forget_old(self.platform.database))
        edit.old = True

    @invariant()
    def edits_are_as_far_as_they_should_be(self) -> None:
        names = ("state", "total", "done", "changed", "restored")
        told = {each["id"]: each for each in self.wait(self.api.dispatcher.get(PATH)).json()["items"]}
        for edit in self.edits.values():
            assert [told[edit.id][name] for name in names] == [getattr(edit, name) for name in names]

    @invariant()
    def flags_and_versions_are_what_was_set_last(self) -> None:
        for customer in self.customers.values():
            answer = self.wait(self.api.dispatcher.get(f"/v1/customers/{customer.id}"))
            assert answer.status_code == (404 if customer.gone else 200)
            if not customer.gone:
                assert (answer.json()["version"], flags_of(answer.json())) == (customer.version, customer.flags)

    @invariant()
    def each_version_is_published_once_and_the_last_is_what_is_true(self) -> None:
        published = self.wait(self.platform.published("customers.v1"))
        for customer in self.customers.values():
            of_this = [each.model_dump(mode="json") for each in published if str(each.id) == customer.id]  # type: ignore[attr-defined]
            versions = [each["version"] for each in of_this]
            assert (versions, versions[-1]) == (sorted(set(versions)), customer.version)
            assert ("contacts" not in of_this[-1]) if customer.gone else flags_of(of_this[-1]) == customer.flags

    @invariant()
    def the_log_has_one_row_for_each_flag_that_changed_or_that_its_owner_kept(self) -> None:
        rows = self.rows(
            "select customer_id::text, version, part_id::text, field, old, new, how from change"
            " where company_id = $1 and field like '%flags.%' order by customer_id, version, part_id, field, id",
            self.api.company_id,
        )
        expected = [(each.id, *row) for each in self.customers.values() for row in each.log]
        assert [tuple(row) for row in rows] == sorted(expected, key=lambda row: row[:4])

    def teardown(self) -> None:
        """The machines share a database, and whoever works takes the edit that waits longest."""
        while self.wait(self._work()):
            pass


async def test_after_any_history_batch_edits_did_what_they_said_and_no_more(  # S0.5, S0.17, S1.13 to S1.15, D4
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "SLICE", 2)
    await run(BatchEdits, platform, runs=12, steps=16)
