"""The story of a table: ten thousand customers read in, some of them edited together, and the edit taken back."""

import csv
import io
from typing import Any

from contracts.deliveries import Reason
from contracts.topics import CUSTOMERS
from deploy.demo.api import Json
from deploy.local.stack import Stack
from deploy.local.waiting import until
from tests.e2e import kafka
from tests.e2e.companies import Company
from tests.e2e.log import told

COUNT = 10_000
BAD = {
    17: ("email", "no address"),
    4_711: ("phone", "12"),
    9_999: ("external_id", ""),
}  # lines, as a spreadsheet counts
POOLS = 500
OFF = dict.fromkeys(("email.confirmations", "email.status_updates"), False)
EDIT = {"matching": {"tag": "pool"}, "set": OFF}
LIMIT = 120.0


def test_ten_thousand_customers_come_from_a_table_and_are_edited_together(company: Company, stack: Stack) -> None:
    # S1.15, D4
    done = imported(company)
    assert (done["total"], done["added"], done["changed"]) == (COUNT - len(BAD), COUNT - len(BAD), 0)
    assert {(problem["line"], problem["column"]) for problem in done["problems"]} == {
        (line, column) for line, (column, _) in BAD.items()
    }
    again = imported(company)
    assert (again["added"], again["changed"], again["problems"]) == (0, 0, done["problems"])

    preview = company.dispatcher.post("customer-svc", "/v1/batch-edits/preview", EDIT)
    edit = worked_off(company, company.dispatcher.post("customer-svc", "/v1/batch-edits", EDIT))
    assert (preview["customers"], preview["changed"]) == (POOLS, POOLS)
    assert preview["flags"] == dict.fromkeys(OFF, POOLS)
    assert (edit["state"], edit["total"], edit["changed"]) == ("done", POOLS, POOLS)
    assert reasons(company, stack) == [Reason.ADDRESS_CONFIRMATIONS_OFF]

    company.dispatcher.post("customer-svc", f"/v1/batch-edits/{edit['id']}/undo")
    back = worked_off(company, edit)
    assert (back["state"], back["restored"]) == ("undone", 2 * POOLS)
    assert reasons(company, stack) == [None]


def table() -> bytes:
    """The file: all lines but the bad ones can be read in; one customer in twenty has a pool."""
    out = io.StringIO()
    lines = csv.DictWriter(out, ("external_id", "name", "tags", "email", "phone", "line", "city", "state"))
    lines.writeheader()
    for line in range(2, COUNT + 2):
        person = {
            "external_id": f"q-{line}",
            "name": f"Customer {line}",
            "tags": "pool" if line % 20 == 0 else "",
            "email": f"customer{line}@example.com",
            "phone": f"303-{220 + line // 10_000}-{line % 10_000:04}",
            "line": f"{line} Elm St",
            "city": "Denver",
            "state": "CO",
        }
        lines.writerow(person | dict([BAD[line]] if line in BAD else []))
    return out.getvalue().encode()


def imported(company: Company) -> Json:
    """How the import of the table ended."""
    sent = {"content": table(), "headers": {"content-type": "text/csv"}, "timeout": LIMIT}
    begun = company.dispatcher.once("customer-svc", "POST", "/v1/customer-imports", **sent)
    assert begun.status_code == 202, begun.text
    return settled(company, begun.headers["location"], ("running",))


def worked_off(company: Company, edit: Json) -> Json:
    """The edit, once it or its undo is over."""
    return settled(company, f"/v1/batch-edits/{edit['id']}", ("running", "undoing"))


def settled(company: Company, path: str, at_work: tuple[str, ...]) -> Json:
    """What is there once it is at work no more; it never has done more than there is."""

    def is_over() -> bool:
        found: dict[str, Any] = company.dispatcher.get("customer-svc", path)
        assert 0 <= found["done"] <= found["total"]
        return found["state"] not in at_work

    until(is_over, f"{path} is not done", LIMIT)
    return company.dispatcher.get("customer-svc", path)


def reasons(company: Company, stack: Stack) -> list[Reason | None]:
    """Why the notifier, once it has heard of everybody, sends no email to one who has a pool; None where it does."""
    kafka.wait_until_read(stack.plan, "notifier-svc.customers", CUSTOMERS)
    [someone] = company.dispatcher.get("customer-svc", "/v1/customers", search="customer4000@example.com")["items"]
    customer = company.dispatcher.get("customer-svc", f"/v1/customers/{someone['id']}")
    return [row.reason for row in told(company.dispatcher, company.booked(customer).id)]
