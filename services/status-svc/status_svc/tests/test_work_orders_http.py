"""Notes, signatures and pictures over HTTP."""

import hashlib
from typing import Any

import httpx
import pytest

from contracts.jobs import Role
from status_svc.domain.work_orders import IMAGE_BYTES
from status_svc.tests.service import Service
from status_svc.tests.test_images import PNG


async def upload(service: Service, data: bytes, content_type: str = "image/png") -> httpx.Response:
    headers = service.issuer.headers(Role.TECH, service.company.id) | {"content-type": content_type}
    return await service.client.post("/v1/images", content=data, headers=headers)


async def test_a_picture_is_kept_once_by_what_is_in_it(service: Service) -> None:
    first, again = await upload(service, PNG), await upload(service, PNG)
    assert first.status_code == 201
    assert first.json() == again.json()
    assert first.json()["sha256"] == hashlib.sha256(PNG).hexdigest()
    read = await service.call("GET", first.headers["location"])
    assert (read.content, read.headers["content-type"]) == (PNG, "image/png")
    assert read.headers["x-content-type-options"] == "nosniff"


async def test_what_is_too_large_or_no_picture_is_refused(service: Service) -> None:
    assert (await upload(service, PNG + bytes(IMAGE_BYTES))).status_code == 413
    assert (await upload(service, b"<svg/>", "image/svg+xml")).status_code == 415


@pytest.mark.survives(51)
async def test_a_picture_of_another_company_does_not_exist(service: Service) -> None:
    picture = (await upload(service, PNG)).json()
    other = await service.beside().seed()  # fault 51
    assert await other.refusal("GET", picture["url"]) == (404, "no-such-image")
    path = f"/v1/jobs/{(await other.booked())['id']}"
    note = {"text": "x", "images": [picture["sha256"]]}
    assert await other.refusal("POST", f"{path}/notes", note) == (422, "unknown-image")
    signature = {"signed_by": "x", "image": picture["sha256"]}
    assert await other.refusal("PUT", f"{path}/signature", signature) == (422, "unknown-image")


async def test_a_tech_writes_notes_that_are_read_in_order(service: Service) -> None:
    picture = (await upload(service, PNG)).json()["sha256"]
    path = f"/v1/jobs/{(await service.booked())['id']}/notes"
    await service.ok("POST", path, {"text": "Valve\nreplaced", "images": [picture]}, role=Role.TECH)
    await service.ok("POST", path, {"text": "Tested"}, role=Role.TECH)
    first: Any = await service.ok("GET", f"{path}?limit=1")
    second = await service.ok("GET", f"{path}?limit=1&cursor={first['next_cursor']}")
    notes = first["items"] + second["items"]
    assert [note["text"] for note in notes] == ["Valve\nreplaced", "Tested"]
    assert (notes[0]["images"], notes[0]["author_name"]) == ([picture], "The tech")
    assert await service.names() == ["JobCreated"]  # a note is no news for the customer


async def test_the_last_signature_counts(service: Service) -> None:
    picture = (await upload(service, PNG)).json()["sha256"]
    path = f"/v1/jobs/{(await service.booked())['id']}/signature"
    assert await service.refusal("GET", path) == (404, "not-signed")
    for name in ("M. Lee", "Maria Lee"):
        await service.ok("PUT", path, {"signed_by": name, "image": picture}, role=Role.TECH)
    signature = await service.ok("GET", path)
    assert (signature["signed_by"], signature["image"]) == ("Maria Lee", picture)
