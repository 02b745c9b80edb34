"""The starters in Spanish: all there, worded like the English, as cheap to send, with no English left in."""

import re

import pytest

from contracts.deliveries import Channel
from contracts.segments import BASIC, EXTENDED, segments
from template_svc.domain.drafts import Words
from template_svc.starters import Starter, starters
from template_svc.tests.factories import shown
from template_svc.tests.golden import SAMPLES, said
from template_svc.tests.test_starters import minimal

TEXTS = [starter for starter in starters() if starter.channel is Channel.SMS]
ENGLISH = re.compile(r"\b(job|estimate|the|your|please|deposit|invoice)\b", re.IGNORECASE)


def spanish(starter: Starter) -> Words:
    """Its words."""
    return starter.words.by_locale["es"]


def tags(words: Words) -> set[str]:
    """The tags that are used."""
    return set(re.findall(r"\b[a-z_]+\.[a-z_]+\b(?=[^{]*[%}]})", " ".join(words.parts.values())))


@pytest.mark.parametrize("starter", starters(), ids=lambda s: s.slug)
def test_a_starter_uses_the_same_tags_in_both_languages(starter: Starter) -> None:
    english, own = tags(starter.words.main), tags(spanish(starter))
    assert own - english <= {"job.kind", "visit.start", "visit.end"}  # a sentence is built otherwise
    assert english - own <= {"job.title", "recipient.first_name"}  # a text has no room


@pytest.mark.parametrize("starter", starters(), ids=lambda s: s.slug)
def test_a_starter_reads_well_with_everything_known_and_with_the_least(starter: Starter) -> None:
    occasion = starter.slug.removesuffix("-text").removesuffix("-call")
    for context in (SAMPLES["es"], minimal(occasion)):
        message = shown(starter.version.by_locale["es"], context, "es-US")
        for part in (message.subject, message.text):
            assert not any(odd in part for odd in ("{", "None", "  ", "()", " .", "..", " ,", "&amp;"))
            assert part.count("¿") == part.count("?")
            assert part.count("¡") == part.count("!")


@pytest.mark.parametrize("starter", starters(), ids=lambda s: s.slug)
def test_no_english_is_left_in(starter: Starter) -> None:
    message = said(starter, "es")
    assert not ENGLISH.search(f"{message.subject} {message.text}")


@pytest.mark.parametrize("starter", TEXTS, ids=lambda s: s.slug)
def test_a_text_takes_one_segment_as_its_words_need_no_costly_accent(starter: Starter) -> None:
    assert set(spanish(starter).text or "") <= set(BASIC + EXTENDED)
    assert segments(said(starter, "es").text) == 1
