"""Pages that customers open by a link: a card, no script, no cookie, nothing from elsewhere, in their language."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

ENGLISH = "en"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",  # the address of such a page is a key to it
    "Cache-Control": "no-store",
}


def page_answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI of answers that are pages; a refusal that no page tells is a problem, as everywhere."""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    page = {"text/html": {"schema": {"type": "string"}}}
    return {status: {"content": page | problem if status >= 400 else page} for status in statuses}


class Pages:
    """A service's templates, each an extension of `card.html`, and its words by language."""

    def __init__(self, templates: Path, words: Mapping[str, object]) -> None:
        self._words = words
        self._environment = Environment(
            loader=FileSystemLoader([templates, Path(__file__).parent]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: str, locale: str, status: int = 200, **values: object) -> Response:
        """A page in the language of a locale, or in English; `company` is whose colour and logo it has, or `None`."""
        language = locale.partition("-")[0]
        language = language if language in self._words else ENGLISH
        words = self._words[language]
        text = self._environment.get_template(template).render(words=words, language=language, **values)
        return Response(text, status, HEADERS, media_type="text/html")
