"""Who receives (D1), and at which address."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts import events
from contracts.deliveries import Category, Channel, Reason
from contracts.inbound import Cause, Scope
from contracts.profiles import Consent, Phone, Region, SandboxMode
from contracts.triggers import Trigger
from notifier_svc.domain.gates import Circumstances, gate
from notifier_svc.domain.model import Block, Candidate, Send, Skip
from notifier_svc.domain.people import at_email, candidates
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
NO_BLOCKS: frozenset[Block] = frozenset()
TO_EVERY_CONTACT = {"confirmation", "receipt", "invoice", "service_reminder", "invoice_reminder", "broadcast"}
TO_FIRST_ADDRESS = {"service_reminder", "invoice_reminder", "broadcast"}
MAILS = ("first@example.com", "second@example.com")
NUMBERS = ("+13035550101", "+13035550102", "+13035550103", "+13035550104")


@pytest.mark.parametrize("regional", [False, True])
@pytest.mark.parametrize("category", Category)
def test_every_contact_or_the_primary_one(category: Category, regional: bool) -> None:  # D1, D7 "Outbound setting"
    customer = a_customer(contacts=(a_contact(primary=False, name="Tom Lee"), a_contact()))
    found = [each.name for each in candidates(customer, PLACE, category, Channel.EMAIL, NO_BLOCKS, regional=regional)]
    assert found == (["Maria Lee", "Tom Lee"] if category in TO_EVERY_CONTACT and not regional else ["Maria Lee"])


@pytest.mark.parametrize("category", Category)
def test_each_address_or_the_contacts_first(category: Category) -> None:  # D1, S2.5
    contact = a_contact(name="Maria Lee", emails=tuple(map(an_email, MAILS)))
    here = an_address(recipients=(a_recipient(name="Jo Park", emails=MAILS),))
    customer = a_customer(contacts=(contact,), service_addresses=(here,))
    found = [(each.name, each.address) for each in candidates(customer, PLACE, category, Channel.EMAIL, NO_BLOCKS)]
    marias = MAILS[:1] if category in TO_FIRST_ADDRESS else MAILS
    jos = () if category is Category.BROADCAST else MAILS
    assert found == [("Maria Lee", mail) for mail in marias] + [("Jo Park", mail) for mail in jos]


def test_an_invitation_goes_to_the_address_it_names_and_no_other() -> None:  # S4.13
    maria, tom = a_contact(emails=tuple(map(an_email, MAILS))), a_contact(primary=False, name="Tom Lee")
    customer = a_customer(contacts=(tom, maria))
    invited = [at_email(customer, maria.id, email.id) for email in maria.emails]
    assert [(each.name, each.address) for each in invited if each] == [("Maria Lee", mail) for mail in MAILS]
    assert at_email(customer, maria.id, tom.emails[0].id) is None
    assert at_email(customer, maria.id, uuid4()) is None


def test_an_address_typed_twice_for_a_recipient_is_one() -> None:  # G8
    here = an_address(recipients=(a_recipient(emails=("jo@example.com", "Jo@Example.com")),))
    customer = a_customer(contacts=(), service_addresses=(here,))
    assert len(candidates(customer, PLACE, Category.STATUS, Channel.EMAIL, NO_BLOCKS)) == 1


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
    assert [each.address for each in candidates(customer, PLACE, Category.STATUS, channel, NO_BLOCKS)] == [number]


@pytest.mark.parametrize(
    ("spoiled", "channel"),
    [
        (a_phone(NUMBERS[0], calls_opted_out=True), Channel.VOICE),
        (a_phone(NUMBERS[0], Consent.REVOKED), Channel.SMS),
        (a_phone(NUMBERS[0], landline=True), Channel.SMS),
        (a_phone("3035550101"), Channel.SMS),
        (a_phone("3035550101"), Channel.VOICE),
        (a_phone(NUMBERS[1]), Channel.SMS),
    ],
    ids=["opted out of calls", "no consent", "landline", "no number", "no number to call", "blocked"],
)
def test_a_phone_that_cannot_be_used_gives_way_to_the_next(spoiled: Phone, channel: Channel) -> None:  # D1
    customer = a_customer(contacts=(a_contact(phones=(spoiled, a_phone(NUMBERS[2]))),))
    circumstances = Circumstances(
        customer, a_company(), frozenset({Block(Channel.SMS, NUMBERS[1], Scope.EVERYTHING, Cause.OFFICE)})
    )
    [decision] = plan(an_occurrence(), [a_rule(channel=channel)], circumstances, NOW)
    assert (decision.candidate and decision.candidate.address, decision.verdict) == (NUMBERS[2], Send())


@pytest.mark.parametrize(
    ("phones", "number", "reason"),
    [
        ((a_phone(NUMBERS[0], landline=True), a_phone(NUMBERS[1], Consent.NONE)), NUMBERS[1], Reason.NO_SMS_CONSENT),
        ((a_phone(NUMBERS[0], Consent.REFUSED), a_phone(NUMBERS[1], Consent.NONE)), NUMBERS[0], Reason.NO_SMS_CONSENT),
        ((a_phone(NUMBERS[0], landline=True), a_phone(NUMBERS[1], landline=True)), NUMBERS[0], Reason.LANDLINE),
        ((), None, Reason.NO_ADDRESS),
    ],
)
def test_where_no_phone_is_eligible_one_row_says_why(  # D1, G1
    phones: tuple[Phone, ...], number: str | None, reason: Reason
) -> None:
    customer = a_customer(contacts=(a_contact(phones=phones),))
    circumstances = Circumstances(customer, a_company(), NO_BLOCKS)
    [decision] = plan(an_occurrence(), [a_rule(channel=Channel.SMS)], circumstances, NOW)
    assert (decision.candidate and decision.candidate.address, decision.verdict) == (number, Skip(reason))


def test_of_phones_that_take_no_calls_the_first_says_so_landline_or_not() -> None:  # D1, G1
    phones = [a_phone(number, landline=number == NUMBERS[0], calls_opted_out=True) for number in NUMBERS[:2]]
    circumstances = Circumstances(a_customer(contacts=(a_contact(phones=tuple(phones)),)), a_company(), NO_BLOCKS)
    [decision] = plan(an_occurrence(), [a_rule(channel=Channel.VOICE)], circumstances, NOW)
    assert decision.verdict == Skip(Reason.CALLS_OPTED_OUT)
    assert decision.candidate
    assert decision.candidate.address == NUMBERS[0]


def test_the_sandbox_changes_no_choice_of_phone() -> None:  # G16
    phones = (a_phone(NUMBERS[0]), a_phone(NUMBERS[1]))
    company = a_company(sandbox=SandboxMode(on=True, allow_list=(NUMBERS[1],)))
    circumstances = Circumstances(a_customer(contacts=(a_contact(phones=phones),)), company, NO_BLOCKS)
    [decision] = plan(an_occurrence(), [a_rule(channel=Channel.SMS)], circumstances, NOW)
    assert (decision.candidate and decision.candidate.address, decision.verdict) == (NUMBERS[0], Skip(Reason.SANDBOX))


@pytest.mark.parametrize("number", ["3035550101", "+0303555", "+1303FLOWERS", "+1303555010155555", ""])
def test_a_number_that_cannot_be_right_is_not_dialled(number: str) -> None:
    candidate = Candidate(uuid4(), "Ann", Channel.VOICE, number, frozenset())
    circumstances = Circumstances(a_customer(), a_company(), NO_BLOCKS)
    assert gate(Category.DIRECT, candidate, circumstances) == Skip(Reason.INVALID_ADDRESS)


@pytest.mark.parametrize("address", ["a\x7fb@example.com", "a\nb@example.com", "@example.com", "ann@", "ann"])
@pytest.mark.survives(46)
def test_an_address_that_cannot_be_right_is_not_written_to(address: str) -> None:
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


@pytest.mark.survives(24)
def test_an_unknown_customers_rows_are_of_the_rules_of_that_status() -> None:
    occurrence = an_occurrence()
    rules = [a_rule(status_id=occurrence.status_id), a_rule(status_id=uuid4())]
    assert [d.rule for d in unknown_customer(occurrence, rules, NOW)] == rules[:1]
