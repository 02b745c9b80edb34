"""Pages: templates with autoescape, and headers that let nothing foreign in."""

import re
from datetime import UTC, datetime
from pathlib import Path

from fastapi import Request, Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

HERE = Path(__file__).parent
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_NUMBER = re.compile(r"\b\w{1,12}-\d{1,12}\b")


class Pages:
    """Renders the sandbox's templates."""

    def __init__(self) -> None:
        env = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        env.filters["ago"] = ago
        env.filters["unbroken"] = unbroken
        env.globals["mail_policy"] = MAIL_POLICY
        self._templates = Jinja2Templates(env=env)

    def render(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        form_action: str = "",
        inline_styles: bool = False,
        **context: object,
    ) -> Response:
        """A page without scripts.

        `form_action` names one more origin that a form may lead to. An embedded mail inherits the page's policy, so its
        page must allow inline styles.
        """
        headers = _headers(f"'self' {form_action}".strip(), "'self' 'unsafe-inline'" if inline_styles else "'self'")
        now = datetime.now(UTC)
        return self._templates.TemplateResponse(request, template, context | {"now": now}, status, headers)


def ago(then: datetime, now: datetime) -> str:
    """How long ago, as one would say it; `then` itself once it is over a day."""
    seconds = int((now - then).total_seconds())
    if seconds < 5:
        return "just now"
    if seconds < 60:
        return f"{seconds} s ago"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    return f"{seconds // 3600} h ago" if seconds < 86400 else f"{then:%-d %b %H:%M} UTC"


def unbroken(words: str) -> Markup:
    """The words, escaped; a number such as `1003-1` stays on one line."""
    return Markup(_NUMBER.sub(r'<span class="whole">\g<0></span>', str(escape(words))))  # noqa: S704  (escaped just now)


def _headers(form_action: str, style: str) -> dict[str, str]:
    policy = (
        f"default-src 'none'; style-src {style}; img-src 'self' data:; form-action {form_action}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
