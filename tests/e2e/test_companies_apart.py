"""Two companies on one platform: neither sees, changes or reaches anything of the other's."""

from contextlib import ExitStack

import pytest

from contracts.deliveries import Channel
from deploy.demo import brightway, northside
from deploy.demo.api import Json
from deploy.local.stack import Stack
from deploy.sandbox.identity.personas import BRIGHTWAY, NORTHSIDE
from deploy.sandbox.phone.accounts import NUMBERS
from tests.e2e.companies import Company, Person, staffed
from tests.e2e.log import deliveries, emails, told
from tests.e2e.mailbox import mails_of
from tests.e2e.phone import rings_of

# Where each service lists what it has.
LISTS = [("status-svc", "/v1/jobs"), ("customer-svc", "/v1/customers"), ("notifier-svc", "/v1/deliveries")]


@pytest.fixture
def north(demo: str, stack: Stack, clients: ExitStack) -> Company:
    """Northside, with what the demo left there."""
    return staffed(stack.plan, northside.SEED, clients)


@pytest.fixture
def bright(demo: str, stack: Stack, clients: ExitStack) -> Company:
    """Brightway, with its customers."""
    return staffed(stack.plan, brightway.SEED, clients)


@pytest.mark.parametrize(("service", "path"), LISTS)
@pytest.mark.survives(51)
def test_a_dispatcher_sees_nothing_of_another_company_in_a_list_or_by_id(
    north: Company, bright: Company, service: str, path: str
) -> None:
    theirs = ids(north.dispatcher, service, path)
    assert theirs
    assert not theirs & ids(bright.dispatcher, service, path)
    answers = {bright.dispatcher.once(service, "GET", f"{path}/{id}").status_code for id in theirs}
    assert answers == {404}


@pytest.mark.survives(51)
def test_a_dispatcher_changes_nothing_of_another_company(north: Company, bright: Company) -> None:
    job = next(north.dispatcher.every("status-svc", "/v1/jobs"))
    customer = next(north.dispatcher.every("customer-svc", "/v1/customers"))
    version = {"if-match": '"1"'}
    attempts = [
        ("status-svc", "PATCH", f"/v1/jobs/{job['id']}", {"title": "Mine"}),
        ("status-svc", "POST", f"/v1/jobs/{job['id']}/cancel", {}),
        ("customer-svc", "PATCH", f"/v1/customers/{customer['id']}", {"name": "Mine"}),
        ("customer-svc", "POST", f"/v1/customers/{customer['id']}/archive", None),
    ]
    answers = [bright.dispatcher.once(*attempt, json=body, headers=version) for *attempt, body in attempts]
    assert [answer.status_code for answer in answers] == [404] * len(attempts)
    assert north.dispatcher.get("status-svc", f"/v1/jobs/{job['id']}") == job


def test_a_job_for_a_customer_of_another_company_is_refused(north: Company, bright: Company) -> None:
    stranger = whole(north, "Maria Lee")
    body = {
        "title": "Not ours",
        "customer_id": stranger["id"],
        "service_address_id": stranger["service_addresses"][0]["id"],
    }
    assert bright.dispatcher.once("status-svc", "POST", "/v1/jobs", json=body).status_code == 409


def test_the_same_address_in_two_companies_hears_of_each_only_what_is_theirs(
    north: Company, bright: Company, stack: Stack
) -> None:
    before = ids(north.dispatcher, "notifier-svc", "/v1/deliveries")

    job = bright.booked(whole(bright, "Maria Lee"), title="Clean the windows")

    [row] = told(bright.dispatcher, job.id)
    [mail] = mails_of(stack.plan, [row.id])
    assert mail.recipients == ["maria.lee@example.com"]
    assert ids(north.dispatcher, "notifier-svc", "/v1/deliveries") == before
    own = {address for each in brightway.SEED.customers for person in each.contacts for address in addresses(person)}
    assert {row.address for row in emails(bright.dispatcher)} <= own


def test_each_company_texts_from_its_own_number_and_account(north: Company, bright: Company, stack: Stack) -> None:
    # D12
    job = bright.booked(whole(bright, "Samuel Adeyemi"), title="Clean the stairs")
    told(bright.dispatcher, job.id)
    [text] = [row for row in deliveries(bright.dispatcher, job_id=job.id, channel=Channel.SMS) if row.is_sent]
    for company, identity in ((north, NORTHSIDE), (bright, BRIGHTWAY)):
        made = {ring.delivery_id: ring.sender for ring in rings_of(stack.plan, identity.slug)}
        assert set(made.values()) == {NUMBERS[identity.slug]}
        assert (text.id in made) is (company is bright)


def ids(person: Person, service: str, path: str) -> set[str]:
    """The ids of all that `person` finds in a list."""
    return {item["id"] for item in person.every(service, path)}


def whole(company: Company, name: str) -> Json:
    """The customer of that name."""
    [found] = company.dispatcher.every("customer-svc", "/v1/customers", search=name)
    return company.dispatcher.get("customer-svc", f"/v1/customers/{found['id']}")


def addresses(person: Json) -> list[str]:
    return [email["address"] for email in person["emails"]]
