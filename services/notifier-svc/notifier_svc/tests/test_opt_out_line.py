"""Who is told how to stop our texts, and when (D12, G5; docs/adr/0020)."""

import zlib
from uuid import uuid4

import orjson
import pytest

from contracts.customer_requests import SmsPermissionRequested
from contracts.deliveries import Channel
from contracts.profiles import CustomerProfile
from notifier_svc.store import rules
from notifier_svc.tests.desk import Desk
from notifier_svc.tests.factories import a_company, a_contact, a_customer, a_phone, a_rule, an_event
from notifier_svc.tests.switchboard import refuses
from notifier_svc.tests.test_own_texts_sent import arrives
from servicekit import copies

SENTENCE = " Reply STOP to opt out."


@pytest.fixture
async def texting(phone: Desk) -> Desk:
    """The desk of a company that texts each status and does nothing else."""
    rule = a_rule(channel=Channel.SMS)
    phone.templates.channels[rule.template_id] = Channel.SMS
    phone.templates.words = "Hi {name}."
    await phone.fetch("delete from rule")
    async with phone.db.worker() as tx:
        await rules.add(tx, [rule])
    return phone


def a_person() -> CustomerProfile:
    return a_customer(id=uuid4(), contacts=(a_contact(phones=(a_phone(),)),))


async def hears(desk: Desk, person: CustomerProfile) -> str:
    """What the person is texted when a status is set."""
    event = an_event()
    job = event.job.model_copy(update={"id": uuid4(), "customer_id": person.id})
    await desk.happens(person, event.model_copy(update={"job": job}))
    async with desk.sending():
        await desk.settled()
    return desk.switchboard.texts[-1]["Body"]


async def test_the_first_text_to_a_number_says_how_to_stop_and_the_next_does_not(texting: Desk) -> None:
    person = a_person()
    assert await hears(texting, person) == "Hi Maria." + SENTENCE
    assert await hears(texting, person) == "Hi Maria."
    assert await hears(texting, a_person()) == "Hi Maria." + SENTENCE
    kept = [orjson.loads(zlib.decompress(row["body"])) for row in await texting.fetch("select body from rendering")]
    assert sorted(words["text"] for words in kept) == ["Hi Maria.", "Hi Maria." + SENTENCE, "Hi Maria." + SENTENCE]


async def test_a_number_that_got_no_text_for_a_month_is_told_again(texting: Desk) -> None:
    person = a_person()
    await hears(texting, person)
    await texting.fetch("update delivery set planned_at = now() - interval '29 days'")
    assert await hears(texting, person) == "Hi Maria."
    await texting.fetch("update delivery set planned_at = now() - interval '31 days'")
    assert await hears(texting, person) == "Hi Maria." + SENTENCE


async def test_a_text_that_did_not_arrive_told_nobody(texting: Desk) -> None:
    person = a_person()
    texting.switchboard.script.append(refuses(400, 30006))
    await hears(texting, person)
    assert (await texting.log())[0][0] == "failed"
    assert await hears(texting, person) == "Hi Maria." + SENTENCE


async def test_the_question_for_permission_says_it_already(texting: Desk) -> None:  # S1.18
    person = a_person()
    async with texting.db.worker() as tx:
        await copies.put(tx, "customers", [person])
    contact = person.contacts[0]
    asked = SmsPermissionRequested(
        id=uuid4(),
        company_id=person.company_id,
        customer_id=person.id,
        customer_version=person.version,
        person_id=contact.id,
        phone_id=contact.phones[0].id,
        consent=contact.phones[0].sms_consent,
        wording="May we text you? Reply YES, or STOP to end.",
    )
    await arrives(texting, asked)
    async with texting.sending():
        assert await texting.settled() == [("sent", None)]
    assert await hears(texting, person) == "Hi Maria."
    assert len(texting.switchboard.texts) == 2


@pytest.mark.survives(48)
async def test_the_sentence_is_in_the_words_language_and_counted(texting: Desk) -> None:
    async with texting.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(version=2, locale="es-US")])
    texting.templates.words = "x" * 150
    said = await hears(texting, a_person())
    assert said == "x" * 150 + " Responda STOP para no recibir mensajes."
    [attempt] = await texting.fetch("select segments from attempt")
    assert attempt["segments"] == 2
