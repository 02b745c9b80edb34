"""A message looked at before it is sent: by the renderer and the values of the real thing (G10)."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts import events
from contracts.deliveries import Channel
from contracts.jobs import Role
from contracts.rendering import RefusalCode, RenderContext
from contracts.triggers import SCHEDULED, Trigger
from notifier_svc.domain.occasions import sample
from notifier_svc.store import rules
from notifier_svc.tests.factories import (
    COMPANY,
    NOW,
    TEMPLATE,
    a_company,
    a_contact,
    a_customer,
    a_job,
    a_payment,
    an_event,
    email_rules,
)
from notifier_svc.tests.office import Office
from servicekit import copies

PREVIEWS = "/v1/previews"


def asked(channel: Channel = Channel.EMAIL, trigger: Trigger = Trigger.STATUS_SET, **over: Any) -> dict[str, Any]:
    """A published template on the sample."""
    return {"channel": channel, "trigger": trigger, "template_id": str(TEMPLATE)} | over


async def happened(office: Office, *told: Any) -> None:
    """The office's job is known, and these events about it were planned."""
    async with office.desk.db.worker() as tx:
        await rules.add(tx, email_rules())
    person = a_customer(contacts=(a_contact(name="Maria Lee", primary=True),))
    for event in told:
        await office.desk.happens(person, event)


async def test_a_preview_of_a_real_job_says_what_its_customer_would_read(office: Office) -> None:
    await happened(office, an_event(events.JobCreated), an_event(job=a_job(version=2, title="Two water heaters")))
    answer = await office.post(PREVIEWS, asked(job_id=str(UUID(int=9))), Role.DISPATCHER)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "channel": "email",
        "template_version": 3,
        "locale": "en-US",
        "subject": "About job 1042",
        "html": "<p>Hi Maria</p>",
        "text": "Hi Maria\n.\nBye",
        "size": None,
        "first": None,
        "spoken": None,
        "too_long": False,
    }
    [item] = office.desk.templates.asked
    assert (item.company_id, item.template_id, item.template_version) == (COMPANY, TEMPLATE, None)
    assert item.context.job is not None
    assert item.context.job.title == "Two water heaters"
    assert item.context.company.name == "Northside"
    assert await office.desk.log() != []  # what was planned, and nothing of the preview
    assert not await office.desk.fetch("select from delivery where trigger = 'test'")


async def test_a_receipt_is_looked_at_with_the_payment_it_is_for(office: Office) -> None:
    payment = a_payment(method="check")
    await happened(office, an_event(events.PaymentReceived, payment=payment), an_event())
    body = asked(trigger=Trigger.PAYMENT_RECEIVED, job_id=str(UUID(int=9)))
    assert (await office.post(PREVIEWS, body)).status_code == 200
    [item] = office.desk.templates.asked
    assert item.context.payment is not None
    assert item.context.payment.method == "check"


async def test_a_job_that_has_no_invoice_yet_says_so(office: Office) -> None:
    await happened(office, an_event())
    answer = await office.post(PREVIEWS, asked(trigger=Trigger.INVOICE_ISSUED, job_id=str(UUID(int=9))))
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "nothing-told")


async def test_a_job_of_which_nothing_was_told_is_known_and_has_no_words(office: Office) -> None:
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "jobs", [a_job()])
    assert (await office.post(PREVIEWS, asked(job_id=str(UUID(int=9))))).status_code == 409


@pytest.mark.survives(51)
async def test_another_companys_job_does_not_exist(office: Office) -> None:
    await happened(office, an_event())
    other = uuid4()
    async with office.desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(id=other, company_id=other)])
    assert (await office.post(PREVIEWS, asked(job_id=str(UUID(int=9))), company=other)).status_code == 404
    assert (await office.post(PREVIEWS, asked(job_id=str(uuid4())))).status_code == 404


@pytest.mark.survives(48)
async def test_a_text_is_shown_with_its_size_and_as_the_first_one_to_a_number(office: Office) -> None:
    office.desk.templates.channels[TEMPLATE] = Channel.SMS
    office.desk.templates.words = "Hi {name} 🚐"
    answer = (await office.post(PREVIEWS, asked(Channel.SMS))).json()
    assert (answer["text"], answer["subject"], answer["html"]) == ("Hi Maria 🚐", None, None)
    assert (answer["size"]["encoding"], answer["size"]["segments"], answer["size"]["costly"]) == ("ucs-2", 1, ["🚐"])
    assert answer["first"]["text"] == "Hi Maria 🚐 Reply STOP to opt out."
    assert answer["first"]["size"]["characters"] == 33
    [item] = office.desk.templates.asked
    assert item.context.links is None


async def test_a_call_is_shown_as_it_is_heard(office: Office) -> None:
    office.desk.templates.channels[TEMPLATE] = Channel.VOICE
    office.desk.templates.words = "Hi {name}, job #1042 comes to $480.00."
    answer = (await office.post(PREVIEWS, asked(Channel.VOICE))).json()
    assert answer["text"] == "Hi Maria, job #1042 comes to $480.00."
    assert answer["spoken"] == "Hi Maria, job number 1042 comes to 480 dollars."
    assert answer["size"] is None


@pytest.mark.parametrize(("channel", "words"), [(Channel.SMS, "🚐" * 340), (Channel.VOICE, "&" * 1_000)])
async def test_what_is_too_long_to_be_sent_says_so(office: Office, channel: Channel, words: str) -> None:
    body = asked(channel, words={"text": words}, template_id=None)
    assert (await office.post(PREVIEWS, body)).json()["too_long"] is True
    shorter = asked(channel, words={"text": words[:30]}, template_id=None)
    assert (await office.post(PREVIEWS, shorter)).json()["too_long"] is False


async def test_words_that_are_no_template_yet_are_filled_in_by_the_same_service(office: Office) -> None:
    words = {"subject": " Hello ", "html": "<p>Hello</p>", "text": "Hello"}
    answer = (await office.post(PREVIEWS, asked(words=words, template_id=None))).json()
    assert (answer["subject"], answer["html"], answer["text"]) == (" Hello ", "<p>Hello</p>", "Hello")
    assert (answer["template_version"], answer["locale"]) == (None, "en-US")
    [looked] = office.desk.templates.looked
    assert (looked["channel"], looked["words"]) == ("email", words)
    assert RenderContext.model_validate(looked["context"]).customer.name == "Maria Lopez"


async def test_a_reader_of_another_language_is_asked_for_by_locale(office: Office) -> None:
    body = asked(Channel.VOICE, words={"text": "Son $480.00"}, template_id=None, locale="es-US")
    answer = (await office.post(PREVIEWS, body)).json()
    assert (answer["locale"], answer["spoken"]) == ("es-US", "Son 480 dólares")
    [looked] = office.desk.templates.looked
    assert (looked["locale"], looked["context"]["job"]["title"]) == ("es-US", "Cambiar el grifo de la cocina")
    await office.post(PREVIEWS, asked(locale="fr"))
    assert office.desk.templates.asked[-1].locale == "fr"


async def test_a_mistake_in_the_words_is_told_with_its_place(office: Office) -> None:
    answer = await office.post(PREVIEWS, asked(Channel.SMS, words={"text": "{{ a }}"}, template_id=None))
    assert (answer.status_code, answer.json()["flaws"][0]["column"]) == (422, 1)
    assert answer.json()["detail"] == "text, line 1"


async def test_half_a_character_is_refused_here_already(office: Office) -> None:
    headers = office.issuer.headers(Role.ADMIN, COMPANY) | {"content-type": "application/json"}
    body = json.dumps(asked(words={"text": "\ud800"}, template_id=None))
    assert (await office.client.post(PREVIEWS, content=body, headers=headers)).status_code == 422


@pytest.mark.parametrize(
    ("code", "status"),
    [(RefusalCode.MISSING_VALUE, 422), (RefusalCode.NOT_PUBLISHED, 422), (RefusalCode.UNKNOWN_TEMPLATE, 404)],
)
async def test_what_could_not_be_sent_says_why(office: Office, code: RefusalCode, status: int) -> None:  # G9
    office.desk.templates.refusal = (code, "visit.date has no value")
    answer = await office.post(PREVIEWS, asked())
    assert answer.status_code == status
    if status == 422:
        assert (answer.json()["code"], answer.json()["detail"]) == (code, "visit.date has no value")


async def test_a_template_of_another_channel_is_refused(office: Office) -> None:
    answer = await office.post(PREVIEWS, asked(Channel.SMS))
    assert (answer.status_code, answer.json()["detail"]) == (422, "The template is one of channel email.")


@pytest.mark.parametrize("over", [{"template_id": None}, {"words": {"text": "Hello"}}])
async def test_either_a_template_or_words_are_looked_at(office: Office, over: dict[str, Any]) -> None:
    assert (await office.post(PREVIEWS, asked(**over))).status_code == 422


async def test_a_template_service_that_is_away_is_asked_again_later(office: Office) -> None:
    office.desk.templates.status = 503
    answer = await office.post(PREVIEWS, asked())
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


async def test_a_company_that_is_not_known_yet_waits(office: Office) -> None:
    assert (await office.post(PREVIEWS, asked(), company=uuid4())).status_code == 503


@pytest.mark.parametrize("trigger", Trigger)
@pytest.mark.parametrize("locale", ["en-US", "es-US", "fr-CA"])
def test_the_sample_has_what_a_message_of_its_trigger_is_about(trigger: Trigger, locale: str) -> None:
    context = sample(trigger, a_company(locale=locale), None, NOW).context(Channel.EMAIL)
    assert (context.recipient.first_name, context.company.name) == ("Maria", "Northside")
    assert (context.payment is not None) == (trigger is Trigger.PAYMENT_RECEIVED)
    assert (context.invoice is not None) == (trigger.startswith("invoice_"))
    assert (context.reminder is not None) == (trigger in SCHEDULED)
    assert (context.request is not None) == (trigger.startswith("request_"))
    assert (context.invitation is not None) == (trigger.startswith("account_"))
    assert (context.visit is not None) == (context.request is None and context.invitation is None)
    if context.job:
        assert (context.job.kind == "estimate") == (trigger.startswith("estimate_"))
        assert context.job.title == ("Cambiar el grifo de la cocina" if locale == "es-US" else "Replace kitchen faucet")


def test_the_sample_is_told_in_the_companys_zone_even_where_nobody_knows_it() -> None:
    assert sample(Trigger.JOB_CREATED, a_company(zone="Moon/Base"), None, NOW).context(Channel.SMS).visit is not None
