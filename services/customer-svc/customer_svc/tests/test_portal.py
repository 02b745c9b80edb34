"""The portal: invited, confirmed, signed in and out; who is blocked or archived is not; guessing is slow and blind."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from contracts.customer_requests import InvitationRequested, Purpose
from contracts.topics import CUSTOMER_REQUESTS
from customer_svc.domain.portal import FREE_TRIES, Account, lock_after
from customer_svc.http.portal import COOKIE
from customer_svc.tests.api import Api, Person
from customer_svc.tests.factories import LINK_KEY, PORTAL_KEY, signing_key
from customer_svc.tokens import PortalTokens
from servicekit.links import Invitation, Links

PASSWORD, EMAIL = "blue kettle under stairs", "maria@example.com"
PORTAL = "/v1/portal"


@dataclass
class Maria:
    """A contact, and her browser."""

    api: Api
    customer: Any
    browser: httpx.AsyncClient

    @property
    def contact(self) -> Any:
        return self.customer["contacts"][0]

    @property
    def path(self) -> str:
        return f"/v1/customers/{self.customer['id']}"

    @property
    def invitation_path(self) -> str:
        return f"{self.path}/contacts/{self.contact['id']}/emails/{self.contact['emails'][0]['id']}/invitation"

    async def invited(self, by: Person | None = None, **headers: str) -> httpx.Response:
        return await (by or self.api.dispatcher).send("POST", self.invitation_path, **headers)

    async def invitations(self) -> list[InvitationRequested]:
        found = await self.api.platform.published(CUSTOMER_REQUESTS.name)
        return [each for each in found if isinstance(each, InvitationRequested)]

    async def token(self) -> str:
        """What the link of the newest email has."""
        newest = (await self.invitations())[-1]
        return Links([LINK_KEY]).invitation_token(Invitation(self.api.company_id, newest.invitation_id))

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.browser.post(PORTAL + path, json=body)

    async def confirms(self, password: str = PASSWORD) -> Any:
        answer = await self.post("/password", token=await self.token(), password=password)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def signs_in(
        self, password: str = PASSWORD, email: str = EMAIL, company: str = "northside"
    ) -> httpx.Response:
        return await self.post("/sign-in", company=company, email=email, password=password)

    async def me(self, token: str) -> httpx.Response:
        return await self.browser.get(f"{PORTAL}/me", headers={"authorization": f"Bearer {token}"})

    async def act(self, name: str) -> None:
        version = (await self.api.admin.get(self.path)).json()["version"]
        assert (await self.api.admin.change("POST", f"{self.path}/{name}", version=version)).status_code == 200


@pytest.fixture
async def maria(api: Api) -> Maria:
    contact = {"name": "Maria Lee", "emails": [{"address": "Maria@Example.com"}]}
    customer = await api.create_customer(contacts=[contact], tags=["bad payer"])
    return Maria(api, customer, api.platform.anyone)


def slug(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


async def test_an_invited_contact_confirms_and_is_signed_in(maria: Maria) -> None:  # S4.13, S4.14
    assert (await maria.invited()).status_code == 202
    [invitation] = await maria.invitations()
    assert (invitation.purpose, str(invitation.person_id)) == (Purpose.CONFIRM, maria.contact["id"])
    assert timedelta(days=6) < invitation.expires_at - datetime.now(UTC) <= timedelta(days=7)
    assert slug(await maria.signs_in()) == (401, "wrong-password")  # not yet
    answer = await maria.post("/password", token=await maria.token(), password=PASSWORD)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    cookie = answer.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=strict", f"Path={PORTAL}"))
    me = (await maria.me(answer.json()["access_token"])).json()
    assert (me["name"], me["email"], me["company"]["name"]) == ("Maria Lee", "Maria@Example.com", "Northside Plumbing")
    assert (await maria.signs_in()).status_code == 200
    log = (await maria.api.admin.get(f"{maria.path}/changes", field="contacts.emails.portal")).json()["items"]
    assert [(c["new"], c["actor"]) for c in log] == [("confirmed", "customer"), ("invited", "test-dispatcher")]


async def test_nothing_of_an_invitation_or_password_can_be_read_where_it_is_kept(maria: Maria) -> None:
    await maria.invited()
    token = await maria.token()
    access = (await maria.confirms())["access_token"]
    async with maria.api.platform.database.worker() as tx:
        kept = str(
            [
                *await tx.fetch("select t::text from portal_account t"),
                *await tx.fetch("select t::text from portal_session t"),
                *await tx.fetch("select t::text, convert_from(body, 'UTF8') from outbox t"),
            ]
        )
    for secret in (PASSWORD, token, access, maria.browser.cookies[COOKIE]):
        assert secret not in kept
    claims = jwt.decode(access, options={"verify_signature": False})
    assert claims.keys() == {"iss", "aud", "sub", "iat", "exp", "roles", "company_id", "customer_id"}
    assert claims["roles"] == ["customer"]


async def test_an_invitation_works_once_however_often_it_was_sent(maria: Maria) -> None:  # S4.13
    await maria.invited()
    first = await maria.token()
    await maria.invited(idempotency_key="again")
    await maria.invited(idempotency_key="again")
    assert len(await maria.invitations()) == 2
    assert await maria.token() == first
    await maria.confirms()
    assert slug(await maria.post("/password", token=first, password="another good one")) == (409, "invitation-used")
    assert slug(await maria.invited()) == (409, "confirmed-already")
    assert (await maria.signs_in()).status_code == 200


async def test_an_invitation_ends(maria: Maria) -> None:
    await maria.invited()
    async with maria.api.platform.database.worker() as tx:
        await tx.execute("update portal_account set invitation_expires_at = now()")
    answer = await maria.post("/password", token=await maria.token(), password=PASSWORD)
    assert slug(answer) == (409, "invitation-used")


@pytest.mark.parametrize(
    "password", ["short", "maria@example.com", "aaaaaaaaaaaaa", "password123", "Maria Lee 1", "northside1", "x" * 201]
)
async def test_a_password_that_is_easily_guessed_is_refused(maria: Maria, password: str) -> None:
    await maria.invited()
    assert (await maria.post("/password", token=await maria.token(), password=password)).status_code == 422
    await maria.confirms()


async def test_the_page_of_an_invitation_takes_a_password(maria: Maria) -> None:  # S4.14
    await maria.invited()
    page = f"{PORTAL}/invitations/{await maria.token()}"
    shown = await maria.browser.get(page)
    assert (shown.status_code, shown.headers["referrer-policy"]) == (200, "no-referrer")
    assert "m***@example.com" in shown.text
    for password, told in (("short", "at least 10"), ("x" * 250, "at most 200"), ("password123", "easy to guess")):
        refused = await maria.browser.post(page, data={"password": password})
        assert refused.status_code == 422
        assert told in refused.text
    done = await maria.browser.post(page, data={"password": PASSWORD})
    assert done.status_code == 200
    assert "Your password is saved" in done.text
    assert COOKIE in done.headers["set-cookie"]
    again = await maria.browser.get(page)
    assert (again.status_code, "used already" in again.text) == (409, True)
    assert (await maria.browser.get(f"{page[:-1]}")).status_code == 404
    assert (await maria.signs_in()).status_code == 200


async def test_a_session_gives_access_tokens_until_signed_out(maria: Maria) -> None:
    await maria.invited()
    await maria.confirms()
    renewed = await maria.post("/token")
    assert (await maria.me(renewed.json()["access_token"])).status_code == 200
    stolen = maria.browser.cookies[COOKIE]
    assert (await maria.post("/sign-out")).status_code == 204
    maria.browser.cookies.set(COOKIE, stolen, path=PORTAL)
    assert (await maria.post("/token")).status_code == 401
    maria.browser.cookies.clear()
    assert (await maria.post("/token")).status_code == 401
    assert (await maria.post("/sign-out")).status_code == 204


@pytest.mark.parametrize(("act", "back"), [("block", "unblock"), ("archive", "unarchive")])
async def test_a_blocked_or_archived_customer_is_out_at_once(maria: Maria, act: str, back: str) -> None:  # S4.15, S4.16
    await maria.invited()
    token = (await maria.confirms())["access_token"]
    await maria.act(act)
    for answer in (await maria.me(token), await maria.signs_in(), await maria.post("/token"), await maria.invited()):
        assert slug(answer) == (403, "account-closed")
    assert slug(await maria.signs_in("the wrong password")) == (401, "wrong-password")
    await maria.act(back)
    assert (await maria.signs_in()).status_code == 200


async def test_an_archived_customer_cannot_confirm(maria: Maria) -> None:
    await maria.invited()
    await maria.act("archive")
    answer = await maria.post("/password", token=await maria.token(), password=PASSWORD)
    assert slug(answer) == (403, "account-closed")
    page = await maria.browser.get(f"{PORTAL}/invitations/{await maria.token()}")
    assert (page.status_code, "closed" in page.text) == (403, True)


async def test_known_and_unknown_people_get_the_same_answers(maria: Maria) -> None:
    await maria.invited()
    await maria.confirms()
    wrong = await maria.signs_in("the wrong password")
    unknown = [await maria.signs_in(email="nobody@example.com"), await maria.signs_in(company="nowhere")]
    for answer in unknown:
        assert (answer.status_code, answer.json()) == (wrong.status_code, wrong.json())
    for body in ({"email": EMAIL}, {"email": "nobody@example.com"}, {"email": EMAIL, "company": "nowhere"}):
        answer = await maria.post("/forgotten", **{"company": "northside"} | body)
        assert (answer.status_code, answer.content) == (202, b"")


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
async def test_guessing_is_locked_out_for_known_and_unknown_alike(maria: Maria, email: str) -> None:
    await maria.invited()
    await maria.confirms()
    for _ in range(FREE_TRIES):
        assert slug(await maria.signs_in("the wrong password", email)) == (401, "wrong-password")
    locked = await maria.signs_in(PASSWORD, email.upper())
    assert slug(locked) == (429, "too-many-tries")
    assert 0 < int(locked.headers["retry-after"]) <= 60
    assert (await maria.signs_in(PASSWORD, "somebody@else.example")).status_code == 401  # others go on
    async with maria.api.platform.database.worker() as tx:
        await tx.execute("update sign_in_attempt set locked_until = now()")
    if email == EMAIL:
        assert (await maria.signs_in()).status_code == 200
        assert (await maria.signs_in("the wrong password")).status_code == 401  # counted anew


def test_each_failure_locks_for_longer_up_to_an_hour() -> None:
    assert [lock_after(n) for n in range(FREE_TRIES)] == [None] * FREE_TRIES
    minutes = [duration.total_seconds() / 60 for n in range(5, 12) if (duration := lock_after(n))]
    assert minutes == [1, 2, 4, 8, 16, 32, 60]
    assert lock_after(10_000) == timedelta(hours=1)


async def test_a_forgotten_password_is_chosen_anew_and_ends_other_sessions(maria: Maria) -> None:
    await maria.invited()
    await maria.confirms()
    await asyncio.gather(*(maria.post("/forgotten", company="northside", email=EMAIL) for _ in range(4)))  # impatient
    _, reset = await maria.invitations()
    assert reset.purpose is Purpose.RESET
    assert reset.expires_at - datetime.now(UTC) <= timedelta(hours=1)
    session = maria.browser.cookies[COOKIE]
    await maria.confirms("a new one, not blue")
    maria.browser.cookies.clear()
    maria.browser.cookies.set(COOKIE, session, path=PORTAL)
    assert (await maria.post("/token")).status_code == 401
    assert slug(await maria.signs_in()) == (401, "wrong-password")
    assert (await maria.signs_in("a new one, not blue")).status_code == 200


async def test_who_asks_again_and_again_waits_longer_and_keeps_the_link(maria: Maria) -> None:
    await maria.invited()
    await maria.confirms()

    async def asked_after(ago: timedelta) -> int:
        async with maria.api.platform.database.worker() as tx:
            await tx.execute("update portal_account set invited_at = now() - $1::interval", ago)
        await maria.post("/forgotten", company="northside", email=EMAIL)
        return len(await maria.invitations())

    assert await asked_after(timedelta(minutes=1)) == 2
    link = await maria.token()
    assert await asked_after(timedelta(minutes=1)) == 2
    assert await asked_after(timedelta(minutes=2)) == 3
    assert await asked_after(timedelta(minutes=3)) == 3
    assert await asked_after(timedelta(minutes=4)) == 4
    assert await maria.token() == link
    await maria.confirms("a new one, not blue")
    assert await asked_after(timedelta(minutes=1)) == 5


async def test_who_has_not_confirmed_yet_can_ask_for_the_link_again(maria: Maria) -> None:
    await maria.invited()
    async with maria.api.platform.database.worker() as tx:
        await tx.execute("update portal_account set invited_at = now() - interval '2 minutes'")
    await maria.post("/forgotten", company="northside", email=EMAIL)
    first, again = await maria.invitations()
    assert (again.purpose, again.invitation_id) == (Purpose.CONFIRM, first.invitation_id)
    async with maria.api.platform.database.worker() as tx:
        await tx.execute("update portal_account set invited_at = now() - interval '90 seconds'")
    await maria.post("/forgotten", company="northside", email=EMAIL)  # asked once before, so two minutes now
    assert len(await maria.invitations()) == 2


async def test_another_address_ends_account_and_sessions_for_good(maria: Maria) -> None:  # ADR 16
    await maria.invited()
    await maria.confirms()
    email = f"{maria.path}/contacts/{maria.contact['id']}/emails/{maria.contact['emails'][0]['id']}"
    changed = await maria.api.admin.change("PATCH", email, {"address": "lee@example.com"}, version=1)
    assert changed.status_code == 200, changed.text
    assert (await maria.post("/forgotten", company="northside", email="lee@example.com")).status_code == 202
    assert len(await maria.invitations()) == 1
    assert (await maria.invited()).status_code == 202
    for address in (EMAIL, "lee@example.com"):
        assert (await maria.signs_in(email=address)).status_code == 401
    assert (await maria.post("/token")).status_code == 401
    await maria.confirms("a new one, not blue")
    assert (await maria.signs_in("a new one, not blue", "lee@example.com")).status_code == 200


async def test_a_customer_takes_no_address_from_who_signs_in_with_it(maria: Maria) -> None:
    await maria.invited()
    await maria.confirms()
    customer = maria.api.platform.customer(maria.api.company_id, maria.customer["id"])
    email = f"{maria.path}/contacts/{maria.contact['id']}/emails/{maria.contact['emails'][0]['id']}"
    for refused in (
        await customer.change("PATCH", email, {"address": "thief@example.com"}, version=1),
        await customer.change("DELETE", email, version=1),
    ):
        assert slug(refused) == (409, "sign-in-address")
    flags = {"flags": {"invoices": False}}
    assert (await customer.change("PATCH", email, flags, version=1)).status_code == 200


async def test_two_contacts_do_not_sign_in_with_one_address(maria: Maria) -> None:
    await maria.invited()
    await maria.confirms()
    sam = await maria.api.create_customer(contacts=[{"name": "Sam", "emails": [{"address": EMAIL}]}])
    assert slug(await Maria(maria.api, sam, maria.browser).invited()) == (409, "signs-in-elsewhere")


async def test_of_two_who_are_invited_by_one_address_the_first_to_confirm_has_it(maria: Maria) -> None:
    other = await maria.api.create_customer(contacts=[{"name": "Sam", "emails": [{"address": EMAIL}]}])
    sam = Maria(maria.api, other, maria.browser)
    await sam.invited()
    sams = await sam.token()
    await maria.invited()
    await maria.confirms()
    answer = await maria.post("/password", token=sams, password="a new one, not blue")
    assert slug(answer) == (409, "signs-in-elsewhere")
    page = await maria.browser.post(f"{PORTAL}/invitations/{sams}", data={"password": "a new one, not blue"})
    assert "Somebody signs in with this address already. Please ask Northside" in page.text
    assert (await maria.signs_in()).status_code == 200


async def test_deleting_the_customer_ends_account_and_sessions(maria: Maria) -> None:  # S4.17
    await maria.invited()
    token = (await maria.confirms())["access_token"]
    assert (await maria.api.admin.change("DELETE", maria.path, version=1)).status_code == 204
    assert (await maria.me(token)).status_code == 404
    assert (await maria.post("/token")).status_code == 401
    assert (await maria.signs_in()).status_code == 401
    async with maria.api.platform.database.worker() as tx:
        assert await tx.fetchval("select count(*) from portal_account") == 0


@pytest.mark.survives(51)
async def test_the_invitation_of_another_companys_customer_is_not_found(maria: Maria, other: Api) -> None:
    assert (await maria.invited(other.admin)).status_code == 404
    assert (await maria.invited(maria.api.tech)).status_code == 403


async def test_the_tokens_are_checked_by_the_published_keys_old_ones_too() -> None:
    old, new = signing_key(), signing_key()
    rotated = PortalTokens(f"{new}, {old}", "https://portal.example", "fieldbell")
    known = {key["kid"]: jwt.PyJWK(key).key for key in rotated.jwks["keys"]}
    for key in (old, new):
        made = PortalTokens(key, "https://portal.example", "fieldbell").access(an_account(), datetime.now(UTC))
        kid = jwt.get_unverified_header(made)["kid"]
        assert jwt.decode(made, known[kid], algorithms=["ES256"], audience="fieldbell")["roles"] == ["customer"]
    assert "d" not in rotated.jwks["keys"][0]


@pytest.mark.parametrize("keys", ["", "nonsense", "bm9uc2Vuc2U="])
def test_a_key_that_is_none_stops_the_start(keys: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PortalTokens(keys, "", "")


def an_account() -> Account:
    return Account(uuid4(), uuid4(), uuid4(), uuid4(), EMAIL, None, None)


async def test_the_keys_are_published(api: Api) -> None:
    answer = await api.platform.anyone.get(f"{PORTAL}/jwks")
    assert answer.json() == PortalTokens(PORTAL_KEY, "", "").jwks
