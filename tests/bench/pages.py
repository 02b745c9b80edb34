"""Part of `BENCH=rendering make bench`: PDF/s of each report, and what an attack on drafts costs a neighbour."""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

import httpx
import psutil

from contracts.reports import ReportContext, ReportKind
from deploy.local.stack import Stack
from deploy.sandbox.identity.personas import Company
from template_svc.reports.press import Press
from template_svc.reports.sample import SAMPLE
from tests.e2e.companies import persona_token, tokens

QUICK = bool(os.environ.get("QUICK"))
PAGES = 60 if QUICK else 400
SECONDS = 5 if QUICK else 20
CALLERS = 2  # as many as there are processes that set reports
ATTACKERS = 4
ATTACKER = Company("attacker", "Unkind & Sons")

_LOOP = "{% for a in job.lines %}"
HOSTILE = (
    _LOOP * 6 + "x" + "{% endfor %}" * 6,
    _LOOP + "{{ a.description }}" * 40 + "{% endfor %}",
    "<div>" * 8_000,
    "{{ job.title | upcase | downcase | title }}" * 300,
    "{% if job.number %}" * 3_000,
)

Figures = dict[str, float]


def by_one_process() -> dict[str, Figures]:
    """Each kind through the press."""
    return asyncio.run(_through_the_press())


async def _through_the_press() -> dict[str, Figures]:
    press, found = Press(processes=1), {}
    try:
        await press.pdf(SAMPLE)
        for kind in ReportKind:
            taken = []
            for _ in range(PAGES):
                started = time.perf_counter()
                await press.pdf(of(kind))
                taken.append(time.perf_counter() - started)
            found[f"press, {kind}"] = figures(taken, sum(taken)) | {"peak MB": peak(psutil.Process())}
    finally:
        await press.close()
    return found


def of(kind: ReportKind) -> ReportContext:
    """The sample as that report, of a company of its own: each has one made at a time."""
    job = SAMPLE.record.job.model_copy(update={"company_id": uuid4()})
    return SAMPLE.model_copy(update={"kind": kind, "record": SAMPLE.record.model_copy(update={"job": job})})


def as_the_service_answers(stack: Stack) -> dict[str, Figures]:
    """Each kind over HTTP, by as many callers as there are processes."""
    url = stack.plan.url("template-svc") + "/v1/reports"
    headers = {"authorization": f"Bearer {tokens(stack.plan).for_service('notifier-svc')}"}
    service = psutil.Process(int(stack.supervisor.parts()["template-svc"]["pid"]))
    found = {}
    for kind in ReportKind:
        started = time.perf_counter()
        with ThreadPoolExecutor(CALLERS) as threads:
            taken = [s for each in threads.map(lambda _: asked(url, headers, kind), range(CALLERS)) for s in each]  # noqa: B023
        found[f"HTTP, {kind}"] = figures(taken, time.perf_counter() - started) | {"peak MB": peak(service)}
    return found


def asked(url: str, headers: dict[str, str], kind: ReportKind) -> list[float]:
    """Seconds that each page took."""
    body, taken = of(kind).model_dump_json(), []
    with httpx.Client(headers=headers | {"content-type": "application/json"}, timeout=60) as client:
        for _ in range(PAGES // CALLERS):
            started = time.perf_counter()
            client.post(url, content=body).raise_for_status()
            taken.append(time.perf_counter() - started)
    return taken


def figures(taken: list[float], seconds: float) -> Figures:
    """Pages a second, and milliseconds of one."""
    cuts = quantiles(taken, n=100, method="inclusive")
    return {"PDF/s": len(taken) / seconds, "p50 ms": cuts[49] * 1000, "p99 ms": cuts[98] * 1000}


def peak(parent: psutil.Process) -> float:
    """The most that one of its setters has had in memory."""
    found = [0]
    for child in parent.children(recursive=True):
        if "template_svc.reports.setter" in child.cmdline():
            status = Path(f"/proc/{child.pid}/status").read_text()
            found.append(next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")))
    return max(found) / 1024


def under_attack(stack: Stack, url: str, headers: dict[str, str], body: bytes) -> dict[str, Figures]:
    """A neighbour's hot call: quiet, while another company previews and checks hostile drafts, and quiet again."""
    found = {}
    for name in ("quiet", "attacked", "quiet again"):
        with attack(stack) if name == "attacked" else contextlib.nullcontext(lambda: 0) as rounds:
            taken = hot(url, headers, body)
            cuts = quantiles(taken, n=100, method="inclusive")
            found[name] = {"p50 ms": cuts[49] * 1000, "p99 ms": cuts[98] * 1000, "hostile calls": float(rounds())}
    quiet = (found["quiet"], found["quiet again"])
    found["attacked, times quiet"] = {
        key: found["attacked"][key] / (sum(each[key] for each in quiet) / 2) for key in ("p50 ms", "p99 ms")
    } | {"hostile calls": 0.0}
    return found


def hot(url: str, headers: dict[str, str], body: bytes) -> list[float]:
    """Seconds that each call took."""
    taken: list[float] = []
    end = time.monotonic() + SECONDS
    with httpx.Client(headers=headers, timeout=60) as client:
        while time.monotonic() < end:
            started = time.perf_counter()
            client.post(url, content=body).raise_for_status()
            taken.append(time.perf_counter() - started)
    return taken[len(taken) // 10 :]


@contextlib.contextmanager
def attack(stack: Stack) -> Iterator[Callable[[], int]]:
    """Hostile drafts, one after the other by several callers of one company, until the block ends."""
    over, done = threading.Event(), list[int]()
    headers = {"authorization": f"Bearer {persona_token(stack.plan, ATTACKER, 'admin')}"}

    def attacker(number: int) -> None:
        with httpx.Client(base_url=stack.plan.url("template-svc"), headers=headers, timeout=120) as client:
            while not over.is_set():
                words = {"subject": "Hi", "html": HOSTILE[(number + len(done)) % len(HOSTILE)], "text": "x"}
                client.post("/v1/renderings/preview", json={"words": words})
                client.post("/v1/renderings/check", json={"variants": {"en": words, "es": words}})
                done.append(number)

    with ThreadPoolExecutor(ATTACKERS) as threads:
        for number in range(ATTACKERS):
            threads.submit(attacker, number)
        try:
            yield lambda: 2 * len(done)
        finally:
            over.set()
