"""Events that come more than once."""

from uuid import uuid4

import pytest

from contracts.topics import JOBS
from deploy.demo.people import home
from deploy.local.stack import Stack
from tests.e2e import kafka
from tests.e2e.companies import Company
from tests.e2e.log import emails, told
from tests.e2e.mailbox import mails_of, mails_to


@pytest.mark.survives(23)
def test_the_same_event_a_thousand_times_is_one_delivery_and_one_email(company: Company, stack: Stack) -> None:
    job = company.booked(company.add(home("Una Ray", "una.ray@example.com", "303-555-0143", "1 Oak St", "80220")))
    told(company.dispatcher, job.id)
    record, event_id = kafka.first_event(stack.plan, job.id), uuid4()
    assert record.key
    assert record.value

    kafka.publish(stack.plan, JOBS, record.key, record.value, *[kafka.renamed(record.headers, event_id)] * 1000)

    kafka.wait_until_read(stack.plan, "notifier-svc.jobs", JOBS)
    told(company.dispatcher, job.id)
    [delivery] = emails(company.dispatcher, event_id=str(event_id))
    assert delivery.is_sent
    assert len(mails_of(stack.plan, [delivery.id])) == 1
    assert len(mails_to(stack.plan, "una.ray@example.com")) == 2  # the real event's, and this one's
