"""What comes back, on the whole stack: an email that bounces (G3)."""

import pytest

from deploy.demo.people import home
from deploy.local.waiting import until
from tests.e2e.companies import Company
from tests.e2e.log import deliveries


@pytest.mark.proves("G3", "S3.20")
def test_an_email_that_bounces_is_told_and_its_address_is_not_written_to_again(company: Company) -> None:  # fault 36
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
