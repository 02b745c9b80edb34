"""Texts that bring their words along: the question whether one may text, and what follows from the answer (S1.18)."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.customer_requests import SmsAnswerConfirmed, SmsPermissionRequested, TextRequest
from contracts.deliveries import Category, Channel, Lane, Reason
from contracts.inbound import Cause, Scope
from contracts.profiles import Consent, ContactFlags, CustomerProfile, SandboxMode
from notifier_svc.domain.gates import Circumstances
from notifier_svc.domain.model import Block, Decision, Send, Skip
from notifier_svc.domain.people import phones_with
from notifier_svc.domain.plan import plan, unknown_customer
from notifier_svc.domain.recheck import Present, recheck
from notifier_svc.tests.factories import (
    NOW,
    a_company,
    a_contact,
    a_customer,
    a_due,
    a_phone,
    a_recipient,
    an_address,
    an_occurrence,
)

WORDS, NUMBER, TENANTS = "Northside would like to text you. Reply YES.", "+13035550142", "+13035550199"
ELSEWHERE = UUID(int=77)


def people(**over: Any) -> CustomerProfile:
    """A contact who is not the primary one, and a tenant of an address that is switched off: both can be asked."""
    asked = a_phone(NUMBER, Consent.REQUESTED)
    maria = a_contact(id=uuid4(), name="Ed", primary=False, phones=(asked,), flags=ContactFlags(text=False))
    tenant = a_recipient(id=uuid4(), phones=(a_phone(TENANTS, Consent.REQUESTED),))
    place = an_address(id=ELSEWHERE, additional_communication=False, recipients=(tenant,))
    return a_customer(**{"contacts": (a_contact(id=uuid4(), phones=()), maria), "service_addresses": (place,)} | over)


def a_request(
    customer: CustomerProfile, kind: type[TextRequest] = SmsPermissionRequested, *, tenant: bool = False, **over: Any
) -> TextRequest:
    person = customer.service_addresses[0].recipients[0] if tenant else customer.contacts[1]
    fields: dict[str, Any] = {
        "id": uuid4(),
        "company_id": customer.company_id,
        "customer_id": customer.id,
        "customer_version": customer.version,
        "person_id": person.id,
        "phone_id": person.phones[0].id,
        "consent": Consent.REQUESTED,
        "wording": WORDS,
    }
    return kind(**fields | over)


def decided(customer: CustomerProfile, request: TextRequest | None = None, **over: Any) -> Decision:
    company = over.pop("company", a_company())
    blocked: frozenset[Block] = over.pop("blocked", frozenset())
    circumstances = Circumstances(customer, company, blocked, over.pop("phone_account", True))
    [decision] = plan(an_occurrence(request or a_request(customer)), (), circumstances, NOW)
    return decision


@pytest.mark.parametrize(
    ("kind", "category"),
    [(SmsPermissionRequested, Category.ACCOUNT), (SmsAnswerConfirmed, Category.SYSTEM)],
)
@pytest.mark.parametrize("tenant", [False, True])
def test_no_preference_gates_it_and_it_goes_first(kind: type[TextRequest], category: Category, tenant: bool) -> None:
    customer = people()  # D7: whoever is asked, with texts switched off and no consent yet (D8)
    decision = decided(customer, a_request(customer, kind, tenant=tenant))
    assert decision.verdict == Send()
    assert decision.candidate
    assert decision.candidate.address == (TENANTS if tenant else NUMBER)
    assert (decision.rule.category, decision.rule.lane, decision.due_at) == (category, Lane.URGENT, NOW)


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        (
            {"blocked": frozenset({Block(Channel.SMS, NUMBER, Scope.EVERYTHING, Cause.OPTED_OUT)})},
            Reason.OPTED_OUT,
        ),  # after a STOP
        ({"blocked": frozenset({Block(Channel.SMS, NUMBER, Scope.REMINDERS, Cause.OFFICE)})}, None),
        ({"phone_account": False}, Reason.PHONE_NOT_SET_UP),
        ({"company": a_company(sandbox=SandboxMode(on=True))}, Reason.SANDBOX),  # G16
    ],
)
def test_what_stands_against_every_message_stands_against_it(over: Any, reason: Reason | None) -> None:
    verdict = decided(people(), **over).verdict
    assert (verdict.reason if isinstance(verdict, Skip) else None) is reason


def _with_consent(customer: CustomerProfile, consent: Consent) -> Any:
    primary, asked = customer.contacts
    phones = tuple(phone.model_copy(update={"sms_consent": consent}) for phone in asked.phones)
    return primary, asked.model_copy(update={"phones": phones})


def test_nobody_archived_and_no_phone_that_is_gone_is_asked() -> None:
    archived = people(archived=True)
    assert decided(archived).verdict == Skip(Reason.ARCHIVED)
    customer = people()
    gone = a_request(customer, phone_id=uuid4())
    assert decided(customer, gone).verdict == Skip(Reason.NO_ADDRESS)
    someone_elses = a_request(customer, person_id=customer.contacts[0].id)
    assert decided(customer, someone_elses).verdict == Skip(Reason.NO_ADDRESS)
    nowhere = customer.model_copy(update={"contacts": (customer.contacts[0],)})
    phoneless = a_request(customer, person_id=customer.contacts[0].id, phone_id=uuid4())
    assert decided(nowhere, phoneless).candidate is None
    [row] = unknown_customer(an_occurrence(gone), (), NOW)
    assert row.verdict == Skip(Reason.UNKNOWN_CUSTOMER)


def test_a_number_is_found_on_every_profile_part_that_has_it_and_on_no_other() -> None:
    customer = people()
    assert [*phones_with(customer, NUMBER)] == [customer.contacts[1].phones[0]]
    assert [*phones_with(customer, TENANTS)] == [customer.service_addresses[0].recipients[0].phones[0]]
    assert [*phones_with(customer, "+13035550000")] == []


@pytest.mark.survives(59)
def test_asked_again_before_sending_it_goes_to_that_phone_or_not_at_all() -> None:
    customer = people()
    decision = decided(customer)
    due = a_due(an_occurrence(a_request(customer)), decision)
    present = Present(customer, a_company(), None, None, frozenset(), NOW)
    assert recheck(due, present) == decision.candidate
    answered = people(contacts=_with_consent(customer, Consent.REFUSED))
    assert recheck(due, replace(present, customer=answered)) == Skip(Reason.NO_LONGER_SELECTED)  # told elsewhere
    assert decided(answered, a_request(customer)).verdict == Skip(Reason.NO_LONGER_SELECTED)
    whose = answered.model_copy(update={"service_addresses": customer.service_addresses})
    assert decided(whose, a_request(whose, tenant=True)).verdict == Send()  # who was asked has not answered yet
    stopped = replace(present, blocked=frozenset({Block(Channel.SMS, NUMBER, Scope.EVERYTHING, Cause.OPTED_OUT)}))
    assert recheck(due, stopped) == Skip(Reason.OPTED_OUT)  # fault 59
    without = customer.model_copy(update={"contacts": customer.contacts[:1]})
    assert recheck(due, replace(present, customer=without)) == Skip(Reason.ADDRESS_REMOVED)
