"""What must be true of everybody who gets a message, in the requirements' words (D7, D8, D11, D12, G16)."""

from typing import Any
from uuid import UUID

from contracts.deliveries import Category, Channel
from contracts.inbound import Scope
from contracts.profiles import AdditionalRecipient, Consent, Contact
from notifier_svc.domain.model import Candidate, Rule
from notifier_svc.tests.plan_scenarios import Scenario

# D7, of the categories that the scenarios have.
ADDRESS_FLAG = {
    Category.STATUS: "status_updates",
    Category.CONFIRMATION: "confirmations",
    Category.RECEIPT: "payment_receipts",
    Category.INVOICE: "invoices",
}


def person(scenario: Scenario, id: UUID) -> Contact | AdditionalRecipient:
    """Who that is: a contact, or a recipient of the job's own address and no other (S2.2, S2.6)."""
    everybody: tuple[Contact | AdditionalRecipient, ...] = (*scenario.customer.contacts, *scenario.recipients)
    return next(each for each in everybody if each.id == id)


def assert_no_flag_is_against(scenario: Scenario, rule: Rule, candidate: Candidate) -> None:
    """S0.7 to S0.12, S0.18 to S0.20, D8, D12."""
    who = person(scenario, candidate.person_id)
    if candidate.channel is Channel.EMAIL:
        assert getattr(_address_flags(who, candidate.address), ADDRESS_FLAG[rule.category])
    assert rule.category is not Category.CONFIRMATION or who.flags.confirmations
    for phone in (phone for phone in who.phones if phone.number == candidate.address):
        if candidate.channel is Channel.SMS:
            assert who.flags.text
            assert phone.sms_consent is Consent.GRANTED
            assert not phone.landline
        else:
            assert who.flags.voice
            assert not phone.calls_opted_out


def _address_flags(who: Contact | AdditionalRecipient, address: str | None) -> Any:
    if isinstance(who, AdditionalRecipient):
        return who.flags
    [email] = [email for email in who.emails if email.address == address]
    return email.flags


def assert_nothing_forbids(scenario: Scenario, rule: Rule, candidate: Candidate) -> None:
    """D7, D9, D11, G16, S3.13, S3.18, S4.18."""
    company, customer = scenario.company, scenario.customer
    key, allowed = (
        (candidate.address or "").strip().lower(),
        {each.strip().lower() for each in company.sandbox.allow_list},
    )
    assert rule.active
    assert scenario.occurrence.notify
    assert customer.kind in rule.customer_kinds
    assert not rule.tags or any(tag.lower() in customer.tags for tag in rule.tags)
    assert scenario.phone_account or candidate.channel is Channel.EMAIL
    assert not customer.archived
    assert key not in ("", "nobody")
    assert (candidate.channel, key, Scope.EVERYTHING) not in {block[:3] for block in scenario.blocked}
    assert not company.sandbox.on or key in allowed
    if rule.region_id:
        assert rule.region_id == customer.region_id
        assert rule.region_id in {region.id for region in company.regions if region.active}
        assert customer.send_client_notifications
        assert not customer.head_office
