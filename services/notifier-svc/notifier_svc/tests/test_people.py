"""Who receives (D1), and at which address."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts import events
from contracts.deliveries import Category, Channel, Reason
from contracts.profiles import Consent, Region
from notifier_svc.domain.gates import Circumstances, gate
from notifier_svc.domain.model import Candidate, Send, Skip, Trigger
from notifier_svc.domain.people import candidates
from notifier_svc.domain.plan import plan, unknown_customer
from notifier_svc.tests.factories import (
    NOW,
    a_company,
    a_contact,
    a_customer,
    a_phone,
    a_recipient,
    a_rule,
    an_address,
    an_email,
    an_event,
    an_invoice,
    an_occurrence,
)

PLACE = an_address().id
TO_EVERY_CONTACT = {"confirmation", "receipt", "invoice", "service_reminder", "invoice_reminder", "broadcast"}
TO_FIRST_ADDRESS = {"service_reminder", "invoice_reminder", "broadcast"}
MAILS = ("first@example.com", "second@example.com")
NUMBERS = ("+13035550101", "+13035550102", "+13035550103", "+13035550104")


@pytest.mark.parametrize("regional", [False, True])
@pytest.mark.parametrize("category", Category)
def test_every_contact_or_the_primary_one(category: Category, regional: bool) -> None:  # D1, D7 "Outbound setting"
    customer = a_customer(contacts=(a_contact(primary=False, name="Tom Lee"), a_contact()))
    found = [each.name for each in candidates(customer, PLACE, category, Channel.EMAIL, regional=regional)]
    assert found == (["Maria Lee", "Tom Lee"] if category in TO_EVERY_CONTACT and not regional else ["Maria Lee"])


@pytest.mark.parametrize("category", Category)
def test_each_address_or_the_first(category: Category) -> None:  # D1
    contact = a_contact(name="Maria Lee", emails=tuple(map(an_email, MAILS)))
    here = an_address(recipients=(a_recipient(name="Jo Park", emails=MAILS),))
    customer = a_customer(contacts=(contact,), service_addresses=(here,))
    found = [(each.name, each.address) for each in candidates(customer, PLACE, category, Channel.EMAIL)]
    names = ["Maria Lee"] if category is Category.BROADCAST else ["Maria Lee", "Jo Park"]
    mails = MAILS[:1] if category in TO_FIRST_ADDRESS else MAILS
    assert found == [(name, mail) for name in names for mail in mails]


def test_an_address_typed_twice_for_a_recipient_is_one() -> None:  # G8
    here = an_address(recipients=(a_recipient(emails=("jo@example.com", "Jo@Example.com")),))
    customer = a_customer(contacts=(), service_addresses=(here,))
    assert len(candidates(customer, PLACE, Category.STATUS, Channel.EMAIL)) == 1


def test_a_contact_who_wants_none_does_not_keep_a_shared_address_from_another() -> None:  # G8, D7 "Rows"
    shared = "lees@example.com"
    off = a_contact(emails=(an_email(shared, invoices=False),))
    on = a_contact(primary=False, emails=(an_email(shared),))
    occurrence = an_occurrence(an_event(events.InvoiceIssued, invoice=an_invoice()))
    rule = a_rule(Trigger.INVOICE_ISSUED)
    circumstances = Circumstances(a_customer(contacts=(off, on)), a_company(), frozenset())
    decisions = plan(occurrence, [rule], circumstances, NOW)
    assert [decision.verdict for decision in decisions] == [Skip(Reason.INVOICES_OFF), Send()]


@pytest.mark.parametrize(
    ("channel", "number"), [(Channel.SMS, NUMBERS[3]), (Channel.VOICE, NUMBERS[1])], ids=["text", "call"]
)
def test_the_first_eligible_phone(channel: Channel, number: str) -> None:  # D1, G3
    phones = (
        a_phone(NUMBERS[0], Consent.NONE, calls_opted_out=True),
        a_phone(NUMBERS[1], Consent.NONE, landline=True),
        a_phone(NUMBERS[2], Consent.REQUESTED),
        a_phone(NUMBERS[3]),
    )
    customer = a_customer(contacts=(a_contact(phones=phones),))
    assert [each.address for each in candidates(customer, PLACE, Category.STATUS, channel)] == [number]


@pytest.mark.parametrize("address", ["a\x7fb@example.com", "a\nb@example.com", "@example.com", "ann@", "ann"])
def test_an_address_that_cannot_be_right_is_not_written_to(address: str) -> None:  # fault 46
    candidate = Candidate(uuid4(), "Ann", Channel.EMAIL, address, frozenset())
    circumstances = Circumstances(a_customer(), a_company(), frozenset())
    assert gate(Category.DIRECT, candidate, circumstances) == Skip(Reason.INVALID_ADDRESS)


def test_a_status_rule_wins_over_a_regions_older_rule_for_that_status() -> None:  # D7 "Rows"
    occurrence, region = an_occurrence(), Region(id=uuid4(), name="North")
    status = a_rule(status_id=occurrence.status_id)
    older = NOW - timedelta(days=1)
    regional = a_rule(status_id=occurrence.status_id, region_id=region.id, created_at=older)
    customer, company = a_customer(region_id=region.id), a_company(regions=(region,))
    decisions = plan(occurrence, [regional, status], Circumstances(customer, company, frozenset()), NOW)
    assert [(d.rule, d.verdict) for d in decisions] == [(status, Send()), (regional, Skip(Reason.SUPERSEDED))]


def test_an_unknown_customers_rows_are_of_the_rules_of_that_status() -> None:  # fault 24
    occurrence = an_occurrence()
    rules = [a_rule(status_id=occurrence.status_id), a_rule(status_id=uuid4())]
    assert [d.rule for d in unknown_customer(occurrence, rules, NOW)] == rules[:1]
