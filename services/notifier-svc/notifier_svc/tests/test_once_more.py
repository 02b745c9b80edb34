"""Of which categories emails in doubt are sent once more: a company's choice, over HTTP (D14)."""

from typing import Any
from uuid import uuid4

import pytest

from contracts.jobs import Role
from notifier_svc.tests.factories import COMPANY
from notifier_svc.tests.office import Office

PATH = "/v1/once-more"


async def put(office: Office, body: Any, version: int | None = None, role: Role = Role.ADMIN) -> Any:
    match = {} if version is None else {"if-match": f'"{version}"'}
    return await office.client.put(PATH, json=body, headers=office.issuer.headers(role, COMPANY) | match)


@pytest.mark.proves("G20")
async def test_an_admin_chooses_the_categories_and_the_log_says_who(office: Office) -> None:
    admin = office.issuer.headers(Role.ADMIN, COMPANY)
    assert (await office.client.get(PATH, headers=admin)).json() == {"version": 0, "categories": []}  # R = 0
    chosen = {"categories": ["receipt", "invoice"]}
    assert (await put(office, chosen, role=Role.DISPATCHER)).status_code == 403
    first = await put(office, chosen)
    assert (first.status_code, first.json()) == (200, {"version": 1, "categories": ["invoice", "receipt"]})
    assert (await put(office, {"categories": []})).status_code == 428
    assert (await put(office, {"categories": []}, version=7)).status_code == 412
    assert (await put(office, {"categories": ["letters"]}, version=1)).status_code == 422
    assert (await put(office, {"categories": ["invoice"]}, version=1)).status_code == 200
    seen = await office.client.get(PATH, headers=office.issuer.headers(Role.DISPATCHER, COMPANY))
    assert (seen.json(), seen.headers["etag"]) == ({"version": 2, "categories": ["invoice"]}, '"2"')
    changes = (await office.client.get("/v1/changes?resource=once_more", headers=admin)).json()["items"]
    assert [(each["field"], each["old"], each["new"], each["how"]) for each in changes] == [
        ("categories", ["invoice", "receipt"], ["invoice"], "PUT /v1/once-more"),
        ("categories", [], ["invoice", "receipt"], "PUT /v1/once-more"),
    ]


async def test_what_one_company_chose_is_no_others(office: Office) -> None:
    await put(office, {"categories": ["receipt"]})
    other = await office.client.get(PATH, headers=office.issuer.headers(Role.DISPATCHER, uuid4()))
    assert other.json() == {"version": 0, "categories": []}
