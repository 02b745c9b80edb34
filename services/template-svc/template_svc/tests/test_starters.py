"""The starter emails: complete, for every occasion, with much to say and with little."""

from typing import Any

import pytest

from contracts.rendering import RenderContext
from template_svc.domain.rendering import compile_version, render
from template_svc.domain.samples import SAMPLE
from template_svc.domain.values import values_of
from template_svc.starters import Starter, starters
from template_svc.tests.factories import a_context, the_least

SLUGS = {
    *("estimate-created", "job-created", "job-updated", "job-cancelled", "status-scheduled", "status-on-the-way"),
    *("status-done", "work-order-closed", "payment-receipt", "invoice-issued", "follow-up"),
    *("request-received", "request-accepted", "request-rejected"),
}


def minimal(slug: str) -> RenderContext:
    """What is always there on the occasion of a starter."""
    if slug.startswith("request-"):
        assert SAMPLE.request
        return the_least().model_copy(update={"request": SAMPLE.request.model_copy(update={"reason": None})})
    assert SAMPLE.job
    job = SAMPLE.job.model_copy(update={"lines": (), "previous_status": None})
    extra: dict[str, dict[str, Any]] = {
        "payment-receipt": {"payment": SAMPLE.payment},
        "invoice-issued": {"invoice": SAMPLE.invoice},
    }
    return the_least().model_copy(update={"job": job, **extra.get(slug, {})})


def test_there_is_a_starter_for_every_occasion() -> None:
    assert {starter.slug for starter in starters()} == SLUGS


@pytest.mark.parametrize("starter", starters(), ids=lambda s: s.slug)
def test_a_starter_reads_well_with_everything_known(starter: Starter) -> None:
    message = render(compile_version(starter.version), values_of(SAMPLE))
    for part in (message.html, message.text):
        assert "Hi Maria," in part
        assert "1200 Larimer Street, Denver, CO 80204" in part
        assert "Northside Plumbing" in part
    for part in (message.subject, message.html, message.text):
        assert "{{" not in part
        assert "None" not in part
        assert part is message.html or "  " not in part
    assert len(message.html) < 12_000
    assert 'src="https://northside.example/logo.png"' in message.html
    assert "#0b6e4f" in message.html


@pytest.mark.parametrize("starter", starters(), ids=lambda s: s.slug)
def test_a_starter_reads_well_with_the_least_known(starter: Starter) -> None:
    message = render(compile_version(starter.version), values_of(minimal(starter.slug)))
    assert "Hi Maria," in message.text
    assert message.subject
    assert "src=" not in message.html


@pytest.mark.parametrize("starter", starters(), ids=lambda s: s.slug)
def test_cleaning_takes_nothing_from_a_starter(starter: Starter) -> None:
    message = render(compile_version(starter.version), values_of(a_context()))
    assert "<h1>" in message.html
    assert 'class="facts"' in message.html or starter.slug == "follow-up"


def test_on_the_way_says_who_comes() -> None:
    (starter,) = (s for s in starters() if s.slug == "status-on-the-way")
    assert render(compile_version(starter.version), values_of(SAMPLE)).subject == "Sam Rivera is on the way"
    unknown = render(compile_version(starter.version), values_of(a_context(visit=None)))
    assert unknown.subject == "Our technician is on the way"
