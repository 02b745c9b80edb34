"""SendGrid's events: signed, or refused unread; told twice or in any order they come to the same (faults 55, 56)."""

from base64 import b64encode
from itertools import permutations
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from contracts.deliveries import DeliveryState, Reason
from contracts.inbound import Cause
from contracts.jobs import Role
from notifier_svc.channels.sendgrid import SIGNATURE, TIMESTAMP, Webhook, receipt_of
from notifier_svc.channels.verp import Tokens
from notifier_svc.http.sendgrid import PATH
from notifier_svc.store import rules
from notifier_svc.tests.factories import COMPANY, email_rules
from notifier_svc.tests.office import Office

KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = b64encode(KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


@pytest.fixture
async def sent(office: Office) -> Office:
    """An office whose emails go by SendGrid, and one that has gone."""
    office.app.state.sendgrid = Webhook(PUBLIC)
    office.desk.how["tokens"] = Tokens(office.desk.keys)
    office.desk.host["sendgrid"] = True
    async with office.desk.db.worker() as tx:
        await rules.add(tx, email_rules())
    await office.desk.queue()
    async with office.desk.sending():
        await office.desk.settled()
    await office.desk.fetch("delete from outbox")
    return office


async def tell(office: Office, *events: Any, key: ec.EllipticCurvePrivateKey = KEY, about: bool = True) -> int:
    """As SendGrid does, with what the email itself told it to say."""
    told = orjson.loads(str(office.desk.mail.mails[-1]["X-SMTPAPI"]))["unique_args"] if about else {}
    body = orjson.dumps([{"email": "maria@example.com", "sg_message_id": "14c5.filter1"} | told | e for e in events])
    signature = b64encode(key.sign(b"1700000000" + body, ec.ECDSA(SHA256()))).decode()
    headers = {SIGNATURE: signature, TIMESTAMP: "1700000000", "content-type": "application/json"}
    return (await office.client.post(PATH, content=body, headers=headers)).status_code


HARD = {"event": "bounce", "type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 <maria@example.com> unknown"}


@pytest.mark.proves("G3", "S3.20")
@pytest.mark.survives(56)
async def test_a_bounce_blocks_the_address_once_however_often_it_is_told(sent: Office) -> None:
    for _ in range(3):
        assert await tell(sent, {"event": "processed"}, {"event": "delivered"}, HARD) == 204
    assert await sent.desk.log() == [("bounced", Reason.INVALID_ADDRESS)]
    assert [row["cause"] for row in await sent.desk.fetch("select cause from block")] == ["bounced"]
    assert [told["state"] for told in await sent.desk.published() if "state" in told] == ["delivered", "bounced"]
    kept = [dict(row) for row in await sent.desk.fetch("select * from receipt")]
    assert "maria" not in str(kept)


@pytest.mark.parametrize("order", list(permutations(["deferred", "delivered", "bounce"])))
async def test_events_come_to_the_same_in_any_order(sent: Office, order: tuple[str, ...]) -> None:
    for event in order:
        await tell(sent, HARD if event == "bounce" else {"event": event})
    assert await sent.desk.log() == [("bounced", Reason.INVALID_ADDRESS)]


async def test_a_complaint_ends_emails_to_the_address_and_the_office_can_not_lift_it(sent: Office) -> None:  # D12
    assert await tell(sent, {"event": "delivered"}, {"event": "spamreport"}) == 204
    assert await sent.desk.log() == [("delivered", None)]
    headers = sent.issuer.headers(Role.ADMIN, COMPANY)
    [block] = (await sent.client.get("/v1/blocks", headers=headers)).json()["items"]
    assert (block["cause"], block["liftable"]) == ("complained", False)
    assert (await sent.client.delete(f"/v1/blocks/{block['id']}", headers=headers)).status_code == 409
    await sent.desk.queue()
    async with sent.desk.sending():
        assert (await sent.desk.settled())[-1] == ("skipped", Reason.BLOCKED)


@pytest.mark.survives(55)
async def test_what_sendgrid_did_not_sign_is_refused_and_not_read(sent: Office) -> None:
    assert await tell(sent, HARD, key=ec.generate_private_key(ec.SECP256R1())) == 403
    assert (await sent.client.post(PATH, json=[HARD])).status_code == 403
    assert await sent.desk.log() == [("sent", None)]
    assert not await sent.desk.fetch("select from receipt")


async def test_events_about_mail_that_is_not_ours_are_nothing(sent: Office) -> None:
    assert await tell(sent, HARD, HARD | {"delivery": "a" * 56}, {"event": 7, "delivery": 7}, about=False) == 204
    assert not await sent.desk.fetch("select from receipt")


async def test_what_is_no_list_of_events_is_refused(sent: Office) -> None:
    for body in (b"{}", b"[1]", b"no json"):
        signature = b64encode(KEY.sign(b"1" + body, ec.ECDSA(SHA256()))).decode()
        answer = await sent.client.post(PATH, content=body, headers={SIGNATURE: signature, TIMESTAMP: "1"})
        assert answer.status_code == 422


async def test_without_sendgrid_there_is_no_such_door(office: Office) -> None:
    assert (await office.client.post(PATH, json=[], headers={SIGNATURE: "x", TIMESTAMP: "1"})).status_code == 404


@pytest.mark.parametrize(
    ("event", "state", "block"),
    [
        ({"event": "bounce", "type": "blocked", "status": "5.7.1"}, DeliveryState.UNDELIVERED, None),
        ({"event": "dropped", "reason": "Bounced Address"}, DeliveryState.UNDELIVERED, Cause.BOUNCED),
        ({"event": "dropped", "reason": "Spam Reporting Address"}, DeliveryState.UNDELIVERED, Cause.COMPLAINED),
        ({"event": "dropped", "reason": "Recipient List over Package Quota"}, DeliveryState.UNDELIVERED, None),
        ({"event": "deferred"}, None, None),
        ({"event": "spamreport"}, None, Cause.COMPLAINED),
    ],
)
def test_an_event_means_one_thing(event: dict[str, str], state: DeliveryState | None, block: Cause | None) -> None:
    receipt = receipt_of(event)
    assert receipt is not None
    assert (receipt.state, receipt.block) == (state, block)
    assert receipt.detail


def test_what_readers_do_is_not_noted() -> None:
    assert receipt_of({"event": "open"}) is None
    assert receipt_of({"event": "click"}) is None
