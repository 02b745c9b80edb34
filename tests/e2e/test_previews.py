"""A message looked at, and sent to oneself, by the whole stack: the real templates, the real renderer, the real way."""

import pytest

from deploy.demo.api import Json
from deploy.demo.people import home
from deploy.local.stack import Stack
from deploy.local.waiting import until
from tests.e2e.companies import Company
from tests.e2e.log import emails, told
from tests.e2e.mailbox import mails_to, newest_to


def test_what_was_looked_at_and_tried_is_what_the_customer_gets(company: Company, stack: Stack) -> None:
    # G10
    job = company.booked(company.add(home("Ida Holm", "ida.try@example.com", "303-555-0147", "9 Pine St", "80220")))
    [booked] = told(company.dispatcher, job.id)
    asked = {
        "channel": "email",
        "trigger": "job_created",
        "template_id": template_of(company, "Job booked"),
        "job_id": job.id,
    }

    looked = company.dispatcher.post("notifier-svc", "/v1/previews", asked)
    tried = company.dispatcher.post("notifier-svc", "/v1/test-messages", asked)
    own = f"dispatcher@{company.seed.company.slug}.example"
    until(lambda: newest_to(stack.plan, own) is not None, "the test has not come")

    content = company.dispatcher.get("notifier-svc", f"/v1/deliveries/{booked.id}")["content"]
    assert {part: looked[part] for part in ("subject", "html", "text")} | {"report": None} == content
    delivery = company.dispatcher.get("notifier-svc", f"/v1/deliveries/{tried['id']}")
    assert (delivery["test"], delivery["address"], delivery["customer_id"]) == (True, own, None)
    assert delivery["content"] == content | {"subject": f"[Test] {content['subject']}"}
    assert [row.id for row in emails(company.dispatcher, job_id=job.id)] == [booked.id]
    assert len(mails_to(stack.plan, own)) == len(mails_to(stack.plan, "ida.try@example.com")) == 1


@pytest.mark.survives(48)
def test_words_that_nobody_published_are_shown_as_a_text_and_as_a_call(company: Company) -> None:
    # G10, S1.1
    def looked(channel: str, text: str) -> Json:
        body = {"channel": channel, "trigger": "status_set", "words": {"text": text}}
        return company.admin.post("notifier-svc", "/v1/previews", body)

    text = looked("sms", "Hi {{ recipient.first_name }}, we\u2019re on the way\u2026")
    assert (text["text"], text["size"]["encoding"]) == ("Hi Maria, we're on the way...", "gsm-7")
    call = looked("voice", "Hi {{ recipient.first_name }}. Job #{{ job.number }} comes to {{ job.total }}.")
    assert call["spoken"] == "Hi Maria. Job number 1042 comes to 480 dollars."


def template_of(company: Company, rule: str) -> str:
    """The template of one of the starter rules."""
    rules = company.dispatcher.every("notifier-svc", "/v1/rules")
    return next(str(each["template_id"]) for each in rules if each["name"] == rule)
