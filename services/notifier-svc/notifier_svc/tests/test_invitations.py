"""Invitations to the portal: to the one address they are for, whatever the preferences, with a link nobody keeps."""

import re
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.customer_requests import InvitationRequested, Purpose
from contracts.deliveries import Category, Channel, Lane, Reason
from contracts.inbound import Cause, Scope
from contracts.profiles import ContactFlags, CustomerProfile
from contracts.triggers import Trigger
from notifier_svc import planning
from notifier_svc.domain.context import INVITATION
from notifier_svc.domain.gates import Circumstances
from notifier_svc.domain.model import Block, Decision, Rule, Send, Skip
from notifier_svc.domain.plan import plan
from notifier_svc.tests.desk import LINKS, Desk
from notifier_svc.tests.factories import (
    COMPANY,
    NOW,
    a_company,
    a_contact,
    a_customer,
    a_recipient,
    a_rule,
    an_address,
    an_email,
    an_occurrence,
)
from notifier_svc.tests.test_planning import an_envelope
from servicekit import copies
from servicekit.links import Invitation

NO_FLAGS = {"confirmations": False, "status_updates": False, "payment_receipts": False, "invoices": False}


def people(**over: Any) -> CustomerProfile:
    """Two addresses of one contact who wants nothing, and a tenant."""
    flags = ContactFlags(confirmations=False, text=False, voice=False)
    emails = (an_email("maria@example.com", **NO_FLAGS), an_email("m.lee@example.com", **NO_FLAGS))
    places = (an_address(recipients=(a_recipient(),)),)
    contacts = (a_contact(name="Sam"), a_contact(emails=emails, flags=flags, primary=False))
    return a_customer(contacts=contacts, service_addresses=places, **over)


def an_invitation(customer: CustomerProfile, **over: Any) -> InvitationRequested:
    contact = customer.contacts[1]
    facts: dict[str, Any] = {"person_id": contact.id, "email_id": contact.emails[1].id, "purpose": Purpose.CONFIRM}
    facts["invitation_id"] = uuid4()
    ids = {"id": uuid4(), "company_id": COMPANY, "customer_id": customer.id, "customer_version": customer.version}
    return InvitationRequested(**ids | facts | {"expires_at": NOW + timedelta(days=7)} | over)


def decided(request: InvitationRequested, *rules: Rule, customer: CustomerProfile, **over: Any) -> list[Decision]:
    circumstances = replace(Circumstances(customer, a_company(), frozenset()), **over)
    given = rules or (a_rule(Trigger.ACCOUNT_INVITED, lane=Lane.URGENT),)
    return plan(an_occurrence(request), given, circumstances, NOW)


def test_it_goes_to_the_address_that_was_invited_and_to_no_other() -> None:
    customer = people()
    [decision] = decided(an_invitation(customer), customer=customer)
    assert decision.verdict == Send()
    assert decision.candidate is not None
    assert decision.candidate.address == "m.lee@example.com"
    assert decision.rule.category is Category.ACCOUNT


@pytest.mark.parametrize(("scope", "reason"), [(Scope.EVERYTHING, Reason.UNSUBSCRIBED), (Scope.BROADCASTS, None)])
def test_only_a_block_of_everything_keeps_it_away(scope: Scope, reason: Reason | None) -> None:  # D7
    customer = people()
    blocked = frozenset({Block(Channel.EMAIL, "m.lee@example.com", scope, Cause.UNSUBSCRIBED)})
    [decision] = decided(an_invitation(customer), customer=customer, blocked=blocked)
    assert decision.verdict == (Skip(reason) if reason else Send())


def test_it_is_not_sent_once_its_link_holds_no_more() -> None:
    customer = people()
    ended = an_invitation(customer, expires_at=NOW)
    assert [decision.verdict for decision in decided(ended, customer=customer)] == [Skip(Reason.TOO_OLD)]
    [soon] = decided(an_invitation(customer, expires_at=NOW + timedelta(hours=1)), customer=customer)
    assert (soon.verdict, soon.expires_at) == (Send(), NOW + timedelta(hours=1))


@pytest.mark.parametrize("gone", ["person_id", "email_id"])
def test_an_address_that_is_gone_is_not_replaced_by_another(gone: str) -> None:
    customer = people()
    [decision] = decided(an_invitation(customer, **{gone: uuid4()}), customer=customer)
    assert decision.verdict == Skip(Reason.NO_ADDRESS)


def test_a_new_password_is_asked_for_by_a_rule_of_its_own() -> None:
    customer = people()
    request = an_invitation(customer, purpose=Purpose.RESET)
    assert decided(request, customer=customer) == []
    [decision] = decided(request, a_rule(Trigger.ACCOUNT_RESET), customer=customer)
    assert decision.verdict == Send()


async def test_the_email_has_the_link_and_the_log_has_not(desk: Desk) -> None:
    desk.templates.words = f"Hi {{name}}: {INVITATION}"
    customer = people()
    request = an_invitation(customer)
    async with desk.db.worker() as tx:
        await copies.put(tx, "customers", [customer])
        for _ in range(2):
            await planning.plan_events(tx, desk.keys, [an_envelope(request, id=str(request.id))])
    async with desk.sending():
        assert await desk.settled() == [("sent", None)]
    [mail] = desk.mail.mails
    assert mail["To"].addresses[0].addr_spec == "m.lee@example.com"
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"https://notify\.example/invitations/([\w-]+)", body.get_content())
    assert found is not None
    assert LINKS.read_invitation(found[1]) == Invitation(COMPANY, request.invitation_id)
    [kept] = await desk.fetch("select body from rendering")
    assert INVITATION.encode() in zlib.decompress(kept["body"])
    assert found[1].encode() not in zlib.decompress(kept["body"])
