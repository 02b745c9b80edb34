"""A tag that is never known where the template is used is a mistake, unless an `if` or a `default` stands by (G9)."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.deliveries import Channel
from contracts.rendering import RenderContext
from contracts.triggers import Trigger, triggers_of
from template_svc.domain.checking import check
from template_svc.domain.drafts import UnfitTemplate, Words, finish, untold_by
from template_svc.domain.language import written
from template_svc.domain.occasions import Use, united
from template_svc.domain.rendering import interpret
from template_svc.domain.samples import SAMPLE
from template_svc.domain.tags import catalogue
from template_svc.domain.values import values_of
from template_svc.starters import Starter, frame, starters
from template_svc.tests.factories import an_email
from template_svc.tests.test_program import contexts, outcome, sources

BOOKED = Use(triggers=frozenset({Trigger.JOB_CREATED}))
ASKED = Use(triggers=frozenset({Trigger.REQUEST_RECEIVED}))
SOME = ("payment-receipt", "job-created-text", "visit-reminder", "request-accepted", "account-invitation")
_GUARD = re.compile(r"{% (end)?guard_\w+ %}")  # of what is published; authors have none


def places(source: str, use: Use = BOOKED) -> list[int]:
    """The columns of the tags that are never known."""
    flaws = check("text", source, html=False, use=use)
    assert all("is never known for" in flaw.message for flaw in flaws)
    return [flaw.column for flaw in flaws]


@pytest.mark.parametrize(
    ("source", "columns"),
    [
        ("{{ payment.amount }}", [4]),
        ("{{ job.number }} {{ payment.amount }} {{ request.reason }}", [21, 42]),
        ("{{ payment.amount | append: '!' }}", [4]),
        ("{{ job.number | append: payment.amount }}", [25]),
        ("{{ payment.amount | default: invoice.total }}", [30]),
        ("{{ job.number | default: payment.amount }}", [26]),
        ("{% if job.number %}{{ payment.amount }}{% endif %}", [23]),
        ("{% if payment.amount or job.number %}{{ payment.amount }}{% endif %}", [41]),
        ("{% if payment.amount %}a{% else %}{{ payment.amount }}{% endif %}", [38]),
        ("{% if payment.kind != 'deposit' %}{{ payment.amount }}{% endif %}", [38]),
        ("{% unless payment.amount %}{{ payment.amount }}{% endunless %}", [31]),
        ("{% if job.kind == 'x' %}a{% elsif job.number %}{{ payment.amount }}{% endif %}", [51]),
        ("{% for line in job.lines %}{{ payment.amount }}{% else %}{{ payment.date }}{% endfor %}", [31, 61]),
        ("{% case job.kind %}{% when 'job' %}{{ payment.amount }}{% else %}{{ payment.date }}{% endcase %}", [39, 69]),
        ("{% case payment.kind %}{% when 'deposit' %}a{% else %}{{ payment.amount }}{% endcase %}", [58]),
    ],
)
def test_it_is_a_mistake_where_it_would_be_wanted(source: str, columns: list[int]) -> None:
    assert places(source) == columns


@pytest.mark.parametrize(
    "source",
    [
        "{{ payment.amount | default: 'soon' }}",
        "{{ payment.amount | default: job.total | upcase }}",
        "{% if payment.amount %}{{ payment.amount }} on {{ payment.date }}{% endif %}",
        "{% if payment.amount and job.number %}{{ payment.amount }}{% endif %}",
        "{% if payment.kind == 'deposit' or payment.kind == 'invoice' %}{{ payment.amount }}{% endif %}",
        "{% if payment.kind contains 'dep' %}{{ payment.amount }}{% endif %}",
        "{% if job.number %}{% if payment %}{{ payment.amount }}{% endif %}{% endif %}",
        "{% unless payment.amount %}unpaid{% else %}{{ payment.amount }}{% endunless %}",
        "{% case payment.kind %}{% when 'deposit' %}{{ payment.amount }}{% endcase %}",
        "{% for payment in job.lines %}{{ payment.amount }}{% endfor %}",
        "{% comment %}{{ payment.amount }}{% endcomment %}",
        "{{ visit.technician }} {{ region.name }} {{ job.previous_status }}",
    ],
)
def test_it_may_stand_where_it_is_never_wanted_and_what_may_be_known_stands_anywhere(source: str) -> None:
    assert places(source) == []


def test_a_loop_over_a_list_that_is_never_known_is_never_gone_through() -> None:
    assert places("{% for line in job.lines %}{{ line.amount }} {{ job.number }}{% endfor %}", ASKED) == []
    assert places("{{ job.lines.first.amount }}", ASKED) == [4]


def test_a_mistake_names_the_triggers_that_it_is_one_for() -> None:
    use = Use(triggers=frozenset({Trigger.PAYMENT_RECEIVED, Trigger.JOB_CREATED, Trigger.JOB_UPDATED}))
    [flaw] = check("text", "{{ payment.amount }}", html=False, use=use)
    assert "never known for job_created, job_updated, which" in flaw.message


def test_what_words_need_is_told_for_every_trigger_that_never_tells_it() -> None:
    found = untold_by(an_email(subject="{{ payment.amount }}", html="<p>{{ request.reason }} {{ company.name }}</p>"))
    assert set(found) == set(Trigger)
    assert found[Trigger.PAYMENT_RECEIVED] == ("request.reason",)
    assert found[Trigger.REQUEST_REJECTED] == ("payment.amount",)
    assert found[Trigger.JOB_CREATED] == ("payment.amount", "request.reason")
    assert untold_by(an_email(html="<p>{% if payment %}{{ payment.amount }}{% endif %}x{{ company.name }}</p>")) == {}
    assert untold_by(an_email(html='<p>{{ payment["amount"] }}</p>')).keys() == set(Trigger) - {
        Trigger.PAYMENT_RECEIVED
    }


def test_what_one_language_needs_the_template_needs() -> None:
    one, other = {"job_created": ("b", "c")}, {"job_created": ("a", "b"), "job_updated": ("d",)}
    assert united([one, other]) == {"job_created": ("a", "b", "c"), "job_updated": ("d",)}


@pytest.mark.parametrize("starter", [each for each in starters() if each.slug in SOME], ids=lambda each: each.slug)
def test_a_starter_is_untold_exactly_where_a_save_would_refuse_it(starter: Starter) -> None:
    for trigger in Trigger:
        refused = False
        for locale, words in starter.words.by_locale.items():
            try:
                finish(words, frame(locale), {trigger})
            except UnfitTemplate:
                refused = True
        assert refused == (trigger in starter.untold)


def test_all_mistakes_of_all_kinds_are_told_at_once() -> None:
    words = an_email(subject="{{ nobody }}", html="<p>{{ payment.amount }} {{ job.number | shout }}</p>", text="{{")
    with pytest.raises(UnfitTemplate) as refusal:
        finish(words, frame(), BOOKED.triggers)
    found = [(flaw["part"], flaw["column"]) for flaw in refusal.value.extra["flaws"]]
    assert found == [("subject", 4), ("html", 7), ("html", 41), ("text", 1)]
    with pytest.raises(UnfitTemplate) as refusal:
        finish(Words(Channel.EMAIL, html="<a {{ job.number }}>x</a>", text="{{ a }}"), frame())
    assert [flaw["part"] for flaw in refusal.value.extra["flaws"]] == ["subject", "html", "text"]


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE])
def test_the_readers_own_link_is_in_emails_only(channel: Channel) -> None:
    with pytest.raises(UnfitTemplate, match=r"links\.preferences is known in emails only"):
        finish(Words(channel, text="{{ links.preferences }}"), frame())
    finish(Words(channel, text="Hi{% if links.preferences %} {{ links.preferences }}{% endif %}"), frame())


def told(trigger: Trigger, context: RenderContext) -> RenderContext:
    """The context without what this trigger never tells."""
    parts = ("service_address", "job", "visit", "payment", "invoice", "request", "invitation")
    silent = [part for part in parts if trigger not in triggers_of(f"{part}.any")]
    return context.model_copy(update=dict.fromkeys(silent))


@settings(max_examples=200)
@given(sources(3), contexts(), st.sampled_from([Trigger.JOB_CREATED, Trigger.REQUEST_RECEIVED]))
def test_what_passes_never_misses_what_is_never_known(source: str, context: RenderContext, trigger: Trigger) -> None:
    source = _GUARD.sub("", source)
    flaws = check("text", source, html=False, use=Use(triggers=frozenset({trigger})))
    template = written(html=False).template(source)
    kind, tag = outcome(lambda values: interpret(template, values), values_of(told(trigger, context)))
    if kind == "missing" and not flaws:
        assert trigger in triggers_of(tag)


def test_every_trigger_has_its_own_tags() -> None:
    paths = [tag.path for tag in catalogue()]
    known = {trigger: {path for path in paths if trigger in triggers_of(path)} for trigger in Trigger}
    assert set().union(*known.values()) == set(paths)
    assert known[Trigger.REQUEST_REJECTED] - known[Trigger.REQUEST_ACCEPTED] == {"request.reason"}
    assert SAMPLE.payment
    payment = {f"payment.{name}" for name in type(SAMPLE.payment).model_fields}
    assert known[Trigger.PAYMENT_RECEIVED] - known[Trigger.JOB_CREATED] == payment
