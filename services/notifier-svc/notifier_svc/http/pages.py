"""The one page that customers see here: which emails they get."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fastapi import Response

from contracts.inbound import Scope
from contracts.profiles import CompanyProfile
from notifier_svc.domain.choices import WORDS, Choice
from servicekit.pages import Pages

ORDER = (Scope.REMINDERS, Scope.BROADCASTS, Scope.EVERYTHING)

_PAGES = Pages(Path(__file__).parent.parent / "pages", WORDS)


def page(
    company: CompanyProfile, masked_address: str | None, choices: Iterable[Choice], about: Scope, url: str, all_url: str
) -> Response:
    """What comes to this address; `about` is what the link that led here would stop, at `all_url` is all else."""
    values: dict[str, Any] = {
        "address": masked_address,
        "choices": {choice.scope: choice for choice in choices},
        "about": about,
        "url": url,
        "all_url": all_url,
        "order": ORDER,
    }
    return _PAGES.render("choices.html", company.locale, company=company, **values)


def refusal() -> Response:
    """For a link that was cut or mistyped."""
    return _PAGES.render("choices.html", "en", 404, company=None)
