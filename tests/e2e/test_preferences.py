"""Preferences and service addresses, from the change over HTTP to the mail that comes or does not."""

from contracts.deliveries import Reason
from contracts.topics import CUSTOMERS
from deploy.demo.api import Json
from deploy.demo.people import Customer, contact, email, home, site, tenant
from deploy.local.stack import Stack
from tests.e2e import kafka
from tests.e2e.companies import Company
from tests.e2e.log import told
from tests.e2e.mailbox import mails_to

OFF = {"flags": {"status_updates": False}}


def test_a_flag_switched_off_is_respected_from_the_next_event_on(company: Company, stack: Stack) -> None:
    # S0.4, S0.9
    customer = company.add(home("Ida Holm", "ida.holm@example.com", "303-555-0142", "9 Pine St", "80220"))
    job = company.booked(customer)
    job.set_status("on-the-way")
    assert all(row.is_sent for row in told(company.dispatcher, job.id))
    before = mails_to(stack.plan, "ida.holm@example.com")

    changed = company.dispatcher.patch("customer-svc", email_path(customer), OFF, version=customer["version"])
    wait_until_heard(stack, changed)
    job.set_status("scheduled")

    *_, refused = told(company.dispatcher, job.id)
    assert (refused.rule_name, refused.reason) == ("Scheduled", Reason.STATUS_UPDATES_OFF)
    assert len(before) == 2
    assert mails_to(stack.plan, "ida.holm@example.com") == before


def test_who_shares_the_address_of_the_job_is_told_and_who_lives_elsewhere_is_not(
    company: Company, stack: Stack
) -> None:
    # S2.2
    here = site("12 Elm St", "80220", tenant("Here", "here@example.org"))
    elsewhere = site("88 Alder Ct", "80219", tenant("Elsewhere", "elsewhere@example.org"))
    landlord = Customer("Ola Berg", (contact("Ola Berg", email("ola.berg@example.com")),), (here, elsewhere))

    job = company.booked(company.add(landlord), "12 Elm St")

    assert {row.address for row in told(company.dispatcher, job.id)} == {"ola.berg@example.com", "here@example.org"}
    assert len(mails_to(stack.plan, "here@example.org")) == 1
    assert mails_to(stack.plan, "elsewhere@example.org") == []


def email_path(customer: Json) -> str:
    """The only email address of the only contact."""
    [person] = customer["contacts"]
    [address] = person["emails"]
    return f"/v1/customers/{customer['id']}/contacts/{person['id']}/emails/{address['id']}"


def wait_until_heard(stack: Stack, customer: Json) -> None:
    """Return when the notifier has this version of the customer."""
    kafka.wait_until_heard(stack.plan, CUSTOMERS, customer["id"], customer["version"])
