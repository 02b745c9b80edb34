"""The fast path and the interpreter agree on everything: what is written, what is refused, and why."""

import os
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from liquid.exceptions import LiquidError

from contracts.rendering import JobTags, LineTags, RenderContext, VisitTags
from template_svc.domain.compiler import Beyond, write
from template_svc.domain.drafts import UnfitTemplate
from template_svc.domain.filters import FILTERS, STYLES
from template_svc.domain.guards import EmptyMessage, guarded, published
from template_svc.domain.language import MissingValue
from template_svc.domain.rendering import Part, interpret
from template_svc.domain.samples import SAMPLE
from template_svc.domain.values import Values, reading, values_of
from template_svc.starters import Starter, starters
from template_svc.tests.factories import a_context, an_email, rendered

EXAMPLES = 1_000 if os.environ.get("FUZZ") == "full" else 200

PATHS = (
    *("job.number", "job.title", "job.kind", "visit.technician", "visit.date", "visit.window", "visit.starts_at"),
    *("company.phone", "payment.amount", "payment.date", "job.balance_due"),
)
TYPED = (
    "visit.starts_at",
    "visit.date",
    "payment.date",
    "payment.amount",
    "job.balance_due",
    "company.phone",
    "job.title",
)
FIELDS = ("line.description", "line.quantity", "line.amount")
ODD = ("job.lines.size", "job.lines.first.amount", "job['number']", "'<b>'", '"it\'s"', "3", "forloop.index", "nil")
LISTS = ("job.lines", "job.lines limit: 2", "job.lines offset: 1 reversed", "job.lines limit: forloop.index")
TEXTS = st.sampled_from(["", " ", "\n", "a", "<b>", "&", "é ", "'"])
NUMBERS = st.sampled_from(["1", "2.5", "1000"])
AMOUNTS = st.sampled_from(["0.00 USD", "480.00 USD", "-1234.50 EUR"])
MOMENTS = st.sampled_from([f"2026-11-24T{clock}-07:00[America/Denver]" for clock in ("10:00:00", "23:59:59")])
LOCALES = st.sampled_from(["en-US", "en", "es", "es-US", "fr-CA", "ar", "nonsense"])
VALUES = st.sampled_from(["", " ", "a", "a", "b", "<script>", "a & b", "x y", '"', "job"])


def paths(*, loop: bool) -> st.SearchStrategy[str]:
    """A tag that may stand here."""
    return st.sampled_from(PATHS + FIELDS if loop else PATHS)


def outputs(*, loop: bool) -> st.SearchStrategy[str]:
    """`{{ path | filters }}`."""
    path = paths(loop=loop)
    argument = st.one_of(path, st.sampled_from(["'z'", "''", "'&'", "'\"'", '"\'"']))
    used = st.one_of(
        st.sampled_from(["", "", "", *(f" | {name}" for name in FILTERS if name not in {"append", "prepend"})]),
        st.sampled_from([" | truncate: 3", " | truncatewords: 1, '&'", " | truncate: job.lines.size", " | upcase: 1"]),
        st.sampled_from([" | default: '', allow_false: true", " | default: 7", " | append: forloop", " | append: nil"]),
        argument.map(lambda a: f" | default: {a}"),
        argument.map(lambda a: f" | append: {a}"),
        argument.map(lambda a: f" | prepend: {a}"),
    )
    plain = st.tuples(path, used, used).map(lambda t: f"{{{{ {t[0]}{t[1]}{t[2]} }}}}")
    typed = st.tuples(st.sampled_from(TYPED), typed_filters(), used).map(lambda t: f"{{{{ {t[0]} | {t[1]}{t[2]} }}}}")
    odd = st.sampled_from([f"{{{{ {source} }}}}" for source in ODD])
    return st.one_of(plain, typed, path.map(lambda p: f"{{{{ {p} | default: 'none' }}}}"), odd)


def typed_filters() -> st.SearchStrategy[str]:
    """Filters for typed values; on the wrong type, too, which saving refuses."""
    style = st.sampled_from(STYLES).map(lambda style: f"date: '{style}'")
    return st.one_of(style, st.sampled_from(["date", "time", "money", "number", "phone", "title"]))


def conditions(*, loop: bool) -> st.SearchStrategy[str]:
    """What stands after `if`."""
    path = st.sampled_from(FIELDS) if loop else paths(loop=loop)
    one = st.one_of(
        path,
        st.just("job.lines"),
        path.map(lambda p: f"{p} == 'a'"),
        path.map(lambda p: f"{p} != 'job'"),
        path.map(lambda p: f"{p} == '\"'"),
        path.map(lambda p: f"'a' == {p}"),
        path.map(lambda p: f"{p} contains 'a'"),
        path.map(lambda p: f"{p} < 'b'"),
        path.map(lambda p: f"{p} == nil"),
        st.sampled_from(
            ["job.lines.size > 1", "forloop.first", "forloop.last == false", "job.title > 3", "blank", "1"]
        ),
    )
    joined = st.tuples(one, st.sampled_from(["and", "or"]), one, st.sampled_from(["and", "or"]), one).map(" ".join)
    return st.one_of(one, joined)


def sources(depth: int, *, loop: bool = False) -> st.SearchStrategy[str]:
    """A piece of template, `depth` blocks deep."""
    leaf = st.one_of(TEXTS, outputs(loop=loop))
    if depth == 0:
        return leaf
    inner, looped, condition = sources(depth - 1, loop=loop), sources(depth - 1, loop=True), conditions(loop=loop)
    block = st.one_of(
        st.tuples(condition, inner).map(lambda t: f"{{% if {t[0]} %}}{t[1]}{{% endif %}}"),
        st.tuples(condition, inner, condition, inner, inner).map(
            lambda t: f"{{% if {t[0]} %}}{t[1]}{{% elsif {t[2]} %}}{t[3]}{{% else %}}{t[4]}{{% endif %}}"
        ),
        st.tuples(condition, inner, inner).map(
            lambda t: f"{{% unless {t[0]} %}}{t[1]}{{% else %}}{t[2]}{{% endunless %}}"
        ),
        st.tuples(looped, inner, st.sampled_from(LISTS)).map(
            lambda t: f"{{% for line in {t[2]} %}}{t[0]}{{% else %}}{t[1]}{{% endfor %}}"
        ),
        st.tuples(inner, inner, inner).map(
            lambda t: (
                f"{{% case job.kind %}}{{% when 'a', 'job' %}}{t[0]}{{% when job.title %}}{t[1]}"
                f"{{% else %}}{t[2]}{{% when 1, nil %}}{t[0]}{{% endcase %}}"
            )
        ),
        inner.map(lambda source: f"{{% for visit in job.lines %}}{source}{{{{ visit.amount }}}}{{% endfor %}}"),
        inner.map(lambda source: f"{{% comment %}}{source}{{% endcomment %}}{{% # note %}}"),
        inner.map(lambda source: guarded("guard_link", source)),
        inner.map(lambda source: guarded("guard_style", source)),
        inner.map(lambda source: guarded("guard_value", source)),
        inner.map(lambda source: guarded("guard_text", source)),
    )
    return st.lists(st.one_of(leaf, block), min_size=1, max_size=3).map("".join)


@st.composite
def contexts(draw: st.DrawFn) -> RenderContext:
    """Contexts in which any value may be absent, blank or hostile."""
    lines = st.builds(LineTags, description=VALUES, quantity=NUMBERS, unit_price=AMOUNTS, amount=AMOUNTS)
    assert SAMPLE.job
    assert SAMPLE.visit
    job = st.builds(
        lambda **over: SAMPLE.job and SAMPLE.job.model_copy(update=over),
        number=VALUES,
        title=VALUES,
        kind=st.sampled_from(["job", "estimate"]),
        balance_due=st.none() | AMOUNTS,
        lines=st.lists(lines, max_size=3).map(tuple),
    )
    visit = st.builds(
        lambda **over: SAMPLE.visit and SAMPLE.visit.model_copy(update=over),
        starts_at=MOMENTS,
        technician=st.lists(VALUES, max_size=3).map(tuple),
    )
    maybe_job: JobTags | None = draw(st.none() | job)
    maybe_visit: VisitTags | None = draw(st.none() | visit)
    return a_context(job=maybe_job, visit=maybe_visit, payment=draw(st.sampled_from([None, SAMPLE.payment])))


def a_job(**over: object) -> JobTags:
    """The sample's job with other values."""
    assert SAMPLE.job
    return SAMPLE.job.model_copy(update=over)


def outcome(fill: Callable[[Values], str], values: Values) -> tuple[str, str]:
    """What was written; or which refusal, and of what."""
    try:
        return "written", fill(values)
    except MissingValue as error:
        return "missing", error.tag
    except EmptyMessage:
        return "empty", ""
    except LiquidError as error:
        return type(error).__name__, ""


def both(source: str, *, html: bool, values: Values) -> tuple[str, str]:
    """What program and interpreter agree on."""
    part, template = Part(source, html=html), published(html=html).template(source)
    fast, slow = outcome(part.fill, values), outcome(partial(interpret, template), values)
    assert fast == slow
    return fast


@settings(max_examples=EXAMPLES)
@given(sources(3), contexts(), st.booleans(), LOCALES)
def test_the_fast_path_equals_the_interpreter(source: str, context: RenderContext, html: bool, locale: str) -> None:
    assert both(source, html=html, values=values_of(context, locale))


@settings(max_examples=EXAMPLES // 2)
@given(sources(3), contexts(), st.booleans(), LOCALES)
def test_what_a_template_asks_for_is_all_it_needs(source: str, context: RenderContext, html: bool, locale: str) -> None:
    part = Part(source, html=html)
    asked = values_of(context, locale, reading(part.asks))
    assert outcome(part.fill, asked) == outcome(part.fill, values_of(context, locale))


@pytest.mark.parametrize("lines", [1, 40, 120, 999, 1_001, 6_000])
@pytest.mark.parametrize(
    "body", ["", " ", "x", "{% for b in job.lines %}{% endfor %}", "{% for b in job.lines %}{{ b.amount }}{% endfor %}"]
)
@pytest.mark.survives(43, 44)
def test_both_stop_at_the_same_limits(lines: int, body: str) -> None:
    line = LineTags(description="d", quantity="1", unit_price="1.00 USD", amount="1.00 USD")
    values = values_of(a_context(job=a_job(lines=(line,) * lines)))
    assert both(f"{{% for a in job.lines %}}{body}{{% endfor %}}", html=False, values=values)


@pytest.mark.parametrize("starter", starters(), ids=lambda s: s.slug)
def test_starters_take_the_fast_path(starter: Starter) -> None:
    version = starter.version.main
    for source, html in ((version.subject, False), (version.html, True), (version.text, False)):
        assert both(source, html=html, values=values_of(SAMPLE))[0] == "written"


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in job.lines offset: continue %}{{ a.amount }}{% endfor %}x",
        "{% for a in job.lines %}" * 10 + "{% endfor %}" * 10 + "x",
        "{{ job.number }}" * 1_001,
    ],
)
@pytest.mark.survives(43)
def test_what_is_too_much_for_a_function_is_refused_at_save(source: str) -> None:
    with pytest.raises(Beyond):
        Part(source)
    with pytest.raises(UnfitTemplate):
        rendered(an_email(html=source))


def test_no_word_of_an_author_gets_into_the_source_of_a_function() -> None:
    source = "k1 {k2} 'alpha' \"beta\" \\ {{ 'k3' | append: \"gamma\" }}{{ job.title | default: 'k4' }}{{ job.number }}"
    assert both(source, html=True, values=values_of(SAMPLE))[0] == "written"
    lines = "\n".join(write(published(html=True).template(source)).lines)
    assert not [word for word in ("alpha", "beta", "gamma", "title", "number", "\\") if word in lines]


@pytest.mark.survives(44)
def test_a_long_run_that_misses_a_value_is_first_of_all_too_long() -> None:
    values = values_of(a_context(job=a_job(title="&" * 10_000), visit=None))
    source = "{{ job.title }}" * 60 + "{{ visit.date }}"
    assert both(source, html=True, values=values) == ("OutputStreamLimitError", "")
    assert both("{{ job.title }}{{ visit.date }}", html=True, values=values) == ("missing", "visit.date")


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in job.lines %}{{ a.description | escape | escape | escape | truncate: 1 }}{% endfor %}",
        "{% for a in job.lines %}{{ a.description | truncatewords: 1 }}{% endfor %}",
        "{% for a in job.lines %}{% guard_link %}javascript:{{ a.description }}{% endguard_link %}{% endfor %}",
        "{{ job.lines.first.description | append: job.lines.first.description | truncate: 1 }}" * 100,
    ],
)
@pytest.mark.parametrize("html", [True, False])
@pytest.mark.survives(44)
def test_both_count_what_filters_and_guards_handle(source: str, html: bool) -> None:
    line = LineTags(description="& " * 5_000, quantity="1", unit_price="1.00 USD", amount="1.00 USD")
    values = values_of(a_context(job=a_job(lines=(line,) * 100)))
    assert both(source, html=html, values=values) == ("OutputStreamLimitError", "")


@pytest.mark.survives(43)
def test_a_case_writes_once_what_holds_twice() -> None:  #: nested ones multiplied
    when = "{% case job.kind %}{% when " + ", ".join(["'job'"] * 30) + " %}"
    assert both(when * 6 + "x" + "{% endcase %}" * 6, html=False, values=values_of(SAMPLE)) == ("written", "x")
