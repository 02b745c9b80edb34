"""The starters: complete, for every occasion, with much to say and with little."""

from typing import Any

import pytest

from contracts.deliveries import Channel
from contracts.rendering import ReminderTags, RenderContext
from contracts.segments import segments
from template_svc.domain.rendering import Message
from template_svc.domain.samples import SAMPLE
from template_svc.domain.tags import root
from template_svc.starters import Starter, starters
from template_svc.tests.factories import a_context, bare, shown, the_least

SLUGS = {
    *("estimate-created", "job-created", "job-updated", "job-cancelled", "status-scheduled", "status-on-the-way"),
    *("status-done", "work-order-closed", "payment-receipt", "invoice-issued", "follow-up"),
    *("visit-reminder", "estimate-reminder", "invoice-reminder"),
    *("request-received", "request-accepted", "request-rejected"),
}


TEXTS = SLUGS  # every email has a text, but those with a link that is a secret
ACCOUNT = {"account-invitation", "password-reset"}
# Sums and summaries are not read aloud to whoever picks up.
CALLS = SLUGS - {"work-order-closed", "payment-receipt", "invoice-issued", "invoice-reminder", "request-received"}

EMAILS = [starter for starter in starters() if starter.channel is Channel.EMAIL]
SPOKEN = [starter for starter in starters() if starter.channel is not Channel.EMAIL]


def minimal(slug: str) -> RenderContext:
    """What is always there on the occasion of a starter."""
    if slug in ACCOUNT:
        return the_least().model_copy(update={"invitation": SAMPLE.invitation})
    if slug.startswith("request-"):
        assert SAMPLE.request
        return the_least().model_copy(update={"request": SAMPLE.request.model_copy(update={"reason": None})})
    assert SAMPLE.job
    job = SAMPLE.job.model_copy(update={"lines": (), "previous_status": None})
    extra: dict[str, dict[str, Any]] = {
        "payment-receipt": {"payment": SAMPLE.payment},
        "invoice-issued": {"invoice": SAMPLE.invoice},
        "invoice-reminder": {"invoice": SAMPLE.invoice, "reminder": SAMPLE.reminder},
        "visit-reminder": {"visit": SAMPLE.visit, "reminder": SAMPLE.reminder},
        "estimate-reminder": {"reminder": SAMPLE.reminder},
    }
    return the_least().model_copy(update={"job": job, **extra.get(slug, {})})


def test_there_is_a_starter_for_every_occasion() -> None:
    texts, calls = ({f"{slug}-text" for slug in TEXTS}, {f"{slug}-call" for slug in CALLS})
    by_channel = {channel: {s.slug for s in starters() if s.channel is channel} for channel in Channel}
    assert by_channel == {Channel.EMAIL: SLUGS | ACCOUNT, Channel.SMS: texts, Channel.VOICE: calls}


@pytest.mark.parametrize("starter", SPOKEN, ids=lambda s: s.slug)
def test_a_text_or_call_says_who_speaks_and_leaves_nothing_open(starter: Starter) -> None:
    occasion = starter.slug.removesuffix("-text").removesuffix("-call")
    for context in (SAMPLE, minimal(occasion)):
        message = shown(starter.version.main, context)
        assert (message.subject, message.html) == ("", "")
        assert context.company.name in message.text
        assert not any(odd in message.text for odd in ("{", "None", "  ", "()", " .", "&amp;"))
        assert message.text[-1] in ".!?)" or message.text[-1].isdigit()


@pytest.mark.parametrize("starter", SPOKEN, ids=lambda s: s.slug)
def test_a_text_takes_one_segment(starter: Starter) -> None:
    message = shown(starter.version.main)
    assert segments(message.text) == 1 or starter.channel is Channel.VOICE


def test_no_starter_says_how_to_stop_as_the_first_text_to_a_number_does_so_itself() -> None:  # G5
    assert not [s.slug for s in SPOKEN for words in s.words.by_locale.values() if "STOP" in (words.text or "")]


@pytest.mark.parametrize("starter", EMAILS, ids=lambda s: s.slug)
def test_a_starter_reads_well_with_everything_known(starter: Starter) -> None:
    message = shown(starter.version.main)
    for part in (message.html, message.text):
        assert "Hi Maria," in part
        assert "1200 Larimer Street, Denver, CO 80204" in part
        assert "Northside Plumbing" in part
    for part in (message.subject, message.html, message.text):
        assert "{{" not in part
        assert "None" not in part
        assert part is message.html or "  " not in part
    assert len(message.html) < 12_000
    assert 'src="https://northside.example/logo.png"' in message.html
    assert "#0b6e4f" in message.html


@pytest.mark.parametrize("starter", EMAILS, ids=lambda s: s.slug)
def test_a_starter_reads_well_with_the_least_known(starter: Starter) -> None:
    message = shown(starter.version.main, minimal(starter.slug))
    assert "Hi Maria," in message.text
    assert message.subject
    assert "src=" not in message.html


@pytest.mark.parametrize("starter", EMAILS, ids=lambda s: s.slug)
def test_cleaning_takes_nothing_from_a_starter(starter: Starter) -> None:
    message = shown(starter.version.main, a_context())
    assert "<h1>" in bare(message.html)
    assert 'class="facts"' in message.html or starter.slug in {"follow-up"} | ACCOUNT
    assert 'class="button"' in message.html or "portal_url" not in (starter.words.main.html or "")


def written(slug: str, context: RenderContext = SAMPLE) -> Message:
    """What a starter reads."""
    (starter,) = (s for s in starters() if s.slug == slug)
    return shown(starter.version.main, context)


def without(path: str) -> RenderContext:
    """The sample with one tag, or one whole part, blank."""
    part, _, name = path.partition(".")
    if not name:
        return a_context(**{part: None})
    blank = () if path in {"job.lines", "visit.technician"} else ""
    return a_context(**{part: getattr(SAMPLE, part).model_copy(update={name: blank})})


ABSENT = [
    *("region", "company.phone", "company.email", "company.website", "company.postal_address"),
    *("company.portal_url", "company.logo_url", "company.colour"),
    *("customer.reward_balance", "customer.card_last_four", "customer.sales_tax_exempt"),
    *("service_address", "service_address.city"),
    *("service_address.state", "service_address.postal_code", "job.previous_status", "job.lines", "job.paid"),
    *("job.balance_due", "job.credit", "visit", "visit.technician", "visit.technician_photo_url"),
    *("invoice.paid", "invoice.balance_due", "invoice.credit", "request.reason", "region.portal_url"),
]


def test_nothing_optional_is_forgotten_here() -> None:
    optional = {
        f"{part}.{name}"
        for part, group in root().group.items()
        for name, shape in group.group.items()
        if shape.optional or shape.item
    }
    assert {path for path in ABSENT if "." in path} == optional


@pytest.mark.parametrize("path", ABSENT)
def test_every_starter_is_sent_whatever_optional_value_is_absent(path: str) -> None:  # G9
    for starter in EMAILS:
        message = written(starter.slug, without(path))
        assert message.subject
        assert ", ," not in message.text
        assert " ," not in message.text
        assert not [line for line in message.text.splitlines() if line.startswith("Where:") and line.endswith(",")]


@pytest.mark.parametrize(
    ("missing", "where"),
    [
        ((), "48 Juniper Court, Denver, CO 80206"),
        (("city",), "48 Juniper Court, CO 80206"),
        (("state",), "48 Juniper Court, Denver, 80206"),
        (("postal_code",), "48 Juniper Court, Denver, CO"),
        (("city", "state"), "48 Juniper Court, 80206"),
        (("city", "postal_code"), "48 Juniper Court, CO"),
        (("state", "postal_code"), "48 Juniper Court, Denver"),
        (("city", "state", "postal_code"), "48 Juniper Court"),
    ],
)
def test_an_address_is_written_with_what_is_known_of_it(missing: tuple[str, ...], where: str) -> None:
    assert SAMPLE.service_address
    place = SAMPLE.service_address.model_copy(update=dict.fromkeys(missing, ""))
    message = written("status-on-the-way", a_context(service_address=place))
    assert f"\nWhere: {where}\n" in message.text
    street, _, rest = where.partition(", ")
    assert f"<td>{street}<br>{rest}</td>".replace("<br></td>", "</td>") in bare(message.html).replace("<br> ", "<br>")


@pytest.mark.parametrize(
    ("days", "words"),
    [("0", "Today we sent"), ("1", "Yesterday we sent"), ("3", "3 days ago we sent"), ("17", "17 days")],
)
def test_an_estimate_reminder_says_how_long_ago_the_estimate_was_sent(days: str, words: str) -> None:
    message = written("estimate-reminder", a_context(reminder=ReminderTags(number="1", days=days)))
    assert words in message.text
    assert words in message.html


def owing(**amounts: str | None) -> RenderContext:
    """The sample with other amounts paid, due or owed."""
    assert SAMPLE.job
    assert SAMPLE.invoice
    update: dict[str, str | None] = {"balance_due": None, "credit": None, **amounts}
    return a_context(job=SAMPLE.job.model_copy(update=update), invoice=SAMPLE.invoice.model_copy(update=update))


def test_an_invoice_says_why_less_than_its_total_is_to_pay() -> None:
    message = written("invoice-issued", owing(paid="400.00 USD", balance_due="80.00 USD"))
    assert "Total: $480.00\nPaid so far: $400.00\nTo pay: $80.00\n" in message.text
    assert "- Kitchen faucet, brushed steel: $310.00\n- Labor x 2: $170.00\nTotal: $480.00\n" in message.text
    for words in ("Paid so far", "$400.00", "To pay", "$80.00", "Kitchen faucet, brushed steel", "View and pay"):
        assert words in message.html


@pytest.mark.parametrize("slug", ["payment-receipt", "invoice-issued", "work-order-closed"])
def test_with_nothing_left_to_pay_or_a_credit_nobody_is_asked_for_money(slug: str) -> None:
    settled = written(slug, owing(paid="480.00 USD", balance="0.00 USD"))
    credit = written(slug, owing(paid="481.10 USD", balance="-1.10 USD", credit="1.10 USD"))
    for words in (settled.text, settled.html):
        assert "paid in full" in words.lower()
        assert "$0.00" not in words
    for words in (credit.text, credit.html):
        assert "Credit" in words
        assert "$1.10" in words
        assert "-$1.10" not in words
        assert "to pay" not in words.lower()


def test_an_email_from_a_job_names_the_job_and_any_other_the_company_or_the_bill() -> None:
    for starter in EMAILS:
        subject = written(starter.slug).subject
        assert "1042" in subject or "Northside" in subject, starter.slug


def test_both_parts_invite_to_reply_where_there_is_an_address_for_it() -> None:
    for part in (written("follow-up").html, written("follow-up").text):
        assert "Questions? Just reply to this email." in part
    silent = written("follow-up", without("company.email"))
    assert "Just reply" not in silent.html + silent.text


def test_on_the_way_says_who_comes_for_which_job() -> None:
    assert written("status-on-the-way").subject == "Sam Rivera is on the way for job #1042"
    unknown = written("status-on-the-way", a_context(visit=None))
    assert unknown.subject == "Our technician is on the way for job #1042"
