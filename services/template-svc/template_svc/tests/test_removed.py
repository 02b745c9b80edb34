"""What emails can't have is taken out, and its author is told what and where (fault 47)."""

import time
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jobs import Role
from template_svc.domain.markup import sanitise
from template_svc.domain.removed import removed
from template_svc.starters import Starter, starters
from template_svc.tests.conftest import Service
from template_svc.tests.factories import an_email, rendered

LINK = "it must begin with http, https, mailto, sms, tel"


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<p>x</p>\n <script>alert('<b>')</script>", [(2, 2, "<script> was taken out, with all that it holds")]),
        ("<style>p {}</style>", [(1, 1, "<style> was taken out, with all that it holds")]),
        ("<p>a</p><CENTER>x</CENTER><center>y</center>", [(1, 9, "<center> was taken out (2 times)")]),
        ('<p title="a>b"\n onclick=x>x</p>', [(1, 1, "onclick of <p> was taken out")]),
        ('<a href="javascript:x">x</a>', [(1, 1, f"href of <a> was taken out: {LINK}")]),
        ('<img src="cid:a" alt="">', [(1, 1, f"src of <img> was taken out: {LINK}")]),
        ("<p style='color: red; Position: fixed'>x</p>", [(1, 1, "position in the style of <p> was taken out")]),
        ("{{ job.number }}<td>x</td>", [(1, 17, "<td> was taken out")]),
        ("<p>{% if job.number %}<i>a{% endif %}</i></p><blink>x", [(1, 46, "<blink> was taken out")]),
        ("a <!-- b --> c", [(1, 3, "a comment was taken out: for words to the office there is {% comment %}")]),
        ("<!DOCTYPE html><p>x</p>", [(1, 1, "a declaration was taken out: every email gets its own")]),
        ("<html>\n<body>x</body></html>", [(1, 1, "<html>"), (2, 1, "<body> was taken out: every email gets its own")]),
        ("<p title=\"{{ job.number | default: 'a>b' }}\" on=1>x</p>", [(1, 1, "on of <p> was taken out")]),
        ('<!-- --!><p data-fieldbell="x">x</p>', [(1, 1, "a comment was taken out")]),
        ("<p " + "x" * 500 + ">x</p>", [(1, 1, "x" * 40 + " of <p> was taken out")]),
    ],
)
def test_what_is_taken_out_is_told_with_its_place(html: str, told: list[tuple[int, int, str]]) -> None:
    found = removed(html)
    assert [(flaw.part, flaw.line, flaw.column) for flaw in found] == [
        ("html", line, column) for line, column, _ in told
    ]
    assert all(message in flaw.message for flaw, (*_, message) in zip(found, told, strict=True))


@pytest.mark.parametrize(
    "html",
    [
        "a < b > c & d",
        "<table><tbody>{% for l in job.lines %}<tr><td>{{ l.amount }}</td></tr>{% endfor %}</tbody></table>",
        "<b><p>x</b>y</p>",
        "<p style=\"font-family: 'a;b:c'; color: {{ company.colour }}\">x</p>",
        '<a href="{{ links.preferences }}" rel="x" target="_blank">x</a>',
        "<img src=https://northside.example/a.png>",
        "</p onclick=x>",
    ],
)
def test_what_stays_or_is_missed_by_nobody_is_not_told(html: str) -> None:
    assert removed(html) == []


@pytest.mark.parametrize("starter", starters(), ids=lambda s: s.slug)
def test_nothing_is_taken_out_of_a_starter(starter: Starter) -> None:
    assert [
        removed(words.html) for words in starter.words.by_locale.values() if words.html and removed(words.html)
    ] == []


GOOD = ("<p>a</p>", "<b>b</b>", '<a href="https://northside.example">c</a>', "{{ job.number }}", "<br>", "d < e", "\n")
BAD = {
    "<blink>x</blink>": "<blink>",
    "<p onclick='y'>x</p>": "onclick of <p>",
    "<iframe src='https://a'></iframe>": "<iframe>",
    "<i style='position: fixed'>x</i>": "position in the style of <i>",
}


@given(st.lists(st.sampled_from([*GOOD, *BAD]), max_size=8))
def test_just_what_is_taken_out_is_told(pieces: list[str]) -> None:
    html = "".join(pieces)
    expected = {BAD[piece] for piece in pieces if piece in BAD}
    assert {flaw.message.partition(" was taken out")[0] for flaw in removed(html)} == expected
    assert all(piece.split(">")[0] not in sanitise(html)[0] for piece in pieces if piece in BAD)


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<a/", "<!--", "<!", "<?", "</", "<a title='", "<p a    ", "<script>", "&"]
)
@pytest.mark.survives(44)
def test_what_never_ends_is_read_in_no_time(piece: str) -> None:
    started = time.thread_time()
    removed(piece * (64_000 // len(piece)))
    assert time.thread_time() - started < 5  # quadratic time takes minutes; the margin is for slow machines


@pytest.mark.parametrize("row", ["<p><b>x</p>", "<b x=1>", "<tr><td><strong>x</td></tr>"])
@pytest.mark.survives(44)
def test_many_that_are_not_closed_are_read_in_no_time_and_told(row: str) -> None:
    started = time.thread_time()
    [told] = removed(row * (60_000 // len(row)))
    assert "is not closed: write </" in told.message
    assert time.thread_time() - started < 5
    assert not any("not closed" in flaw.message for flaw in removed(row * 100))


@pytest.mark.parametrize("html", ["<script>alert(1)</script>", "<p onclick='alert(1)'>", "<!-- alert(1) -->"])
def test_what_is_told_is_not_sent(html: str) -> None:
    assert "alert" not in rendered(an_email(html=f"<p>Hello</p>{html}", text="x")).html


def draft(*htmls: str) -> dict[str, Any]:
    """One language for each."""
    variants = {locale: {"subject": "Hi", "html": html} for locale, html in zip(("en", "es"), htmls, strict=False)}
    return {"name": "Hi", "default_locale": "en", "variants": variants}


async def test_a_save_tells_what_it_leaves_out_and_keeps_the_draft_as_it_is(service: Service) -> None:
    admin, body = (Role.ADMIN, uuid4()), draft("<p>Hello</p>", "<p>\n<font>Hola</font></p>")
    saved = await service.call("POST", "/v1/templates", body, who=admin)
    [warning] = saved.json()["warnings"]
    place = {"locale": "es", "part": "html", "line": 2, "column": 1}
    assert warning == place | {"message": "<font> was taken out", "detail": ""}
    path = saved.headers["location"]
    assert (await service.call("GET", path, who=admin)).json()["variants"]["es"]["html"] == "<p>\n<font>Hola</font></p>"
    again = await service.call("PUT", path, body | {"name": "Hello"}, who=admin, if_match='"1"')
    published = await service.call("POST", f"{path}/publish", who=admin, if_match='"2"')
    assert again.json()["warnings"] == published.json()["warnings"] == [warning]


async def test_a_check_tells_it_before_the_save(service: Service) -> None:
    asked = {"variants": draft("<p onclick='x'>Hello</p>")["variants"]}
    answer = await service.call("POST", "/v1/renderings/check", asked, who=(Role.DISPATCHER, uuid4()))
    assert answer.json()["flaws"] == []
    assert [warning["message"] for warning in answer.json()["warnings"]] == ["onclick of <p> was taken out"]
