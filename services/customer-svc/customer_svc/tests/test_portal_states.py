"""An account through any history: who can sign in, and whose session still counts, is what the last steps say."""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer_svc.http.portal import COOKIE
from customer_svc.tests.api import Api
from customer_svc.tests.test_portal import PORTAL, Maria

STEPS = ("invite", "forget", "confirm", "sign in", "sign out", "other address", "archive", "unarchive")
PASSWORDS = tuple(f"seven {colour} umbrellas" for colour in ("green", "amber", "violet", "crimson", "silver"))


@dataclass
class Expected:
    """What should be true, told in the requirements' words."""

    address: str
    addresses: int = 0
    linked: bool = False
    """A link was sent that holds."""
    account: bool = False
    """There is one: invited, or more."""
    password: str | None = None
    chosen: int = 0
    session: str | None = None
    dead: list[str] = field(default_factory=list)
    """Sessions that ended."""
    archived: bool = False

    def end_session(self) -> None:
        self.dead += [self.session] if self.session else []
        self.session = None


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(STEPS), min_size=3, max_size=14))
async def test_after_any_history_an_account_lets_in_whom_it_should(api: Api, steps: list[str]) -> None:  # S4.13 - S4.16
    number = len((await api.admin.get("/v1/customers", limit=200)).json()["items"])
    address = f"maria{number}@example.com"
    contacts = [{"name": "Maria Lee", "emails": [{"address": address}]}]
    maria = Maria(api, await api.create_customer(contacts=contacts), api.platform.anyone)
    expected = Expected(address)
    for step in ["invite", "confirm", *steps]:
        await take(maria, expected, step)
        await check(maria, expected)
    if expected.archived:
        await maria.act("unarchive")


async def take(maria: Maria, now: Expected, step: str) -> None:
    """The step, in a new browser, and what it should make of the account."""
    maria.browser.cookies.clear()
    match step:
        case "invite":
            status = (await maria.invited()).status_code
            assert status == (403 if now.archived else 409 if now.password else 202)
            now.linked, now.account = now.linked or status == 202, now.account or status == 202
        case "forget":
            await forget_waits(maria)
            await maria.post("/forgotten", company="northside", email=now.address)
            now.linked = now.linked or (now.account and not now.archived)
        case "confirm" if now.linked:
            password = PASSWORDS[now.chosen % len(PASSWORDS)]
            answer = await maria.post("/password", token=await maria.token(), password=password)
            assert answer.status_code == (403 if now.archived else 200)
            if not now.archived:
                now.end_session()
                now.linked, now.password, now.chosen = False, password, now.chosen + 1
                now.session = maria.browser.cookies[COOKIE]
        case "sign in" if now.password and not now.archived:
            assert (await maria.signs_in(now.password, now.address)).status_code == 200
            now.session = maria.browser.cookies[COOKIE]
        case "sign out" if now.session:
            carry(maria, now.session)
            await maria.post("/sign-out")
            now.end_session()
        case "other address":
            await change_address(maria, now)
        case "archive" | "unarchive":
            await maria.act(step)
            now.archived = step == "archive"


async def check(maria: Maria, now: Expected) -> None:
    """Sign-in and sessions, against what should be true."""
    await forget_waits(maria)
    maria.browser.cookies.clear()
    signed_in = await maria.signs_in(now.password or PASSWORDS[0], now.address)
    assert signed_in.status_code == (401 if now.password is None else 403 if now.archived else 200)
    if now.session:
        carry(maria, now.session)
        assert (await maria.post("/token")).status_code == (403 if now.archived else 200)
    for session in now.dead:
        assert await ended(maria, session)


async def ended(maria: Maria, session: str) -> bool:
    carry(maria, session)
    return (await maria.post("/token")).status_code == 401


def carry(maria: Maria, session: str) -> None:
    maria.browser.cookies.clear()
    maria.browser.cookies.set(COOKIE, session, path=PORTAL)


async def change_address(maria: Maria, now: Expected) -> None:
    """The office writes down another address: the account goes, with all its sessions."""
    now.addresses += 1
    now.address = f"other{now.addresses}.{now.address.rpartition('.')[0].partition('@')[0]}@example.com"
    email = f"{maria.path}/contacts/{maria.contact['id']}/emails/{maria.contact['emails'][0]['id']}"
    version = (await maria.api.admin.get(maria.path)).json()["version"]
    changed = await maria.api.admin.change("PATCH", email, {"address": now.address}, version=version)
    assert changed.status_code == 200, changed.text
    now.end_session()
    now.linked, now.account, now.password = False, False, None


async def forget_waits(maria: Maria) -> None:
    """Let nobody wait, as after a day."""
    async with maria.api.platform.database.worker() as tx:
        await tx.execute("delete from sign_in_attempt")
        await tx.execute("update portal_account set invited_at = now() - interval '2 days'")
