"""What the office sees of its customers' ways into the portal."""

from datetime import UTC, datetime
from typing import Any

import pytest

from customer_svc.domain.portal import FREE_TRIES
from customer_svc.tests.api import Api
from customer_svc.tests.test_imports import imported, preview
from customer_svc.tests.test_portal import PASSWORD, Maria


@pytest.fixture
async def maria(api: Api) -> Maria:
    emails = [{"address": "Maria@Example.com"}, {"address": "m.lee@example.com"}]
    customer = await api.create_customer(contacts=[{"name": "Maria Lee", "emails": emails}, {"name": "Ed Lee"}])
    return Maria(api, customer, api.platform.anyone)


async def seen(maria: Maria) -> Any:
    """Her first address; of the second nothing ever happens."""
    answer = await maria.api.dispatcher.get(f"{maria.path}/portal")
    assert answer.status_code == 200, answer.text
    first, second = answer.json()
    emails = maria.contact["emails"]
    for each, email in ((first, emails[0]), (second, emails[1])):
        assert (each["contact_id"], each["email_id"]) == (maria.contact["id"], email["id"])
        assert each["address"] == email["address"]
    assert second["state"] == "none"
    assert {second[name] for name in second if name.endswith(("_at", "_until"))} == {None}
    return first


def when(each: Any, name: str) -> datetime:
    return datetime.fromisoformat(each[name])


async def test_the_office_sees_an_invitation_until_it_ends_or_is_used(maria: Maria) -> None:  # S4.13, S4.14
    assert (await seen(maria))["state"] == "none"
    before = datetime.now(UTC)
    await maria.invited()
    invited = await seen(maria)
    assert invited["state"] == "invited"
    assert before <= when(invited, "invited_at") <= datetime.now(UTC) < when(invited, "invitation_expires_at")
    token = await maria.token()
    async with maria.api.platform.database.worker() as tx:
        await tx.execute("update portal_account set invitation_expires_at = now() - interval '1 s'")
    assert (await seen(maria))["state"] == "expired"
    await maria.invited()
    assert (await seen(maria))["state"] == "invited"
    assert await maria.token() != token
    await maria.confirms()
    confirmed = await seen(maria)
    assert (confirmed["state"], confirmed["invited_at"], confirmed["invitation_expires_at"]) == (
        "confirmed",
        None,
        None,
    )
    assert before <= when(confirmed, "confirmed_at") <= when(confirmed, "signed_in_at") <= datetime.now(UTC)


async def test_the_office_sees_the_last_sign_in_and_who_is_locked_out(maria: Maria) -> None:
    await maria.invited()
    await maria.confirms()
    first = await seen(maria)
    assert (await maria.signs_in(PASSWORD)).status_code == 200
    second = await seen(maria)
    assert when(first, "signed_in_at") < when(second, "signed_in_at")
    for _ in range(FREE_TRIES):
        await maria.signs_in("something else altogether")
    locked = await seen(maria)
    assert (locked["state"], locked["signed_in_at"]) == ("locked", second["signed_in_at"])
    assert when(locked, "locked_until") > datetime.now(UTC)
    async with maria.api.platform.database.worker() as tx:
        await tx.execute("update sign_in_attempt set locked_until = now() - interval '1 s'")
    assert (await seen(maria))["state"] == "confirmed"


@pytest.mark.survives(51)
async def test_another_companys_customer_shows_nothing(maria: Maria, other: Api) -> None:
    assert (await other.admin.get(f"{maria.path}/portal")).status_code == 404


async def test_a_dry_run_warns_where_a_table_replaces_an_address_that_somebody_signs_in_with(api: Api) -> None:
    contact = {"name": "Maria Lee", "emails": [{"address": "Maria@Example.com"}]}
    maria = Maria(api, await api.create_customer(contacts=[contact]), api.platform.anyone)

    async def ends(email: str) -> bool:
        table = f"id,name,email\n{maria.customer['id']},Maria Lee,{email}\n"
        return bool((await preview(api, table))["lines"][0]["ends_sign_in"])

    await maria.invited()
    assert not await ends("new@example.com")  # nobody signs in yet
    await maria.confirms()
    assert [await ends(email) for email in ("new@example.com", "MARIA@example.com", "")] == [True, False, False]
    await imported(api, f"id,name,email\n{maria.customer['id']},Maria Lee,new@example.com\n")
    assert (await maria.signs_in(PASSWORD)).status_code == 401
    [access] = (await api.dispatcher.get(f"{maria.path}/portal")).json()
    assert (access["address"], access["state"]) == ("new@example.com", "none")
