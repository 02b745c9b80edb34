"""What comes back, on the whole stack: an email that bounces; and that what goes out is signed (G3)."""

import dkim  # type: ignore[import-untyped]
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from deploy.demo.people import home
from deploy.local.stack import Stack
from deploy.local.waiting import until
from tests.e2e.companies import Company
from tests.e2e.log import deliveries, told
from tests.e2e.mailbox import newest_to


@pytest.mark.proves("G3", "S3.20")
@pytest.mark.survives(36)
def test_an_email_that_bounces_is_told_and_its_address_is_not_written_to_again(company: Company) -> None:
    customer = company.add(home("Bo Unger", "bounce@nowhere.example", "303-555-0151", "13 Pine St", "80220"))
    job = company.booked(customer)

    def states() -> list[str]:
        return [row.state for row in deliveries(company.dispatcher, job_id=job.id, channel="email")]

    until(lambda: states() == ["bounced"], "the bounce is not in the log", seconds=60)
    [row] = company.dispatcher.every("notifier-svc", "/v1/deliveries", job_id=job.id, channel="email")
    assert row["explanation"] == "Bounced: There is no such mailbox."
    [block] = company.dispatcher.every("notifier-svc", "/v1/blocks", customer_id=customer["id"])
    assert (block["cause"], block["channel"], block["liftable"]) == ("bounced", "email", True)

    again = company.booked(customer)
    until(lambda: bool(deliveries(company.dispatcher, job_id=again.id, channel="email")), "not planned", seconds=60)
    [row] = company.dispatcher.every("notifier-svc", "/v1/deliveries", job_id=again.id, channel="email")
    assert (row["state"], row["reason"]) == ("skipped", "blocked")


@pytest.mark.proves("G3")
def test_what_arrives_is_signed_as_the_companys_record_says(company: Company, stack: Stack) -> None:
    key = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    own = f"office@{company.seed.company.slug}.example"
    sender = {"from_address": own, "dkim": {"selector": "fb1", "private_key": key.decode()}}
    shown = company.admin.put("notifier-svc", "/v1/sender", sender)["dkim"]
    customer = company.add(home("Di Kim", "di.signed@example.com", "303-555-0152", "15 Pine St", "80220"))
    told(company.dispatcher, company.booked(customer).id)
    newest = newest_to(stack.plan, "di.signed@example.com")
    assert newest is not None
    raw = httpx.get(f"{stack.plan.sandbox_url}/api/mailbox/messages/{newest['id']}/raw").content

    def dns(name: bytes, timeout: int = 5) -> bytes | None:
        return shown["record"].encode() if name.decode().rstrip(".") == shown["record_name"] else None

    assert dkim.verify(raw, dnsfunc=dns)
    assert not dkim.verify(raw.replace(b"\r\nTo: ", b"\r\nTo: Some "), dnsfunc=dns)
