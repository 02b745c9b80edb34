"""Texts that bring their words along, planned and sent: word for word, to the phone they are for (S1.18)."""

from uuid import uuid4

import pytest

from contracts.customer_requests import TextRequest
from contracts.deliveries import Reason
from contracts.profiles import CustomerProfile
from notifier_svc import planning
from notifier_svc.tests.desk import Desk
from notifier_svc.tests.factories import (
    a_contact,
)
from notifier_svc.tests.test_own_texts import NUMBER, WORDS, a_request, people
from notifier_svc.tests.test_planning import an_envelope, log
from servicekit import copies


async def arrives(desk: Desk, request: TextRequest) -> None:
    async with desk.db.worker() as tx:
        await planning.plan_events(tx, desk.keys, [an_envelope(request, id=str(request.id))])


async def know(desk: Desk, customer: CustomerProfile) -> None:
    async with desk.db.worker() as tx:
        await copies.put(tx, "customers", [customer])


async def test_it_is_sent_word_for_word_and_without_a_template(phone: Desk) -> None:
    customer = people()
    await know(phone, customer)
    request = a_request(customer)
    await arrives(phone, request)
    await arrives(phone, request)
    async with phone.sending():
        assert await phone.settled() == [("sent", None)]
    [asked] = phone.switchboard.texts
    assert (asked["To"], asked["Body"]) == (NUMBER, WORDS)
    [row] = await phone.fetch(
        "select d.trigger, d.rule_id, d.template_id, d.template_version, r.template_version as kept"
        " from delivery d join rendering r on r.delivery_id = d.id"
    )
    assert tuple(row) == ("sms_permission", None, None, None, None)
    assert phone.templates.asked == []


async def test_it_waits_for_the_profile_that_has_the_phone(phone: Desk) -> None:
    known, newer = people(contacts=(a_contact(id=uuid4()),), service_addresses=()), people(version=2)
    await know(phone, known)
    await arrives(phone, a_request(newer))
    async with phone.db.worker() as tx:
        assert await planning.release(tx, phone.keys) == 0
    assert await log(phone.db) == []
    await know(phone, newer)
    async with phone.db.worker() as tx:
        assert await planning.release(tx, phone.keys) == 1
    assert await log(phone.db) == [("sms_permission", "queued")]


@pytest.mark.survives(24)
async def test_nobody_is_asked_for_a_profile_that_never_came(phone: Desk) -> None:
    customer = people()
    await arrives(phone, a_request(customer))
    await phone.fetch("update parked set parked_at = now() - interval '25 hours'")
    async with phone.db.worker() as tx:
        assert await planning.release(tx, phone.keys) == 1
    assert await log(phone.db) == [("sms_permission", Reason.UNKNOWN_CUSTOMER)]
