"""The seed is a company that looks real, and none of its mail could reach anybody."""

import re
from collections.abc import Iterator

import pytest

from deploy.demo import brightway, northside
from deploy.demo.people import Customer, Seed, home, only
from deploy.sandbox.identity.personas import NORTHSIDE

SEEDS = (northside.SEED, brightway.SEED)


def addresses(customer: Customer) -> Iterator[str]:
    for contact in customer.contacts:
        yield from (email["address"] for email in contact["emails"])
    for site in customer.service_addresses:
        yield from (address for recipient in site["recipients"] for address in recipient["emails"])


def test_northside_has_thirty_customers_in_two_regions() -> None:
    bodies = [customer.body(NORTHSIDE) for customer in northside.SEED.customers]
    regions = {region["id"] for region in northside.SEED.body()["regions"]}
    assert len(bodies) == 30
    assert len(regions) == 2
    assert {body["region_id"] for body in bodies} == regions
    assert {body["kind"] for body in bodies} == {"residential", "commercial"}


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.company.slug)
def test_all_mail_goes_to_domains_reserved_for_examples(seed: Seed) -> None:  # RFC 2606
    found = [address for customer in seed.customers for address in addresses(customer)]
    assert all(re.search(r"[@.]example\.(com|org|net)$", address) for address in found)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.company.slug)
def test_customers_are_told_apart_by_name_and_address(seed: Seed) -> None:
    names = [customer.name for customer in seed.customers]
    found = [address for customer in seed.customers for address in addresses(customer)]
    assert len(set(names)) == len(names)
    assert len(set(found)) == len(found)


def test_a_home_is_in_the_region_of_its_town() -> None:
    springs = home("Ann Poe", "ann@example.com", "719-555-0199", "1 Main St", "80903").body(NORTHSIDE)
    [region] = [r for r in northside.SEED.body()["regions"] if r["id"] == springs["region_id"]]
    assert (region["name"], region["reply_to"]) == ("Colorado Springs", "colorado-springs@northside-plumbing.example")


def test_only_switches_the_other_flags_of_an_address_off() -> None:  # S0.6
    assert only("invoices") == {
        "confirmations": False,
        "status_updates": False,
        "payment_receipts": False,
        "invoices": True,
    }
