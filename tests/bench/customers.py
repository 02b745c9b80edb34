"""`BENCH=customers make bench`: a company of a million customers. How soon a page of the list is there, however it is
narrowed, and what a batch edit of all of them takes, and its undo. QUICK=1: 50,000.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from deploy.sandbox.identity.personas import Company
from deploy.sandbox.identity.tokens import LIFETIME
from servicekit.paging import encode_cursor
from tests.bench.fill import fetch, fill
from tests.bench.usage import Peaks
from tests.e2e.companies import persona_token, tokens

COMPANY = Company("bench", "Northside Plumbing & Heating")
COUNT = 50_000 if os.environ.get("QUICK") else 1_000_000
TIMES = 20
PATIENCE = 200.0
PAUSE = 1.0
MEASURED = ("customer-svc", "postgresql")
EDIT = {"matching": {}, "set": {"contact.text": False, "email.invoices": False}}

Figures = dict[str, float]


def main() -> int:
    """Exit code 0 where every page and every edit came; figures are never judged here."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    with staged() as stack, office(stack) as client:
        console.print(f"Filling: {COUNT:,} customers ...")
        client.post("/v1/companies", json=company(), headers=platform(stack)).raise_for_status()
        run_async(fill(stack.plan, COMPANY.id, COUNT))
        result = measure(stack, client, console)
    target = Path(os.environ.get("BENCH_JSON", ".fieldbell/bench-customers.json"))
    target.write_text(json.dumps({"customers": COUNT} | result, indent=2) + "\n")
    console.print(f"As JSON: {target}")
    return 0


@contextmanager
def staged() -> Iterator[Stack]:
    """PostgreSQL, Kafka and customer-svc, up for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="fieldbell-bench-") as folder:
        stack = Stack.in_folder(Path(folder))
        try:
            stack.up()
            for unused in ("status-svc", "template-svc", "notifier-svc"):
                stack.stop(unused)
            yield stack
        finally:
            stack.down()


@contextmanager
def office(stack: Stack) -> Iterator[httpx.Client]:
    """customer-svc as an admin of the company asks it."""
    with httpx.Client(base_url=stack.plan.url("customer-svc"), auth=SignedIn(stack), timeout=PATIENCE) as client:
        yield client


class SignedIn(httpx.Auth):
    """An admin's token, replaced before it runs out: an edit of a million can outlive one."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._header = ""
        self._until = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign the request."""
        if time.monotonic() >= self._until:
            self._header = f"Bearer {persona_token(self._stack.plan, COMPANY, 'admin')}"
            self._until = time.monotonic() + LIFETIME.total_seconds() / 2
        request.headers.setdefault("authorization", self._header)
        yield request


def platform(stack: Stack) -> dict[str, str]:
    """Headers of who may create companies."""
    return {"authorization": f"Bearer {tokens(stack.plan).for_service('notifier-svc')}"}


def company() -> dict[str, Any]:
    """The body that creates the company."""
    regions = [{"name": name} for name in ("North", "South", "East", "West")]
    return {"id": str(COMPANY.id), "name": COMPANY.name, "slug": COMPANY.slug, "zone": "America/Denver"} | {
        "regions": regions
    }


def measure(stack: Stack, client: httpx.Client, console: Console) -> dict[str, Any]:
    """All measurements, one after the other; each is shown as soon as it is there."""
    pages = {name: page(client, query) for name, query in queries(stack, client).items()}
    show("ms, a page of 50 over HTTP", ("p50", "p95", "max"), pages, console)
    edits = dict(edit(stack, client, console))
    show(
        "a batch edit of all",
        ("seconds", "customers/s", "in their page, %", *(f"{part}, MB" for part in MEASURED), "outbox"),
        edits,
        console,
    )
    return {"list_ms": pages, "batch_edit": edits}


def queries(stack: Stack, client: httpx.Client) -> dict[str, dict[str, Any]]:
    """What is asked of the list: common things and rare ones, and what nobody has."""
    [place] = run_async(fetch(stack.plan, PLACE, COMPANY.id, COUNT // 2))
    middle = encode_cursor(*place)
    someone = client.get("/v1/customers", params={"cursor": middle}).json()["items"][0]
    region = client.get("/v1/company").json()["regions"][0]["id"]
    return {
        "first page, by name": {},
        "first page, newest": {"sort": "newest"},
        "page from the middle, by name": {"cursor": middle},
        "page from the middle, newest": {"cursor": middle, "sort": "newest"},
        "kind": {"kind": "commercial"},
        "region": {"region_id": region},
        "archived": {"archived": True},
        "blocked (1 in 10,000)": {"blocked": True},
        "tag (1 in 10)": {"tag": "pool"},
        "tag (1 in 20,000)": {"tag": "vip"},
        "tag (1 in 20,000), newest": {"tag": "vip", "sort": "newest"},
        "tag (nobody)": {"tag": "nobody's"},
        "preference (nearly all)": {"preference": "contact.text"},
        "preference (1 in 100)": {"preference": "contact.exclude_from_broadcasts"},
        "preference (1 in 25,000)": {"preference": "contact.voice"},
        "preference (1 in 100,000)": {"preference": "email.invoices", "preferred": False},
        "preference (nobody)": {"preference": "contact.text", "preferred": False},
        "search: a name": {"search": someone["contact"]},
        "search: a first name": {"search": "Maria"},
        "search: an email": {"search": someone["email"]},
        "search: a phone": {"search": f"({someone['phone'][2:5]}) {someone['phone'][5:8]}-{someone['phone'][8:]}"},
        "search: an address": {"search": "4711 n elm st"},
        "search: the city of all": {"search": "denver"},
        "search: nobody's": {"search": "zanzibar"},
        "search: two letters, nobody's": {"search": "zq"},
        "search and filters": {"search": "elm st", "kind": "commercial", "tag": "pool"},
    }


def page(client: httpx.Client, query: Mapping[str, Any]) -> Figures:
    """One page, again and again."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        client.get("/v1/customers", params=query).raise_for_status()
        taken.append((time.perf_counter() - began) * 1000)
    return {"p50": median(taken), "p95": quantiles(taken, n=20, method="inclusive")[-1], "max": max(taken)}


def edit(stack: Stack, client: httpx.Client, console: Console) -> Iterator[tuple[str, Figures]]:
    """All customers edited: looked at before, begun, worked off, and taken back."""
    path, seen, begun, done = "/v1/batch-edits", {}, {}, {}

    def preview() -> None:
        seen.update(client.post(f"{path}/preview", json=EDIT).raise_for_status().json())

    def begin() -> None:
        begun.update(client.post(path, json=EDIT).raise_for_status().json())

    def work() -> None:
        done.update(settled(client, f"{path}/{begun['id']}"))

    def undo() -> None:
        client.post(f"{path}/{begun['id']}/undo").raise_for_status()
        settled(client, f"{path}/{begun['id']}")

    for phase in (preview, begin, work, undo):
        figures = timed(stack, phase)
        console.print(f"{phase.__name__}: {figures['seconds']:,.0f} s")
        if phase in (work, undo):
            figures["customers/s"] = seen["customers"] / figures["seconds"]
        yield phase.__name__, figures
    if not seen["customers"] == seen["changed"] == done["total"] == done["changed"]:
        raise AssertionError(f"the preview said {seen}, the edit {done}")


def timed(stack: Stack, phase: Callable[[], None]) -> Figures:
    """How long it takes, the most memory and the longest outbox meanwhile, and how many of the customers' new versions
    found room where the old ones are.
    """
    [(updates, stayed)] = run_async(fetch(stack.plan, UPDATES))
    with Peaks(stack, MEASURED) as peaks:
        began = time.perf_counter()
        phase()
        seconds = time.perf_counter() - began
    memory = {f"{part}, MB": most for part, most in peaks.memory.items()}
    [(later, stayed_later)] = run_async(fetch(stack.plan, UPDATES))
    in_place = {"in their page, %": 100 * (stayed_later - stayed) / (later - updates)} if later > updates else {}
    return {"seconds": seconds, "outbox": peaks.outbox} | in_place | memory


def settled(client: httpx.Client, path: str) -> dict[str, Any]:
    """The edit, once nothing of it is left to do."""
    while True:
        edit: dict[str, Any] = client.get(path).raise_for_status().json()
        if edit["state"] not in ("running", "undoing"):
            return edit
        time.sleep(PAUSE)


def show(title: str, columns: tuple[str, ...], rows: Mapping[str, Figures], console: Console) -> None:
    """A table, a line for each measurement."""
    table = Table(title, *columns)
    for name, figures in rows.items():
        table.add_row(name, *(f"{figures[column]:,.0f}" if column in figures else "" for column in columns))
    console.print(table)


PLACE = """
select lower(name), created_at, id from customer where company_id = $1 and not archived
order by lower(name), id offset $2 limit 1
"""
UPDATES = "select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'customer'"

if __name__ == "__main__":
    sys.exit(main())
