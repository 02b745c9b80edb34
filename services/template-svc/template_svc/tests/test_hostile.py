"""Templates made to hurt: each is stopped, and nobody else waits for it (faults 43 to 50)."""

import asyncio
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from html import escape
from html.parser import HTMLParser
from statistics import quantiles
from typing import Any
from uuid import UUID, uuid4

import httpx
import nh3
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.deliveries import Channel
from contracts.jobs import Role
from contracts.model import starter_id
from contracts.rendering import LineTags, RefusalCode, RenderContext, RenderRequest
from template_svc.aside import MOST_WAITING, Aside, Crash
from template_svc.domain.drafts import UnfitTemplate, Version
from template_svc.domain.guards import guarded
from template_svc.domain.refusals import CannotRender
from template_svc.domain.samples import SAMPLE
from template_svc.domain.work import MAX_OUTPUT
from template_svc.tests.conftest import Service
from template_svc.tests.factories import a_context, an_email
from template_svc.tests.factories import rendered as made
from template_svc.tests.factories import shown as published_before
from template_svc.tests.probes import fall, hoard, spin, stumble
from template_svc.tests.test_program import EXAMPLES, sources
from template_svc.tests.test_rendering import an_ordinary_second
from template_svc.tests.test_renderings_api import SERVICE, an_item, codes, rendered
from template_svc.tests.test_templates_api import published

LOOP = "{% for a in job.lines %}"
HOSTILE = {
    "nested loops": LOOP * 6 + "x" + "{% endfor %}" * 6,  # fault 43
    "counted loops": LOOP + "{{ forloop.index }}" * 9 + "{% endfor %}",  # fault 43
    "huge output": LOOP + "{{ a.description }}" * 40 + "{% endfor %}",  # fault 44
    "filter bomb": LOOP
    + "{{ a.description | escape | escape | escape | escape | truncate: 1 }}{% endfor %}",  # fault 44
    "links": LOOP + '<a href="{{ a.description }}">x</a>{% endfor %}',  # fault 47
    "many tags": "{{ job.title }}" * 900,
}


def heavy() -> RenderContext:
    """A job with many long lines."""
    line = LineTags(description="javascript:" + "&" * 9_000, quantity="1", unit_price="1.00 USD", amount="1.00 USD")
    assert SAMPLE.job
    return a_context(job=SAMPLE.job.model_copy(update={"lines": (line,) * 100}))


@pytest.mark.parametrize("function", [spin, hoard, fall])
@pytest.mark.survives(43, 44)
async def test_what_takes_too_much_ends_with_its_process_and_the_next_call_gets_another(
    function: Callable[[], Any],
) -> None:
    aside = Aside()
    with pytest.raises(CannotRender) as refusal:
        await aside.call(uuid4(), 1.0, function)
    assert refusal.value.code is RefusalCode.LIMIT_EXCEEDED
    assert await asyncio.gather(*(aside.call(uuid4(), 1.0, len, "four") for _ in range(3))) == [4, 4, 4]


async def test_a_mistake_of_ours_is_told_as_one() -> None:
    with pytest.raises(Crash, match="KeyError"):
        await Aside().call(uuid4(), 1.0, stumble)


async def test_a_company_that_asks_for_too_much_at_once_is_told_to_wait(service: Service) -> None:
    company_id = uuid4()
    answers = await asyncio.gather(*(preview(service, company_id, "Hi") for _ in range(MOST_WAITING + 5)))
    assert sorted({answer.status_code for answer in answers}) == [200, 503]


NASTY = st.text(st.characters(exclude_categories=()), max_size=20)  # surrogates, controls, directions: all there is
MARKS = (
    "<fuzz onfuzz=1>",
    '" onfuzz="1',
    "' onfuzz=1 ",
    "]]><fuzz>",
    "--><fuzz>",
    "javascript:fuzz()",
    "</a><fuzz",
    "&lt;fuzz>",
    "&#34; onfuzz=&#34;1",
    "red; position: fixed",
    "red&#59; position: fixed",
    "';position:fixed;y:'",
    "&quota&#39;",
)
PLACES = ("<p>{}</p>", '<a href="{}">x</a>', '<p style="color:{}" title="{}">x</p>', "<td>{}", "<!-- {} -->", "{}")
LITERALS = (
    "{{ M }}",
    "{{ job.number | append: M }}",
    "{{ job.number | escape | append: M }}",
    "{{ job.number | prepend: M }}",
    "{{ job.number | newline_to_br | prepend: M }}",
    "{{ visit.technician | default: M }}",
    "{{ visit.technician | default: M | downcase }}",
    "{{ job.title | truncate: 3, M }}",
    "{{ job.title | truncatewords: 1, M }}",
    "{{ job.lines.first.description | append: M }}",
    "{% for line in job.lines %}{{ line.description | append: M }}{% endfor %}",
)
AROUND = (  # what an author may put around a value so that it frees what the cleaner took for a string
    *("<p>{}</p>", '<p title="{}">x</p>', "<p class='{}'>x</p>", '<a href="{}">x</a>', '<a href="https://a/{}">x</a>'),
    *('<img src="{}" alt="{}">', '<p style="color: {}">x</p>', '<p style="color: {};margin:0">x</p>'),
    "<p style=\"font-family: '{};position:fixed;y:'\">x</p>",
    '<p style="width: calc({};position:fixed;y:(1))">x</p>',
    "<p style='font-family: \"{};position:fixed;y:\"'>x</p>",
)
STYLES_NOT_LISTED = nh3.Cleaner(tags={"p"}, attributes={"p": {"style"}}, filter_style_properties={"position"})


class Found(HTMLParser):
    """What neither data nor literals may bring into a message."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """No tag, attribute or link that runs; no style that is not on the list."""
        self.bad += [tag] if tag == "fuzz" else []
        self.bad += [
            n for n, v in attrs if n == "onfuzz" or (n == "href" and (v or "").strip().startswith("javascript"))
        ]
        styles = "".join(v or "" for n, v in attrs if n == "style")
        self.bad += ["position"] if "position" in STYLES_NOT_LISTED.clean(f'<p style="{escape(styles)}">') else []


def literal(mark: str) -> str:
    """The mark as Liquid writes a text."""
    return f"'{mark}'" if "'" not in mark else f'"{mark}"'


def literals() -> st.SearchStrategy[str]:
    """Pieces of template with a mark in a literal."""
    marks = st.sampled_from(MARKS).map(literal)
    return st.tuples(st.sampled_from(LITERALS), marks).map(lambda t: t[0].replace("M", t[1]))


@settings(max_examples=EXAMPLES)
@given(
    st.lists(st.tuples(st.sampled_from(PLACES + AROUND), sources(2) | literals()), max_size=3),
    NASTY,
    st.sampled_from(MARKS),
    NASTY,
)
@pytest.mark.survives(43, 44, 47)
def test_no_template_and_no_data_crash_it_take_long_or_bring_markup_in(
    pieces: list[tuple[str, str]], before: str, mark: str, after: str
) -> None:
    words = before + mark + after
    line = LineTags(description=words, quantity="2", unit_price="1.00 USD", amount="1.00 USD")
    assert SAMPLE.job
    context = a_context(job=SAMPLE.job.model_copy(update={"title": words, "number": words, "lines": (line,)}))
    email = an_email(html="".join(place.replace("{}", source) for place, source in pieces), text="x")
    started = time.thread_time()
    with suppress(UnfitTemplate, CannotRender):
        message = made(email, context)
        assert not Found(message.html).bad
        assert len(message.html) <= MAX_OUTPUT
    assert time.thread_time() - started < an_ordinary_second()


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("source", LITERALS)
@pytest.mark.survives(47)
def test_no_literal_brings_markup_in(source: str, mark: str) -> None:
    tag, context = source.replace("M", literal(mark)), a_context(visit=None)
    refused = pytest.raises(UnfitTemplate, match="write HTML outside of tags")
    with refused if set("<>") & set(mark) else nullcontext():
        assert not Found(made(an_email(html="".join(AROUND).replace("{}", tag), text="x"), context).html).bad
    assert not Found(made(an_email(preheader=tag), context).html).bad


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("name", ["value", "link", "style"])
@pytest.mark.survives(47)
def test_no_literal_of_what_is_published_brings_markup_in(name: str, mark: str) -> None:
    tag = guarded(f"guard_{name}", f"{{{{ job.number | append: {literal(mark)} }}}}{{{{ {literal(mark)} }}}}")
    attribute = {"value": 'title="', "link": 'href="', "style": "style=\"font-family: '"}[name]
    html = f"<a {attribute}{tag};position:fixed;y:'\">{{{{ {literal(mark)} }}}}</a>"
    assert not Found(published_before(Version(Channel.EMAIL, "Hi", html, "x")).html).bad


@pytest.mark.parametrize(
    ("html", "bad"),
    [
        ('<p title="" onfuzz="1">', ["onfuzz"]),
        ("<fuzz>", ["fuzz"]),
        ('<a href=" javascript:fuzz()">', ["href"]),
        ('<p style="color: red;position: fixed">', ["position"]),
        ("<p style=\"font-family: '';position:fixed;y:''\">", ["position"]),
        ("<p style=\"font-family: ';position:fixed;y:'\">", []),
    ],
)
def test_what_is_looked_for_would_be_found(html: str, bad: list[str]) -> None:
    assert Found(html).bad == bad


async def preview(service: Service, company_id: UUID, html: str) -> Any:
    """Preview a draft."""
    body = {"words": {"subject": "Hi", "html": html, "text": "x"}, "context": heavy().model_dump(mode="json")}
    return await service.call("POST", "/v1/renderings/preview", body, who=(Role.ADMIN, company_id))


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.survives(43, 44)
async def test_a_hostile_draft_is_shown_or_refused(service: Service, name: str) -> None:
    answer = await preview(service, uuid4(), HOSTILE[name])
    assert answer.status_code == 200 or answer.json().get("code") == "limit_exceeded", answer.text


@pytest.mark.survives(43, 44)
async def test_neighbours_get_their_messages_during_an_attack(service: Service) -> None:
    attacker, neighbour = uuid4(), await service.company()
    templates = [await hostile(service, attacker, html) for html in HOSTILE.values()]
    item = an_item(neighbour, starter_id(neighbour, "template", "status-on-the-way"))
    before = [await timed(service, item) for _ in range(50)]
    over = asyncio.Event()
    attack = [asyncio.create_task(attacked(service, attacker, templates, over)) for _ in range(2)]
    during = [await timed(service, item) for _ in range(50)]
    over.set()
    rounds = sum([await task for task in attack])
    assert rounds
    print(f"\nneighbour's ms, p50/p99: before {shown(before)}, during {rounds} attacks {shown(during)}")  # noqa: T201  (with -s)


async def hostile(service: Service, company_id: UUID, html: str) -> str:
    """A published template."""
    variants = {"en-US": {"subject": "Hi", "html": html, "text": "x"}}
    template = await published(service, company_id, default_locale="en-US", variants=variants)
    return str(template["id"])


async def timed(service: Service, item: Any) -> float:
    """Seconds until the neighbour has its message."""
    started = time.perf_counter()
    assert codes(await rendered(service, item)) == ["rendered"]
    return time.perf_counter() - started


async def attacked(service: Service, company_id: UUID, templates: list[str], over: asyncio.Event) -> int:
    """Render and preview until it is over; what is asked was put together before: this loop is the neighbour's, too."""
    context = heavy()
    batch = RenderRequest(items=tuple(an_item(company_id, template, context=context) for template in templates))
    drafts = [{"words": {"subject": "Hi", "html": html, "text": "x"}} for html in HOSTILE.values()]
    calls: list[tuple[str, tuple[Role, UUID | None], bytes]] = [
        ("", SERVICE, batch.model_dump_json(exclude_none=True).encode())
    ]
    calls += [("/preview", (Role.ADMIN, company_id), orjson.dumps(draft)) for draft in drafts]
    rounds = 0
    while not over.is_set():
        answers = await asyncio.gather(*(posted(service, *call) for call in calls))
        assert {answer.status_code for answer in answers} <= {200, 422}
        rounds += 1
    return rounds


async def posted(service: Service, path: str, who: tuple[Role, UUID | None], body: bytes) -> httpx.Response:
    """Send what is put together already."""
    headers = service.issuer.headers(*who) | {"content-type": "application/json"}
    return await service.client.post(f"/v1/renderings{path}", content=body, headers=headers)


def shown(seconds: list[float]) -> str:
    """Median and 99th percentile."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return f"{cuts[49] * 1000:.0f}/{cuts[98] * 1000:.0f}"
