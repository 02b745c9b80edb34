"""Values in words: of each kind, in several locales, and by filters (D10)."""

import pytest

from contracts.rendering import PaymentTags
from template_svc.domain.drafts import UnfitTemplate
from template_svc.domain.samples import SAMPLE
from template_svc.tests.factories import a_context, a_text, rendered


def said(source: str, locale: str = "en-US", **parts: object) -> str:
    """What a text says to readers of a locale."""
    return rendered(a_text(source), a_context(**parts), locale).text


@pytest.mark.parametrize(
    ("locale", "date", "start", "total"),
    [
        ("en-US", "Tuesday, November 24", "10:00 AM", "$480.00"),
        ("es-US", "martes, 24 de noviembre", "10:00 a.m.", "$480.00"),
        ("fr-CA", "mardi 24 novembre", "10 h 00", "480,00 $ US"),
        ("en-GB", "Tuesday 24 November", "10:00", "US$480.00"),
        ("en-XX", "Tuesday, November 24", "10:00 AM", "$480.00"),
        ("es", "martes, 24 de noviembre", "10:00", "480,00 US$"),
        ("ja-JP", "11月24日(火曜日)", "10:00", "$480.00"),
        ("nonsense", "Tuesday, November 24", "10:00 AM", "$480.00"),
    ],
)
def test_short_forms_are_worded_in_the_locale(locale: str, date: str, start: str, total: str) -> None:
    assert said("{{ visit.date }}|{{ visit.start }}|{{ job.total }}", locale) == f"{date}|{start}|{total}"


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("visit.starts_at", "Tuesday, November 24, 10:00 AM"),
        ("visit.window", "10:00 AM - 12:00 PM"),
        ("visit.zone", "MST"),
        ("visit.starts_at | date", "November 24, 2026"),
        ("visit.starts_at | date: 'short'", "11/24/26"),
        ("visit.starts_at | date: 'medium'", "Nov 24, 2026"),
        ("visit.date | date: 'full'", "Tuesday, November 24, 2026"),
        ("payment.date | date: 'weekday'", "Friday"),
        ("visit.ends_at | time", "12:00 PM"),
        ("job.total | money", "$480.00"),
        ("job.lines.last.quantity | number", "2"),
        ("company.phone", "(303) 555-0134"),
        ("company.phone | phone", "(303) 555-0134"),
        ("job.title | downcase | title", "Replace Kitchen Faucet"),
        ("job.total | append: ' net'", "$480.00 net"),
    ],
)
def test_a_value_is_worded_by_its_kind_or_its_filter(tag: str, words: str) -> None:  # S1.2
    assert said(f"{{{{ {tag} }}}}") == words


def test_times_are_told_where_the_work_is_and_not_where_the_server_is() -> None:  # D10
    assert SAMPLE.visit
    late = SAMPLE.visit.model_copy(update={"starts_at": "2026-11-24T23:30:00-05:00[America/New_York]"})
    assert (
        said("{{ visit.date }} {{ visit.start }} {{ visit.zone }}", visit=late) == "Tuesday, November 24 11:30 PM EST"
    )


def test_names_are_joined_as_the_language_does() -> None:
    assert SAMPLE.visit
    three = SAMPLE.visit.model_copy(update={"technician": ("Ana", "Ben", "Cy")})
    assert said("{{ visit.technician }}", visit=three) == "Ana, Ben, and Cy"
    assert said("{{ visit.technician }}", "es", visit=three) == "Ana, Ben y Cy"


def test_the_houses_own_words_are_said_in_the_language_and_compared_as_they_are() -> None:
    source = "{{ job.kind | capitalize }}{% if job.kind == 'job' %}!{% endif %}{% if job.kind != 'job' %}?{% endif %}"
    assert (said(source), said(source, "es-US"), said(source, "fr")) == ("Job!", "Trabajo!", "Job!")
    source = "{% case job.kind %}{% when 'job' %}a{% else %}b{% endcase %}"
    assert said(source, "es") == "a"


def test_a_number_compares_as_a_number_in_every_language() -> None:
    assert SAMPLE.job
    line = SAMPLE.job.lines[0].model_copy(update={"quantity": "1.5"})
    source = "{% for line in job.lines %}{% if line.quantity == '1.5' %}{{ line.quantity }}{% endif %}{% endfor %}"
    assert said(source, "es", job=SAMPLE.job.model_copy(update={"lines": (line,)})) == "1,5"


def test_a_phone_that_is_none_is_said_as_it_is_written() -> None:
    company = SAMPLE.company.model_copy(update={"phone": "1-800-FAUCETS ext. 5"})
    assert said("{{ company.phone | phone }}", company=company) == "1-800-FAUCETS ext. 5"


@pytest.mark.parametrize(
    ("source", "column", "message"),
    [
        ("ab {{ job.total | date: 'full' }}", 19, "date is for date or moment; what stands before it is money"),
        ("{{ job.title | money }}", 16, "money is for money; what stands before it is text"),
        ("{{ visit.window | time }}", 19, "time is for moment; what stands before it is span"),
        ("{{ 'a' | phone }}", 10, "phone is for phone; what stands before it is text"),
        ("{{ job.total | upcase | money }}", 25, "money is for money; what stands before it is text"),
        ("{{ visit.date | default: 'soon' | date }}", 35, "date is for date or moment; what stands before it is text"),
        ("{% for a in job.lines %}{{ a.amount | number }}{% endfor %}", 39, "number is for number"),
        ("{{ visit.date | date: 'odd' }}", 17, "date takes one of short, medium, long, full, weekday"),
        ("{{ visit.date | date: job.title }}", 17, "date takes one of"),
        ("{% if job.balance == '$0.00' %}a{% endif %}", 7, "job.balance is money: it reads differently"),
        ("{% if '10:00 AM' != visit.start %}a{% endif %}", 21, "visit.start is moment: it reads differently"),
        ("{{ job.total | money: 'EUR' }}", 16, "money takes nothing"),
    ],
)
def test_a_filter_on_the_wrong_thing_is_refused_with_its_place(source: str, column: int, message: str) -> None:  # G9
    with pytest.raises(UnfitTemplate) as unfit:
        rendered(a_text(source))
    [flaw] = unfit.value.extra["flaws"]
    assert (flaw["line"], flaw["column"]) == (1, column)
    assert message in flaw["message"]


def test_what_stands_in_for_a_missing_value_may_be_of_its_kind() -> None:
    source = "{{ visit.date | default: payment.date | date: 'weekday' }}"
    assert (said(source), said(source, visit=None)) == ("Tuesday", "Friday")


@pytest.mark.parametrize(
    ("written", "locale", "said"),
    [
        ("card", "es-US", "tarjeta"),
        ("Credit  Card", "es-MX", "Tarjeta de crédito"),
        ("check", "es", "cheque"),
        ("Visa ending in 4242", "es-US", "Visa terminada en 4242"),
        ("card ending in 42", "es-US", "tarjeta terminada en 42"),
        ("Barter", "es-US", "Barter"),
        ("Visa ending in 4242", "en-US", "Visa ending in 4242"),
        ("card", "fr-CA", "card"),
        ("CARD", "en-US", "CARD"),
    ],
)
def test_a_way_to_pay_is_said_in_the_language_of_the_words(written: str, locale: str, said: str) -> None:
    payment = PaymentTags(amount="1.00 USD", kind="deposit", method=written, date="2026-11-20")
    source = "{{ payment.method }}{% if payment.method == '" + written + "' %}!{% endif %}"
    assert rendered(a_text(source), a_context(payment=payment), locale).text == f"{said}!"
