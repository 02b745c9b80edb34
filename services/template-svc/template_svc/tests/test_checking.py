"""What may not be saved: every mistake is named with its line and column (S1.2, S1.4, G9)."""

import time
from contextlib import nullcontext, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.deliveries import Channel
from template_svc.domain.checking import check
from template_svc.domain.drafts import UnfitTemplate, Words, finish
from template_svc.domain.filters import FILTERS
from template_svc.starters import frame
from template_svc.tests.factories import a_text, an_email


def checked(words: Words) -> None:
    """What saving does. Raises `UnfitTemplate`."""
    finish(words, frame())


@pytest.mark.parametrize(
    ("source", "line", "column", "message"),
    [
        ("Hi {{ recipient.first_nam }}", 1, 7, "no tag recipient.first_nam; did you mean recipient.first_name?"),  # G9
        ("a\n\n  {{ job.nmber }}", 3, 6, "no tag job.nmber; did you mean job.number?"),  # G9
        ("{{ job.number | default: job.nmber }}", 1, 26, "no tag job.nmber"),
        ("{% for line in job.lines %}{{ line.amont }}{% endfor %}", 1, 31, "did you mean line.amount?"),
        ("{% if job.numbr == '1' %}x{% endif %}", 1, 7, "no tag job.numbr"),
        ("{% case job.kind %}{% when 'job' %}a{% else %}{{ y }}{% endcase %}", 1, 50, "no tag y"),
        ("{{ job }}", 1, 4, "job is a group of tags"),
        ("{{ job.lines }}", 1, 4, "job.lines is a group of tags"),
        ("{% for c in job.title %}x{% endfor %}", 1, 4, "a loop goes over a list"),
        ("{{ job.number | shout }}", 1, 17, "no filter shout"),
        ("{% if job.number %}", 1, 1, "endif"),
        ("{% for line in job.lines %}", 1, 1, "endfor"),
        ("{{ job.number", 1, 1, "has no end"),
        ("Hi job.number }}", 1, 15, "has no beginning"),
        ("{{ job.number ! }}", 1, 15, ""),
        ("bell \a", 1, 6, "control characters"),
    ],
)
def test_a_mistake_is_refused_with_its_place(source: str, line: int, column: int, message: str) -> None:
    (flaw,) = check("text", source, html=False)
    assert (flaw.line, flaw.column) == (line, column)
    assert message in flaw.message


@pytest.mark.parametrize(
    "source",
    [
        "{% include 'secrets' %}",  # fault 45
        "{% render 'secrets' %}",  # fault 45
        "{% assign a = 1 %}",
        "{% capture a %}b{% endcapture %}",
        "{% increment a %}",
        "{% liquid\n include 'secrets' %}",  # fault 45
        "{% raw %}{{ job.number }}{% endraw %}",  # G9
        "{% doc %}{{ job.number }}{% enddoc %}",
        "{% tablerow l in job.lines %}x{% endtablerow %}",
        "{% for i in (1..100000000) %}x{% endfor %}",  # fault 43
        "{{ job.number | replace: 'a', 'aaaaaaaaaa' }}",  # fault 44
        "{{ job.title | safe }}",  # fault 47
        "{{ job.__class__.__mro__ }}",  # fault 45
        "{{ job['__class__'] }}",  # fault 45
        "{{ now }}",
        "{{ job.number" + " | upcase" * 9 + " }}",  # fault 44
        "{{ 'x" + "y" * 300 + "' }}",
    ],
)
@pytest.mark.survives(43, 44, 45, 47)
def test_what_reaches_beyond_the_message_is_refused(source: str) -> None:
    assert check("text", source, html=False)


@pytest.mark.parametrize(
    "source",
    [
        "{{ visit.technician | default: 'Sam' | upcase }}",
        "{% if visit.date and visit.window != blank %}{{ visit.date }}{% elsif job.number %}x{% else %}y{% endif %}",
        "{% unless visit.date %}soon{% endunless %}",
        "{% case job.kind %}{% when 'job' %}a{% when 'estimate' %}b{% endcase %}",
        "{% for line in job.lines limit: 3 %}{{ forloop.index }}. {{ line.amount }}{% else %}none{% endfor %}",
        "{% comment %} for the office: {{ whatever }} {% endcomment %}ok",
        "{% # a note %}ok",
        "{{- job.number -}}",
        "{{ job.lines.size }} {{ job.lines.first.amount }}",
    ],
)
def test_honest_templates_are_saved(source: str) -> None:
    assert check("text", source, html=False) == []


@pytest.mark.parametrize("tag", ["links.preferences", "links['preferences']", "invitation.url"])
@pytest.mark.parametrize("filters", ["| upcase", "| url_encode", "| default: 'x' | append: '?a=b'", "| truncate: 9"])
def test_no_filter_changes_what_is_put_in_when_the_email_is_sent(tag: str, filters: str) -> None:  # G9
    (flaw,) = check("html", f"{{{{ {tag} {filters} }}}}", html=True)
    assert (flaw.column, "no filter but default" in flaw.message) == (4, True)
    (flaw,) = check("html", f"{{{{ company.portal_url | default: {tag} | upcase }}}}", html=True)
    assert (flaw.column, "no filter but default" in flaw.message) == (34, True)


@pytest.mark.parametrize("part", ["subject", "preheader"])
@pytest.mark.parametrize("source", ["{{ links.preferences }}", "{% if job.number %}{{ invitation.url }}{% endif %}"])
def test_what_is_put_in_when_the_email_is_sent_stands_in_its_body_only(part: str, source: str) -> None:  # G9
    (flaw,) = check(part, source, html=False)
    assert "in its body only" in flaw.message
    assert check("text", source, html=False) == []


def test_what_is_put_in_when_the_email_is_sent_may_have_a_default() -> None:
    assert check("html", "{{ links.preferences | default: company.portal_url }}", html=True) == []


def test_all_mistakes_are_reported_at_once() -> None:
    with pytest.raises(UnfitTemplate) as refusal:
        checked(an_email(subject="{{ a }}", html="{{ b }} {{ c }}", text="{{ d }}"))
    assert [flaw["part"] for flaw in refusal.value.extra["flaws"]] == ["subject", "html", "html", "text"]


@pytest.mark.parametrize("break_", ["\r", "\n", "\0", "\x85", "\t"])
@pytest.mark.survives(46)
def test_a_subject_holds_no_line_break(break_: str) -> None:
    with pytest.raises(UnfitTemplate, match="subject, line 1, column 2"):
        checked(an_email(subject=f"a{break_}Bcc: b@example.com"))


@pytest.mark.survives(47)
def test_html_hides_in_no_tag() -> None:
    with pytest.raises(UnfitTemplate, match="write HTML outside of tags"):
        checked(an_email(html="{{ job.title | append: '<script>' }}"))


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (Words(Channel.EMAIL, subject="a"), "html"),
        (Words(Channel.EMAIL, html="a"), "subject"),
        (Words(Channel.EMAIL, subject=" ", html="a"), "subject"),
        (Words(Channel.SMS), "text"),
        (Words(Channel.SMS, subject="a", text="b"), "subject"),
        (Words(Channel.VOICE, html="a", text="b"), "html"),
        (an_email(html="x" * 64_001), "html"),
        (an_email(subject="x" * 201), "subject"),
        (a_text("x" * 1_601), "text"),
    ],
)
def test_each_channel_has_its_parts_and_their_lengths(words: Words, part: str) -> None:  # S1.1
    with pytest.raises(UnfitTemplate) as refusal:
        checked(words)
    assert [flaw["part"] for flaw in refusal.value.extra["flaws"]] == [part]


def test_a_tag_where_html_can_have_none_is_refused() -> None:
    with pytest.raises(UnfitTemplate, match="html, line 1, column 4: a tag can't stand here"):
        checked(an_email(html="<a {% if job.number %}href='x'{% endif %}>y</a>"))


@pytest.mark.survives(47)
def test_a_tag_inside_a_script_link_is_refused() -> None:
    with pytest.raises(UnfitTemplate, match="html, line 1, column 27: a tag can't stand here"):
        checked(an_email(html='<a href="javascript:alert({{ job.number }})">y</a>'))


@pytest.mark.parametrize(
    "hostile",
    [
        *("{{" + " " * 60_000, "{% " * 20_000, "{{ a }}" * 9_000),
        *("<" * 64_000, "{% if job.number %}" * 3_000, "<div>" * 12_000),
    ],
)
@pytest.mark.survives(43, 44)
def test_hostile_sources_are_checked_in_no_time(hostile: str) -> None:
    started = time.thread_time()
    check_quietly(hostile)
    assert time.thread_time() - started < 5  # a hang takes minutes; the margin is for slow machines


def check_quietly(html: str) -> None:
    """Check, whatever comes of it."""
    with suppress(UnfitTemplate):
        checked(an_email(html=html))


@pytest.mark.parametrize(
    "html",
    [
        '<p title="{% if job.number %}">" onclick=alert(1) {% endif %}x</p>',
        '<p>a href="</p><p title="{% if job.number %}">x</p>{% endif %}',
        '<p title="{% if job.number %}">x</p><p title="{% endif %}">y</p>',
        '<a href="{% for line in job.lines %}">x</a>{% endfor %}',
    ],
)
def test_a_block_that_begins_in_an_attribute_ends_there(html: str) -> None:
    with pytest.raises(UnfitTemplate, match="a block must end"):
        checked(an_email(html=html))


@pytest.mark.parametrize(("depth", "fit"), [(10, True), (12, False), (13, False)])
def test_blocks_too_deep_are_told_as_such(depth: int, fit: bool) -> None:
    source = "{% if job.number %}" * depth + "x" + "{% endif %}" * depth
    for words in (an_email(html=source), an_email(html=f'<p title="{source}">x</p>'), an_email(text=source)):
        with nullcontext() if fit else pytest.raises(UnfitTemplate, match="too deep: up to ten are fine"):
            checked(words)


def test_what_is_too_long_is_told_with_its_length() -> None:
    with pytest.raises(UnfitTemplate, match="this part has 201 characters; 200 are the most"):
        checked(an_email(subject="x" * 201))


def test_html_without_words_needs_a_text_of_its_own() -> None:
    picture = '<img src="https://northside.example/{{ job.number }}.png" alt="">'
    with pytest.raises(UnfitTemplate, match="text, line 1, column 1: this part is needed"):
        checked(an_email(html=picture))
    checked(an_email(html=picture, text="Hello"))


PIECES = (
    *("{{", "}}", "{%", "%}", "-", " if ", " endif ", " for ", "line in job.lines", " endfor ", "job.number", "|", ":"),
    *("'", '"', "<a href=", ">", "</a>", "<table>", "\n", "[", "]", "(", "..", ")", "1", "==", "and", "default", "#"),
)


@given(st.lists(st.sampled_from([*PIECES, *FILTERS]), max_size=25).map("".join))
def test_no_source_makes_the_check_crash(source: str) -> None:
    check_quietly(source)
