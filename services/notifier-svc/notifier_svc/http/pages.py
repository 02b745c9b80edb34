"""The one page that customers see here: which emails they get. No script, no cookie, nothing from elsewhere."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.inbound import Scope
from contracts.profiles import CompanyProfile
from notifier_svc.domain.choices import ENGLISH, WORDS, Words

ORDER = (Scope.REMINDERS, Scope.BROADCASTS, Scope.EVERYTHING)
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",  # the address of this page is a key to it
    "Cache-Control": "no-store",
}

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    company: CompanyProfile, masked_address: str | None, stopped: Mapping[Scope, bool], about: Scope, url: str
) -> Response:
    """What comes to this address; `about` is what the link that led here would stop."""
    language = company.locale.partition("_")[0]
    language = language if language in WORDS else ENGLISH
    return _html(200, language, company=company, address=masked_address, stopped=stopped, about=about, url=url)


def refusal() -> Response:
    """For a link that was cut or mistyped."""
    return _html(404, ENGLISH, company=None)


def _html(status: int, language: str, **values: object) -> Response:
    words: Words = WORDS[language]
    text = _TEMPLATES.get_template("choices.html").render(words=words, language=language, order=ORDER, **values)
    return Response(text, status, HEADERS, media_type="text/html")
