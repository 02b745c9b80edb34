"""A customer's plain fields, and what of them is published."""

from uuid import uuid4

import pytest

from contracts.profiles import CustomerProfile
from customer_svc.domain import customer as domain
from customer_svc.tests.factories import a_company, a_customer
from servicekit.errors import Unprocessable


def test_notes_are_not_in_the_profile() -> None:  # S4.19
    profile = domain.profile(a_customer(notes="Dog bites."))
    assert type(profile) is CustomerProfile
    assert "Dog bites." not in profile.model_dump_json()


def test_exemption_balance_and_cards_are_plain_fields() -> None:  # S4.20, S4.21, S4.22
    cards = [{"last_four": "4242", "default": True}, {"last_four": "1881"}]
    profile = domain.profile(a_customer(sales_tax_exempt=True, reward_balance="12.50", cards=cards))
    assert profile.model_dump(mode="json", include={"sales_tax_exempt", "reward_balance"}) == {
        "sales_tax_exempt": True,
        "reward_balance": "12.50",
    }
    assert [(card.last_four, card.default) for card in profile.cards] == [("4242", True), ("1881", False)]


def test_two_default_cards_are_refused() -> None:
    with pytest.raises(Unprocessable):
        a_customer(cards=[{"last_four": "4242", "default": True}] * 2)


def test_fields_that_are_not_named_stay() -> None:
    customer = a_customer(tags=["vip", "vip", "pool"], zone="America/New_York")
    changed = domain.change(customer, {"zone": None, "name": "Maria Long"}, a_company())
    assert (changed.name, changed.zone, changed.tags) == ("Maria Long", None, ("vip", "pool"))  # S4.4, S4.18


def test_a_region_is_one_of_the_companys() -> None:
    known = a_company(regions=[{"name": "North"}])
    assert a_customer(known, region_id=known.regions[0].id).region_id == known.regions[0].id
    with pytest.raises(Unprocessable):
        a_customer(known, region_id=uuid4())


def test_a_customer_of_a_region_that_is_gone_can_be_changed_and_not_put_there_again() -> None:
    known = a_company(regions=[{"name": "North"}])
    north, without = known.regions[0].id, a_company()
    customer = a_customer(known, region_id=north)
    assert domain.change(customer, {"notes": "Dog bites.", "region_id": north}, without).notes == "Dog bites."
    moved = domain.change(customer, {"region_id": None}, without)
    with pytest.raises(Unprocessable):
        domain.change(moved, {"region_id": north}, without)


def test_archiving_and_blocking_are_two_things() -> None:  # S4.15, S4.16
    customer = domain.archive(a_customer(), True)
    assert (customer.archived, customer.blocked) == (True, False)
    customer = domain.block(domain.archive(customer, False), True)
    assert (customer.archived, customer.blocked) == (False, True)


def test_a_deletion_is_newer_than_all_that_was_said() -> None:  # S4.17
    customer = a_customer()
    assert domain.deleted(customer).version > domain.profile(customer).version
