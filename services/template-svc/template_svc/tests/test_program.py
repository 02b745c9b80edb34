"""The fast path and the interpreter agree on everything: what is written, what is refused, and why."""

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from liquid.exceptions import LiquidError

from contracts.rendering import JobTags, LineTags, RenderContext, VisitTags
from template_svc.domain.filters import STYLES
from template_svc.domain.guards import EmptyMessage, guarded, published
from template_svc.domain.language import MissingValue
from template_svc.domain.rendering import Part, interpret
from template_svc.domain.samples import SAMPLE
from template_svc.domain.values import Values, reading, values_of
from template_svc.starters import Starter, starters
from template_svc.tests.factories import a_context

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
TEXTS = st.sampled_from(["", " ", "\n", "a", "<b>", "&", "é ", "'"])
NUMBERS = st.sampled_from(["1", "2.5", "1000"])
AMOUNTS = st.sampled_from(["0.00 USD", "480.00 USD", "-1234.50 EUR"])
MOMENTS = st.sampled_from([f"2026-11-24T{clock}-07:00[America/Denver]" for clock in ("10:00:00", "23:59:59")])
LOCALES = st.sampled_from(["en-US", "en", "es", "es-US", "fr-CA", "ar", "nonsense"])
VALUES = st.sampled_from(["", " ", "a", "a", "b", "<script>", "a & b", "x y", "job"])


def paths(*, loop: bool) -> st.SearchStrategy[str]:
    """A tag that may stand here."""
    return st.sampled_from(PATHS + FIELDS if loop else PATHS)


def outputs(*, loop: bool) -> st.SearchStrategy[str]:
    """`{{ path | filters }}`."""
    path = paths(loop=loop)
    argument = st.one_of(path, st.sampled_from(["'z'", "''", "'&'"]))
    used = st.one_of(
        st.sampled_from(
            ["", "", "", " | upcase", " | capitalize", " | strip", " | newline_to_br", " | escape", " | contrast"]
        ),
        argument.map(lambda a: f" | default: {a}"),
        argument.map(lambda a: f" | append: {a}"),
        argument.map(lambda a: f" | prepend: {a}"),
    )
    plain = st.tuples(path, used, used).map(lambda t: f"{{{{ {t[0]}{t[1]}{t[2]} }}}}")
    typed = st.tuples(st.sampled_from(TYPED), typed_filters(), used).map(lambda t: f"{{{{ {t[0]} | {t[1]}{t[2]} }}}}")
    return st.one_of(plain, typed, path.map(lambda p: f"{{{{ {p} | default: 'none' }}}}"))


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
        st.tuples(looped, inner).map(lambda t: f"{{% for line in job.lines %}}{t[0]}{{% else %}}{t[1]}{{% endfor %}}"),
        inner.map(lambda source: guarded("guard_link", source)),
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
    program, template = Part(source, html=html).program, published(html=html).template(source)
    assert program
    fast, slow = outcome(program.fill, values), outcome(partial(interpret, template), values)
    assert fast == slow
    return fast


@settings(max_examples=1_000, deadline=None)
@given(sources(3), contexts(), st.booleans(), LOCALES)
def test_the_fast_path_equals_the_interpreter(source: str, context: RenderContext, html: bool, locale: str) -> None:
    assert both(source, html=html, values=values_of(context, locale))


@settings(max_examples=300, deadline=None)
@given(sources(3), contexts(), st.booleans(), LOCALES)
def test_what_a_template_asks_for_is_all_it_needs(source: str, context: RenderContext, html: bool, locale: str) -> None:
    part = Part(source, html=html)
    asked = values_of(context, locale, reading(part.asks))
    assert outcome(part.fill, asked) == outcome(part.fill, values_of(context, locale))


@pytest.mark.parametrize("lines", [1, 40, 120, 999, 1_001, 6_000])
@pytest.mark.parametrize(
    "body", ["", " ", "x", "{% for b in job.lines %}{% endfor %}", "{% for b in job.lines %}{{ b.amount }}{% endfor %}"]
)
def test_both_stop_at_the_same_limits(lines: int, body: str) -> None:  # faults 43, 44
    line = LineTags(description="d", quantity="1", unit_price="1.00 USD", amount="1.00 USD")
    assert SAMPLE.job
    values = values_of(a_context(job=SAMPLE.job.model_copy(update={"lines": (line,) * lines})))
    assert both(f"{{% for a in job.lines %}}{body}{{% endfor %}}", html=False, values=values)


@pytest.mark.parametrize("starter", starters(), ids=lambda s: s.slug)
def test_starters_take_the_fast_path(starter: Starter) -> None:
    version = starter.version.main
    for source, html in ((version.subject, False), (version.html, True), (version.text, False)):
        assert both(source, html=html, values=values_of(SAMPLE))[0] == "written"


@pytest.mark.parametrize(
    "source",
    [
        "{% case job.kind %}{% when 'job' %}a{% endcase %}",
        "{{ job.title | truncate: 3 }}",
        "{{ job.lines.size }}",
        "{% for line in job.lines limit: 1 %}{{ forloop.index }}{% endfor %}",
        "{% if job.lines.size > 1 %}{{ job.lines.first.amount }}{% endif %}",
    ],
)
def test_all_else_is_left_to_the_interpreter(source: str) -> None:
    part = Part(source)
    assert part.program is None
    assert part.fill(values_of(SAMPLE))
