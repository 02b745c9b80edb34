"""A job's record, as the service that sends reports reads it."""

from uuid import uuid4

import httpx
import pytest

from contracts.jobs import Role
from contracts.reports import MOST_NOTES, JobRecord
from status_svc.domain.work_orders import IMAGE_BYTES
from status_svc.tests.service import Service
from status_svc.tests.test_images import PNG
from status_svc.tests.test_work_orders_http import upload


async def asked(service: Service, job_id: str, company_id: str | None = None) -> httpx.Response:
    """Its record, asked for by a service."""
    path = f"/v1/companies/{company_id or service.company.id}/jobs/{job_id}/record"
    return await service.client.get(path, headers=service.issuer.headers(Role.SERVICE))


async def record(service: Service, job_id: str) -> JobRecord:
    """The same, read."""
    answer = await asked(service, job_id)
    assert answer.status_code == 200, answer.text
    return JobRecord.model_validate_json(answer.content)


async def test_a_record_has_the_job_its_notes_its_signature_and_its_invoices(service: Service) -> None:  # S3.6
    picture = PNG + bytes(IMAGE_BYTES - len(PNG))  # as large as one may be
    sha256 = (await upload(service, picture)).json()["sha256"]
    job = await service.booked()
    path = f"/v1/jobs/{job['id']}"
    for text in ("Valve\nreplaced", "Tested"):
        await service.ok("POST", f"{path}/notes", {"text": text}, role=Role.TECH)
    await service.ok("PUT", f"{path}/signature", {"signed_by": "Maria Lee", "image": sha256}, role=Role.TECH)
    invoice = await service.ok("POST", f"{path}/invoices", {})
    found = await record(service, job["id"])
    assert str(found.job.id) == job["id"]
    assert [(note.text, note.author) for note in found.notes] == [
        ("Valve\nreplaced", "The tech"),
        ("Tested", "The tech"),
    ]
    assert found.signature
    assert (found.signature.signed_by, found.signature.picture) == ("Maria Lee", picture)
    [issued] = found.invoices
    assert (str(issued.id), issued.number) == (invoice["id"], invoice["number"])
    assert issued.issued_at >= found.job.created_at


async def test_a_job_of_which_nothing_was_written_has_a_record_too(service: Service) -> None:
    job = await service.booked(kind="estimate")
    assert await record(service, job["id"]) == JobRecord(job=(await record(service, job["id"])).job)
    await service.ok("POST", f"/v1/jobs/{job['id']}/estimate/send", {})
    assert (await record(service, job["id"])).estimate_sent_at


@pytest.mark.survives(51)
async def test_a_record_is_found_under_its_own_company_alone(service: Service) -> None:
    job = await service.booked()
    for company_id in (uuid4(), (await service.beside().seed()).company.id):
        answer = await asked(service, job["id"], str(company_id))
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "no-such-job")


async def test_of_more_notes_than_a_report_holds_the_newest_come_and_the_others_are_counted(service: Service) -> None:
    job = await service.booked()
    assert (await record(service, job["id"])).notes_left_out == 0
    async with service.database.worker() as tx:
        await tx.execute(
            "insert into notes (company_id, id, job_id, text, images, author_id, written_at)"
            " select $1, gen_random_uuid(), $2, g.n::text, '{}', 'tech', now()"
            " from generate_series(1, $3) as g (n) order by g.n",
            service.company.id,
            job["id"],
            MOST_NOTES,
        )
    assert (await record(service, job["id"])).notes_left_out == 0
    for text in ("more", "last"):
        await service.ok("POST", f"/v1/jobs/{job['id']}/notes", {"text": text})
    found = await record(service, job["id"])
    assert [note.text for note in found.notes] == [*map(str, range(3, MOST_NOTES + 1)), "more", "last"]
    assert found.notes_left_out == 2
