"""From the click to the email: statuses set over HTTP, one after the other, on an idle stack."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import httpx

from contracts.model import starter_id
from deploy.local.waiting import until
from deploy.sandbox.identity.keys import load_or_create_key
from deploy.sandbox.identity.personas import Persona
from deploy.sandbox.identity.tokens import TokenMaker
from tests.bench.runs import arrived, percentiles
from tests.bench.stage import Stage
from tests.bench.world import COMPANY, COMPANY_ID, STATUS, customer

SERVICE = "status-svc"
BATCH = 100
PATIENCE = 120.0


async def clicks(stage: Stage, count: int) -> dict[str, float]:
    """Milliseconds from the request to the mail host's acceptance; each click is a job's."""
    stage.stack.start(SERVICE)
    stage.stack.wait_ready(SERVICE)
    try:
        with office(stage) as http:
            jobs = list(imported(http, count))
            start, clicked = stage.accepted(), dict[UUID, float]()
            for n, job in enumerate(jobs):
                clicked[job] = time.time()
                http.post(f"/v1/jobs/{job}/status", json={"status_id": str(STATUS.id)}).raise_for_status()
                await arrived(stage, start + n + 1)
            rows = stage.fetch("select id, job_id from delivery where job_id = any($1::uuid[])", jobs)
            job_of = {str(row["id"]): row["job_id"] for row in rows}
            return percentiles([at - clicked[job_of[id]] for id, at in stage.log(start)])
    finally:
        stage.stack.stop(SERVICE)


def office(stage: Stage) -> httpx.Client:
    """A dispatcher of the company."""
    plan = stage.stack.plan
    maker = TokenMaker(plan.issuer, load_or_create_key(plan.state.folder / "sandbox"))
    token = maker.for_persona(Persona(COMPANY, "admin", "Ann", "ann@bench.example"))
    return httpx.Client(base_url=plan.url(SERVICE), headers={"authorization": f"Bearer {token}"}, timeout=10)


def imported(http: httpx.Client, count: int) -> Iterator[UUID]:
    """Jobs that nobody was told of, once the service knows company and customer."""
    for first in range(0, count, BATCH):
        batch = {"jobs": [a_job(n) for n in range(first, min(count, first + BATCH))]}
        until(partial(all_known, http, batch), "the jobs are not taken in", PATIENCE)
        yield from known(http, batch)


def all_known(http: httpx.Client, batch: dict[str, list[dict[str, object]]]) -> bool:
    """Whether the service has taken them all in."""
    return len(known(http, batch)) == len(batch["jobs"])


def known(http: httpx.Client, batch: dict[str, list[dict[str, object]]]) -> list[UUID]:
    """The jobs of a batch that the service has by now."""
    answer = http.post("/v1/job-imports", json=batch)
    found = answer.json()["items"] if answer.is_success else []
    return [UUID(line["job_id"]) for line in found if line["job_id"]]


def a_job(number: int) -> dict[str, object]:
    """One under way, with a visit in a week."""
    person, starts = customer(0), datetime.now(UTC) + timedelta(days=7)
    return {
        "external_id": f"click-{number}",
        "customer_id": str(person.id),
        "service_address_id": str(person.service_addresses[0].id),
        "title": "Replace water heater",
        "status_id": str(starter_id(COMPANY_ID, "status", "in-progress")),
        "visits": [{"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}],
        "lines": [{"description": "Labour", "quantity": "2", "unit_price": "145.00"}],
    }
