"""`BENCH=rendering make bench`: messages/s by the generated functions, beside the interpreter and Jinja doing the same;
the hot call over HTTP, alone, under load and beside an attack; and reports as PDF. QUICK=1 takes half a minute.
"""

import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import uuid4

import httpx
import psutil
from jinja2 import Environment
from rich.console import Console
from rich.table import Table

from contracts.deliveries import Channel
from contracts.rendering import RenderItem, RenderRequest
from deploy.local.stack import Stack
from template_svc.domain.colours import contrast
from template_svc.domain.drafts import Version, Words, finish
from template_svc.domain.guards import published
from template_svc.domain.rendering import compile_version, interpret, render
from template_svc.domain.samples import SAMPLE
from template_svc.domain.values import nested, values_of
from template_svc.starters import frame, starters
from tests.bench import pages as pages_of
from tests.bench.customers import COMPANY
from tests.bench.words import advice
from tests.e2e.companies import persona_token, tokens

QUICK = bool(os.environ.get("QUICK"))
ROUNDS, TIMES = (20, 50) if QUICK else (100, 200)
BATCH = 100
CLIENTS = 4
CALLS = 50 if QUICK else 400
LOCALE = "en-US"

_GUARD = re.compile(r"\{% (?:end)?guard_\w+ %\}")
_DEFAULT = re.compile(r"default: ('[^']*')")

Figures = dict[str, float]


@dataclass(frozen=True)
class Subject:
    """What is rendered."""

    name: str
    words: Words

    @property
    def version(self) -> Version:
        """As it is published."""
        return finish(self.words, frame(LOCALE))


def subjects() -> tuple[Subject, ...]:
    """The email of the other benchmark (8 KB of HTML, 600 bytes of text), and a text message."""
    words = {starter.slug: starter.words.main for starter in starters()}
    email = words["status-scheduled"]
    return (
        Subject("email", replace(email, html=(email.html or "") + advice())),
        Subject("text", words["status-scheduled-text"]),
    )


def main() -> int:
    """Exit code 0; figures are never judged here."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    rates = {subject.name: rate(subject) for subject in subjects()}
    show("us a message, the quickest of many", rates, console)
    with staged() as stack:
        calls = over_http(stack)
        pages = pages_of.by_one_process() | pages_of.as_the_service_answers(stack)
        attacked = pages_of.under_attack(stack, *hot_call(stack))
    show(f"the hot call over HTTP, ms for a batch of {BATCH}", calls, console)
    show("reports as PDF", pages, console)
    show("a neighbour's hot call (one message)", attacked, console)
    target = Path(os.environ.get("BENCH_JSON", ".fieldbell/bench-rendering.json"))
    target.write_text(json.dumps({"us": rates, "http": calls, "pages": pages, "attacked": attacked}, indent=2) + "\n")
    console.print(f"As JSON: {target}")
    return 0


def rate(subject: Subject) -> Figures:
    """Microseconds of each way, and what they are beside ours."""
    version = subject.version
    compiled, values = compile_version(version), values_of(SAMPLE, LOCALE)
    parts = [(version.subject, False), (version.html, True), (version.text, False)]
    parsed = [published(html=html).template(source) for source, html in parts if source]
    jinja = [jinja_of(html).from_string(as_jinja(source)) for source, html in parts if source]
    told = nested(values)
    ways: dict[str, Callable[[], Any]] = {
        "ours": lambda: render(compiled, values),
        "values": lambda: values_of(SAMPLE, LOCALE, compiled.reading),
        "interpreter": lambda: [interpret(template, values) for template in parsed],
        "jinja": lambda: [template.render(told) for template in jinja],
    }
    assert ways["jinja"]() == ways["interpreter"]()
    us = quickest(ways)
    return (
        us
        | {"ours/s": 1e6 / us["ours"]}
        | {f"{way}, times ours": us[way] / us["ours"] for way in ("interpreter", "jinja")}
    )


def as_jinja(source: str) -> str:
    """The same template for Jinja, whose tags are nearly the same."""
    return _DEFAULT.sub(r"default(\1)", _GUARD.sub("", source)).replace("{% elsif", "{% elif")


def quickest(ways: dict[str, Callable[[], Any]]) -> Figures:
    """Microseconds of each in its quickest round; they take turns, so that the machine's moods fall on all."""
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.perf_counter()
            for _ in range(TIMES):
                way()
            best[name] = min(best[name], (time.perf_counter() - started) / TIMES * 1e6)
    return best


@contextmanager
def staged() -> Iterator[Stack]:
    """PostgreSQL, Kafka and template-svc, up for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="fieldbell-bench-") as folder:
        stack = Stack.in_folder(Path(folder))
        try:
            stack.up()
            for unused in ("status-svc", "customer-svc", "notifier-svc"):
                stack.stop(unused)
            yield stack
        finally:
            stack.down()


def over_http(stack: Stack) -> dict[str, Figures]:
    """Batches of messages by one caller, and by several at once."""
    body, url = batch(stack), stack.plan.url("template-svc") + "/v1/renderings"
    headers = {"authorization": f"Bearer {tokens(stack.plan).for_service('notifier-svc')}"}
    process = psutil.Process(int(stack.supervisor.parts()["template-svc"]["pid"]))
    found = {}
    for name, callers in (("one caller", 1), (f"{CLIENTS} callers", CLIENTS)):
        before, started = cpu(process), time.perf_counter()
        with ThreadPoolExecutor(callers) as threads:
            taken = [
                s for each in threads.map(lambda _: calls(url, headers, body, CALLS), range(callers)) for s in each
            ]
        count, seconds = callers * CALLS * BATCH, time.perf_counter() - started
        cuts = quantiles(taken, n=100, method="inclusive")
        found[name] = {
            "p50": cuts[49] * 1000,
            "p99": cuts[98] * 1000,
            "messages/s": count / seconds,
            "CPU us a message": (cpu(process) - before) / count * 1e6,
        }
    return found


def jinja_of(html: bool) -> Environment:
    """Jinja that escapes as our functions do, and knows the one filter of the frame that it lacks."""
    environment = Environment(autoescape=html, keep_trailing_newline=True)  # noqa: S701  (as ours)
    environment.filters["contrast"] = contrast
    return environment


def calls(url: str, headers: dict[str, str], body: bytes, count: int) -> list[float]:
    """Seconds that each call took."""
    taken = []
    with httpx.Client(headers=headers, timeout=60) as client:
        for _ in range(count):
            started = time.perf_counter()
            client.post(url, content=body).raise_for_status()
            taken.append(time.perf_counter() - started)
    return taken[count // 10 :]


def hot_call(stack: Stack) -> tuple[str, dict[str, str], bytes]:
    """Where one message is rendered, as whom, and the body."""
    headers = {"authorization": f"Bearer {tokens(stack.plan).for_service('notifier-svc')}"}
    return stack.plan.url("template-svc") + "/v1/renderings", headers, batch(stack, 1)


def batch(stack: Stack, size: int = BATCH) -> bytes:
    """The body of one call, for a template that is published before."""
    words = subjects()[0].words
    parts = {name: getattr(words, name) for name in ("subject", "preheader", "html", "text")}
    draft = {"name": "Bench", "channel": Channel.EMAIL, "default_locale": "en", "variants": {"en": parts}}
    headers = {"authorization": f"Bearer {persona_token(stack.plan, COMPANY, 'admin')}"}
    with httpx.Client(base_url=stack.plan.url("template-svc"), headers=headers, timeout=60) as admin:
        created = admin.post("/v1/templates", json=draft, headers={"idempotency-key": str(uuid4())})
        created.raise_for_status()
        path, etag = f"/v1/templates/{created.json()['id']}/publish", created.headers["etag"]
        admin.post(path, headers={"if-match": etag}).raise_for_status()
    item = {"company_id": COMPANY.id, "template_id": created.json()["id"], "locale": LOCALE, "context": SAMPLE}
    item["template_version"] = 1  # as the notifier names it
    items = tuple(RenderItem.model_validate(item | {"ref": uuid4()}) for _ in range(size))
    return RenderRequest(items=items).model_dump_json(exclude_none=True).encode()


def cpu(process: psutil.Process) -> float:
    """Seconds that the process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


def show(title: str, figures: dict[str, Figures], console: Console) -> None:
    """A line for each."""
    names = list(next(iter(figures.values())))
    table = Table("", *names, title=title)
    for name, row in figures.items():
        table.add_row(name, *(f"{row[each]:,.1f}" for each in names))
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
