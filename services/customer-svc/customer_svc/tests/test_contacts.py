"""Contacts: exactly one is primary; addresses and phones are there once; consent belongs to a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.profiles import Consent
from customer_svc.domain import contacts
from customer_svc.domain.contacts import NewContact, NewEmail
from customer_svc.domain.customer import Customer
from customer_svc.domain.phones import NewPhone
from customer_svc.tests.factories import a_company, a_contact, a_customer
from servicekit.errors import Conflict, NotFound, Unprocessable


def primaries(customer: Customer) -> list[str]:
    return [contact.name for contact in customer.contacts if contact.primary]


def test_the_first_contact_is_the_primary_one() -> None:  # S0.14
    assert primaries(a_customer(contacts=[a_contact(name="A"), a_contact(name="B")])) == ["A"]


def test_a_contact_that_says_so_is_the_primary_one() -> None:
    assert primaries(a_customer(contacts=[a_contact(name="A"), a_contact(name="B", primary=True)])) == ["B"]


def test_two_primary_contacts_are_refused() -> None:
    with pytest.raises(Unprocessable):
        a_customer(contacts=[a_contact(primary=True), a_contact(primary=True)])


def test_making_another_contact_primary_takes_it_from_the_first() -> None:
    customer = a_customer(contacts=[a_contact(name="A"), a_contact(name="B")])
    assert primaries(contacts.change(customer, customer.contacts[1].id, {"primary": True})) == ["B"]


def test_the_primary_contact_is_removed_last() -> None:
    customer = a_customer(contacts=[a_contact(name="A"), a_contact(name="B")])
    first, second = customer.contacts
    with pytest.raises(Conflict):
        contacts.remove(customer, first.id)
    customer = contacts.remove(customer, second.id)
    assert contacts.remove(customer, first.id).contacts == ()


@given(st.lists(st.tuples(st.sampled_from(["add", "add primary", "make primary", "remove"]), st.integers(0, 9))))
def test_whatever_happens_exactly_one_contact_is_primary(acts: list[tuple[str, int]]) -> None:
    customer = a_customer(contacts=[])
    for act, pick in acts:
        customer = _after(customer, act, pick)
        assert len(primaries(customer)) == min(1, len(customer.contacts))


def _after(customer: Customer, act: str, pick: int) -> Customer:
    if act.startswith("add"):
        return contacts.add(customer, NewContact(name="X", primary=act == "add primary"), a_company())[0]
    if not customer.contacts:
        return customer
    chosen = customer.contacts[pick % len(customer.contacts)]
    if act == "make primary":
        return contacts.change(customer, chosen.id, {"primary": True})
    if chosen.primary and len(customer.contacts) > 1:
        return customer
    return contacts.remove(customer, chosen.id)


def test_the_preferences_of_one_contact_change_alone() -> None:  # S0.14, S0.16
    customer = a_customer(contacts=[a_contact(name="A"), a_contact(name="B")])
    changed = contacts.change(customer, customer.contacts[0].id, {"flags": {"text": False}})
    assert [contact.flags.text for contact in changed.contacts] == [False, True]
    assert changed.contacts[0].flags.confirmations


def test_the_flags_of_one_address_change_alone() -> None:  # S0.1, S0.4
    emails = [{"address": "a@example.com"}, {"address": "b@example.com"}]
    customer = a_customer(contacts=[a_contact(emails=emails)])
    contact = customer.contacts[0]
    changed = contacts.change_email(customer, contact.id, contact.emails[0].id, {"flags": {"status_updates": False}})
    assert [email.flags.status_updates for email in changed.contacts[0].emails] == [False, True]


def test_the_same_mailbox_in_another_spelling_is_refused() -> None:
    customer = a_customer()
    with pytest.raises(Conflict):
        contacts.add_email(customer, customer.contacts[0].id, NewEmail(address="MARIA.LEE@example.com"), a_company())


def test_the_same_phone_in_another_notation_is_refused() -> None:
    customer = a_customer()
    with pytest.raises(Conflict):
        contacts.add_phone(customer, customer.contacts[0].id, NewPhone(number="+13035550123"), a_company())


def test_a_new_phone_has_no_consent() -> None:
    assert a_customer().contacts[0].phones[0].sms_consent is Consent.NONE


def test_another_number_starts_without_the_old_ones_consent_and_opt_out() -> None:
    customer = _granted(a_customer())
    contact = customer.contacts[0]
    phone = contact.phones[0]
    same = contacts.change_phone(customer, contact.id, phone.id, {"number": "303.555.0123"}, a_company())
    assert same.contacts[0].phones[0].sms_consent is Consent.GRANTED
    other = contacts.change_phone(customer, contact.id, phone.id, {"number": "303 555 0199"}, a_company())
    assert other.contacts[0].phones[0].sms_consent is Consent.NONE
    assert not other.contacts[0].phones[0].calls_opted_out


def _granted(customer: Customer) -> Customer:
    contact = customer.contacts[0]
    phone = contact.phones[0].model_copy(update={"sms_consent": Consent.GRANTED, "calls_opted_out": True})
    return customer.model_copy(update={"contacts": (contact.model_copy(update={"phones": (phone,)}),)})


def test_what_is_not_there_is_not_found() -> None:
    customer = a_customer()
    with pytest.raises(NotFound):
        contacts.remove(customer, customer.id)
    with pytest.raises(NotFound):
        contacts.change_email(customer, customer.contacts[0].id, customer.id, {})
