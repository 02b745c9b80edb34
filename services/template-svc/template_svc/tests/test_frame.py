"""The frame around every email: readable in every colour, inlined, and telling why it came."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rendering import CompanyTags, JobTags, RenderContext
from template_svc.domain.colours import BLACK, WHITE, contrast
from template_svc.domain.drafts import UnfitTemplate, finish
from template_svc.domain.inlining import MOST_BYTES
from template_svc.domain.samples import SAMPLE
from template_svc.starters import frame
from template_svc.tests.factories import a_context, an_email, bare, rendered, the_least

BUTTON = an_email(html='<p><a class="button" href="https://a.example">Go</a></p>')


def of_colour(colour: str | None) -> RenderContext:
    """The sample, from a company of that colour."""
    return a_context(company=SAMPLE.company.model_copy(update={"colour": colour}))


def luminance(colour: str) -> float:
    """WCAG 2.2: relative luminance."""
    shares = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


@given(st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True))
def test_the_words_of_a_button_can_be_read_upon_every_colour(colour: str) -> None:
    ink = contrast(colour)
    assert ink in {BLACK, WHITE}
    dark, light = sorted((luminance(colour), luminance(ink)))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize(("colour", "ink"), [("#ffe14d", BLACK), ("#0b6e4f", WHITE), ("#1f6feb", WHITE)])
def test_a_button_has_its_companys_colour(colour: str, ink: str) -> None:
    html = rendered(BUTTON, of_colour(colour)).html
    button = next(tag for tag in html.split("<") if tag.startswith('a class="button"'))
    for style in (f"background-color: {colour}", f"color: {ink}", f"border: 1px solid {ink}"):
        assert style in button


def test_what_is_no_colour_is_written_upon_in_black() -> None:
    assert [contrast(odd) for odd in ("", "#12", "red", "#zzzzzz")] == [BLACK] * 4


def test_styles_are_in_the_elements_and_only_media_queries_stay_in_the_head() -> None:
    html = rendered(BUTTON).html
    head, body = html.split("<body")
    assert head.count("<style>") == 1
    assert "@media (max-width: 480px)" in head
    assert "@media (prefers-color-scheme: dark)" in head
    assert ".button" not in head
    assert "data-css-inline" not in html
    assert '<p style="margin: 0 0 16px;">' in body


def test_an_authors_own_style_goes_before_the_frames() -> None:
    assert '<p style="margin: 0">x</p>' in rendered(an_email(html='<p style="margin: 0">x</p>')).html


def test_blocks_in_a_table_stay_where_they_are() -> None:
    rows = "{% for line in job.lines %}<tr><td>{{ line.amount }}</td></tr>{% else %}<tr><td>None</td></tr>{% endfor %}"
    html = f'<table class="facts">{{% if job.number %}}<tr><th scope="row">Job</th></tr>{{% endif %}}{rows}</table>'
    written = bare(rendered(an_email(html=html)).html).replace("\n", "")
    row = '<table class="facts"><tr><th scope="row">Job</th></tr>'
    assert row + "<tr><td>$310.00</td></tr><tr><td>$170.00</td></tr></table>" in written


LIQUID = re.compile("{[{%][^}]*[%}]}")
PIECES = (
    *("{% if job.number %}", "{% else %}", "{% endif %}", "{% for line in job.lines %}", "{{ line.amount }}"),
    *(
        "{% endfor %}",
        "{{ job.title }}",
        "<p>",
        "</p>",
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<ul>",
    ),
    *('<p style="color:{{ job.title }};color:{{ job.kind }} !important">', '<a class="button" href="', '">', "</a>"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_tag_of_an_author_gets_lost_or_moves(html: str) -> None:
    with suppress(UnfitTemplate):
        kept = finish(an_email(html=html, text="x"), frame()).html
        body = kept.split("{% guard_html %}")[1].split("{% endguard_html %}")[0]
        own = [tag for tag in LIQUID.findall(body) if "guard" not in tag and "company.colour" not in tag]
        assert own == LIQUID.findall(html)


def test_an_email_that_mail_programs_would_cut_is_refused() -> None:
    cells = "<p>x</p>" * 3_000
    with pytest.raises(UnfitTemplate, match="over 100 KB"):
        finish(an_email(html=cells), frame())
    assert len(rendered(an_email(html="<p>x</p>" * 1_000)).html.encode()) < MOST_BYTES


def why(context: RenderContext, locale: str = "en-US") -> str:
    """The last lines of an email, which say why it came."""
    return rendered(an_email(), context, locale).text.split("--\n")[1]


def about(**parts: object) -> RenderContext:
    """Nothing but the given parts."""
    return the_least().model_copy(update=parts)


JOB = JobTags(number="7", kind="estimate", title="x", status="x", total="1.00 USD", balance="1.00 USD")


@pytest.mark.parametrize(
    ("language", "context", "reason"),
    [
        ("en", about(job=JOB), "because Northside has your address on file for estimate #7."),
        ("en", about(request=SAMPLE.request), "because you asked Northside for service."),
        ("en", about(invitation=SAMPLE.invitation), "because of your account with Northside."),
        ("en", the_least(), "because Northside has your address on file."),
        ("es", about(job=JOB), "porque Northside tiene su dirección registrada para el presupuesto #7."),
        ("es", about(request=SAMPLE.request), "porque le pidió un servicio a Northside."),
        ("es", about(invitation=SAMPLE.invitation), "por su cuenta con Northside."),
        ("es", the_least(), "porque Northside tiene su dirección registrada."),
    ],
)
def test_every_email_says_why_it_came(language: str, context: RenderContext, reason: str) -> None:
    assert reason in why(context, language)


@pytest.mark.parametrize(("language", "words"), [("en", "unsubscribe"), ("es", "cancele su suscripción")])
def test_every_email_has_an_address_and_a_way_to_unsubscribe(language: str, words: str) -> None:
    company = CompanyTags(name="Northside", postal_address="1 Elm St, Denver, CO 80204")
    message = rendered(an_email(), about(company=company, links=SAMPLE.links), language)
    for part in (message.text, message.html):
        assert "1 Elm St, Denver, CO 80204" in part
        assert words in part
        assert "https://preferences.invalid/" in part


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_email_says_which_language_it_is_in(language: str) -> None:
    assert f'<html lang="{language}"' in rendered(an_email(), locale=language).html
    assert "{{" not in rendered(an_email(), locale=language).html


def test_the_frame_is_english_where_there_is_none_in_a_language() -> None:
    assert frame("fr").text == frame("en").text


def test_an_author_who_writes_one_long_line_makes_no_email_that_must_be_encoded() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>{'words ' * 20}</td></tr>" for n in range(20))
    document = finish(an_email(html=f"<table>{rows}</table><p>Thanks.</p>"), frame("en")).html
    assert max(map(len, document.split("\n"))) <= 998
