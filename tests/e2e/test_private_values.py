"""What people tell us stays out of the logs, whatever goes wrong around it."""

from uuid import uuid4

from contracts.topics import CUSTOMERS, JOBS
from deploy.demo.people import home
from deploy.local.plan import SERVICES
from deploy.local.stack import Stack
from tests.e2e import kafka
from tests.e2e.companies import Company
from tests.e2e.log import told
from tests.e2e.mailbox import truth

ADDRESS, PHONE = "zebedee.quillfeather@example.com", "303-555-0177"
PHRASE = "Calm the heliotrope boiler"
SECRETS = {"email": "quillfeather@example.com", "phone": "3035550177", "dashed phone": PHONE, "words": "heliotrope"}


def test_no_log_of_a_service_holds_an_address_a_phone_a_token_or_the_words_of_a_mail(
    company: Company, stack: Stack
) -> None:
    # fault 63
    customer = company.add(home("Zebedee Quillfeather", ADDRESS, PHONE, "5 Oak St", "80220"))
    job = company.booked(customer, title=PHRASE)
    assert all(row.is_sent for row in told(company.dispatcher, job.id))
    make_trouble(company, stack, customer["id"])

    held = SECRETS | {"token": company.dispatcher.token, "secret": stack.plan.state.secret("service")}
    found = [(file.name, what) for file in stack.plan.state.logs.iterdir() for what in in_log(file.read_text(), held)]
    assert found == []


def test_no_log_of_a_service_holds_an_address_that_was_ever_written_to(stack: Stack) -> None:
    # fault 63
    reached = {address for mail in truth(stack.plan) for address in mail.recipients}
    logs = "".join(stack.plan.state.log(name).read_text() for name in SERVICES)
    assert [address for address in reached if address in logs] == []


def in_log(text: str, held: dict[str, str]) -> list[str]:
    """Which of the values that must be held back stand there."""
    return [what for what, value in held.items() if value.lower() in text.lower()]


def make_trouble(company: Company, stack: Stack, customer_id: str) -> None:
    """Requests and events that are refused, each with private values in it."""
    dispatcher, mine = company.dispatcher, f"/v1/customers/{customer_id}"
    bad = {"name": ADDRESS, "contacts": [{"name": PHRASE, "phones": [{"number": f"{PHONE}-x"}], "nonsense": ADDRESS}]}
    assert dispatcher.once("customer-svc", "POST", "/v1/customers", json=bad).status_code == 422
    assert dispatcher.once("customer-svc", "PATCH", mine, json={"notes": PHRASE}).status_code == 428
    assert dispatcher.once("customer-svc", "GET", f"/v1/customers/{ADDRESS}").status_code == 422
    forged = {"authorization": f"Bearer {company.dispatcher.token}x"}
    assert dispatcher.once("notifier-svc", "GET", "/v1/deliveries", headers=forged).status_code == 401
    broken = b'{"customer": "' + ADDRESS.encode() + b'", "title": "' + PHRASE.encode()
    for topic, type_ in ((JOBS, "JobCreated"), (CUSTOMERS, "CustomerProfile")):
        headers = {
            "ce_id": str(uuid4()),
            "ce_source": "/test",
            "ce_type": f"com.fieldbell.{type_}",
            "ce_subject": ADDRESS,
        }
        kafka.publish(stack.plan, topic, b"x", broken, [(name, value.encode()) for name, value in headers.items()])
        for group in topic.groups:
            kafka.wait_until_read(stack.plan, group, topic)
