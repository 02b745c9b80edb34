"""A mistake in a tag is told in words for an office: what is wrong, where, and what to do (S1.2, G9)."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from template_svc.domain.checking import check
from template_svc.domain.filters import FILTERS
from template_svc.domain.mistakes import _TABLE, CANNOT_BE_READ, explained
from template_svc.domain.scan import MAX_FLAWS
from template_svc.tests.test_checking import PIECES

AT = "Hello\n  "  # what stands before: each place is of the second line, from column 3

SAID = [
    # blocks
    ("{% if job.number %}x", 3, "{% if %} begins here and is not closed: write {% endif %}"),
    ("{% for line in job.lines %}x", 3, "write {% endfor %} where it ends"),
    ("{% if job.number %}{% unless job.title %}x{% endif %}", 22, "{% unless %} begins here and is not closed"),
    ("{% comment %}x {{ ! }}", 3, "write {% endcomment %}"),
    ("x{% endif %}", 4, "{% endif %} closes nothing: there is no {% if %} before it"),
    ("{% if job.number %}x{% endfor %}{% endif %}", 23, "{% endfor %} closes nothing"),
    ("{% elsif job.number %}", 3, "{% elsif %} stands alone"),
    ("{% when 'job' %}", 3, "belongs between {% case %} and its end"),
    ("{% include 'secrets' %}", 3, "there is no {% include %}; there are if, unless, for, case"),
    ("{% IF job.number %}x{% endif %}", 3, "there is no {% IF %}; did you mean {% if %}?"),
    ("{% if job.number %}a{% elseif job.title %}b{% endif %}", 23, "did you mean {% elsif %}?"),
    ("{% if job.number %}a{% else if job.title %}b{% endif %}", 31, "{% else %} takes no condition: write {% elsif"),
    ("{% if job.number %}a{% else %}b{% else %}c{% endif %}", 37, "there is one {% else %} in a block"),
    ("{% unless job.number %}a{% else %}b{% else %}c{% endunless %}", 41, "there is one {% else %} in a block"),
    ("{% %}", 3, "{% %} says nothing"),
    ("{% # a\n b %}", 8, "each line of {% # a note %} begins with #"),
    ("{% if job.number %}" * 13 + "{% endif %}" * 13, 253, "up to ten are fine"),
    ("{% case job.kind %}{% if job.number %}x{% endif %}{% endcase %}", 25, "the first {% when %}"),
    # tags that do not end or begin
    ("{{ job.number", 3, "{{ begins a tag that has no end within 300 characters: write }} after it"),
    ("{{ job.number }", 3, "{{ begins a tag that has no end"),
    ("{% if job.number", 3, "write %} after it"),
    ("job.number }}", 14, "}} ends a tag that has no beginning: {{ is missing"),
    ("{% raw %}", 3, "{% raw %} is not available in messages"),
    ("{{ job.number } and {{ job.title }}", 17, "a brace stands alone here"),
    # what is in {{ }}
    ("{{ }}", 3, "no tag is named here: write its name"),
    ("{{ job. }}", 3, "between single dots, as in job.number"),
    ("{{ job..number }}", 9, "between single dots"),
    ("{{ job[ }}", 3, "between single dots"),
    ("{{ job number }}", 10, "a tag's name has no blanks"),
    ("{{ job.number or job.title }}", 17, "a tag shows one thing"),
    ("{{ 'x' if job.number else 'y' }}", 10, "a tag has no 'if' in it"),
    ("{{ job.number + 1 }}", 17, "tags don't calculate"),
    ("{{ job.number & 1 }}", 17, "this sign can't stand in a tag"),
    ("{{ job.number ! }}", 17, "this sign can't stand in a tag"),
    # filters
    ("{{ job.number | }}", 3, "after | stands the name of a filter"),
    ("{{ job.number | 'x' }}", 19, "after | stands the name of a filter"),
    ("{{ job.number || upcase }}", 17, "after | stands the name of a filter"),
    ("{{ | upcase }}", 6, "nothing stands before |"),
    ("{{ job.number | default 'x' }}", 27, "a filter has a colon before what it takes"),
    ("{{ job.title | truncate: 20 '...' }}", 31, "put a comma between what a filter takes"),
    ("{{ job.number | default: 'x }}", 28, "a quote begins here and does not end"),
    ('{{ job.number | default: "x }}', 28, "a quote begins here and does not end"),
    ("{{ job.number | default: “x” }}", 28, "write straight ones, ' or \""),
    ("{{ job.number | upcase: 1 }}", 19, "upcase takes nothing"),
    ("{{ job.number | append }}", 19, "append is written append: '!'"),
    ("{{ job.number | append: 'a', 'b' }}", 19, "append is written"),
    ("{{ job.number | default }}", 19, "default is written default: 'your job'"),
    ("{{ job.title | truncate: 'long' }}", 18, "truncate is written truncate: 20, '...'"),
    ("{{ job.title | truncate: length: 3 }}", 18, "truncate is written"),
    # conditions and loops
    ("{% if %}x{% endif %}", 6, "this condition says nothing"),
    ("{% if job.kind = 'job' %}x{% endif %}", 18, "to compare, write =="),
    ("{% if job.kind is 'job' %}x{% endif %}", 18, "to compare, write =="),
    ("{% if job.kind === 'job' %}x{% endif %}", 20, "to compare, write =="),
    ("{% if job.kind == %}x{% endif %}", 3, "something is missing at the end of this condition"),
    ("{% if (job.kind) %}x{% endif %}", 9, "conditions have no parentheses"),
    ("{% if not job.kind %}x{% endif %}", 9, "write {% unless"),
    ("{% if job.total > 100 %}x{% endif %}", 9, "job.total is words, which < and > can't compare"),
    ("{% if job.kind <= 'job' %}x{% endif %}", 9, "job.kind is words"),
    ("{% for %}x{% endfor %}", 6, "{% for %} names no list: a loop is written"),
    ("{% for line job.lines %}x{% endfor %}", 15, "a loop is written {% for line in job.lines %}"),
    ("{% for line in %}x{% endfor %}", 3, "a loop is written"),
    ("{% for line in job.lines limit 3 %}x{% endfor %}", 34, "limit: 3"),
    ("{% for line in job.lines limt: 3 %}x{% endfor %}", 28, "limit: 3"),
    ("{% for a.b in job.lines %}x{% endfor %}", 10, "a loop is written"),
    ("{% case %}{% when 'a' %}x{% endcase %}", 6, "{% case %} names no tag"),
    ("{% case job.kind %}{% when %}x{% endcase %}", 25, "{% when %} names no word"),
]


@pytest.mark.parametrize(("source", "column", "message"), SAID)
def test_a_mistake_is_told_in_plain_words_at_its_place(source: str, column: int, message: str) -> None:
    found = check("text", AT + source, html=False)
    assert [(flaw.line, flaw.column) for flaw in found if message in flaw.message] == [(2, column)], found
    assert not any("expected" in flaw.message or flaw.message == CANNOT_BE_READ for flaw in found)


def test_each_line_of_the_table_is_met_by_a_real_mistake() -> None:
    said = {flaw.message for source, *_ in SAID for flaw in check("text", source, html=False)}
    unmet = [pattern.pattern for pattern, _, meaning in _TABLE if meaning not in said]
    assert unmet == []


def test_all_tags_at_fault_are_told_at_once() -> None:
    source = "{{ job number }}\n{% if job.kind = 'job' %}{{ job.title | }}"
    found = check("text", source, html=False)
    assert [(flaw.line, flaw.column) for flaw in found] == [(1, 8), (2, 1), (2, 16), (2, 26)]


def test_what_is_new_is_told_plainly_and_kept_for_who_helps() -> None:
    assert explained("something that no version has said before", "{{") == CANNOT_BE_READ
    [flaw] = check("text", "{{ job number }}", html=False)
    assert flaw.detail == "expected end of expression, found word"


@pytest.mark.parametrize(
    "source",
    [
        "{% if forloop.index > 1 %}x{% endif %}",
        "{% if job.lines.size >= 2 %}x{% endif %}",
        "{{ job.title | truncate: 20 }}{{ job.title | truncate: 20, '' }}{{ job.title | truncatewords }}",
        "{{ job.title | default: 'x', allow_false: true }}{{ job.title | escape | newline_to_br | url_encode }}",
        "{% unless job.number %}a{% elsif job.title %}b{% else %}c{% endunless %}",
    ],
)
def test_what_is_right_stays_right(source: str) -> None:
    found = check("text", "{% for line in job.lines %}" + source + "{% endfor %}", html=False)
    assert found == []


@pytest.mark.parametrize(
    "hostile",
    [
        "{% if job.number %}" * 3_000,
        "{% if job.number %}" * 1_500 + "{% endfor %}" * 2_000,
        "{{ ! }}" * 9_000,
        "{% x %}" * 9_000,
    ],
)
@pytest.mark.survives(43, 44)
def test_mistakes_without_end_are_told_in_no_time(hostile: str) -> None:
    started = time.thread_time()
    assert len(check("text", hostile, html=False)) == MAX_FLAWS
    assert time.thread_time() - started < 5  # quadratic time takes minutes; the margin is for slow machines


@given(st.lists(st.sampled_from([*PIECES, *FILTERS]), max_size=12).map("".join))
def test_no_mistake_is_told_in_the_words_of_the_parser(source: str) -> None:
    for flaw in check("text", source, html=False):
        assert not re.search(r"found |disallowed|primitive|token|unexpected", flaw.message), flaw
