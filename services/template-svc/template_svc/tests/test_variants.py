"""Words in several languages: which of them a reader gets, and where they come from."""

import pytest

from template_svc.domain.drafts import UnfitTemplate, publish
from template_svc.domain.variants import Variants, nearest, told_in
from template_svc.starters import Starter, frame, starter_of, starters
from template_svc.tests.factories import a_text, an_email


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("es-US", "es-US"),
        ("ES-us", "es-US"),
        ("es-MX", "es"),
        ("es", "es"),
        ("zh-Hant-x-mine", "zh-Hant"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-Hans", "en"),
        ("pt-PT", "en"),
        ("e", "en"),
    ],
)
def test_a_reader_gets_the_most_exact_words_that_fit_else_the_default(wanted: str, found: str) -> None:
    assert nearest(wanted, ("en", "es", "es-US", "pt-BR", "zh-Hant")) == found


@pytest.mark.parametrize(
    ("wanted", "words", "values"),
    [("es-MX", "es", "es-MX"), ("es", "es-US", "es-US"), ("fr", "en", "en"), ("est-EE", "es", "es")],
)
def test_values_are_told_as_the_reader_does_where_that_is_the_language_of_the_words(
    wanted: str, words: str, values: str
) -> None:
    assert told_in(wanted, words) == values


def test_a_version_has_each_language_in_a_frame_of_its_own() -> None:
    version = publish(Variants("en", {"en": an_email(), "es-US": an_email(), "fr": an_email()}), frame)
    texts = {locale: variant.text for locale, variant in version.by_locale.items()}
    assert "because {{ company.name }} has your address" in texts["en"]
    assert "porque {{ company.name }} tiene su" in texts["es-US"]
    assert texts["fr"] == texts["en"]
    assert '<html lang="fr">' in version.by_locale["fr"].html
    assert "{{ say." not in "".join(variant.html + variant.text for variant in version.by_locale.values())


def test_mistakes_of_all_languages_are_told_at_once() -> None:
    with pytest.raises(UnfitTemplate) as unfit:
        publish(Variants("en", {"en": a_text("{{ a }}"), "es": a_text("b"), "fr": a_text("{{ c }}")}), frame)
    assert [(flaw.locale, flaw.column) for flaw in unfit.value.flaws] == [("en", 4), ("fr", 4)]


def test_another_variant_can_lead() -> None:
    variants = Variants("en", {"en": 1, "es": 2})
    assert (variants.led_by("es-MX").main, variants.led_by("fr").main) == (2, 1)
    assert variants.led_by("es").others == {"en": 1}


def test_a_starter_has_the_languages_that_have_a_file_beside_it() -> None:
    form = "name: Text: hello\nchannel: sms\n--- text\n{}\n"
    sources = {"hello": form.format("Hello"), "hello.es": form.format("Hola"), "other": form.format("Other")}
    starter = starter_of("hello", sources)
    assert {locale: words.text for locale, words in starter.words.by_locale.items()} == {"en": "Hello", "es": "Hola"}
    assert (starter.name, starter.version.by_locale["es"].channel) == ("Text: hello", "sms")


@pytest.mark.parametrize("starter", starters(), ids=lambda s: s.slug)
def test_a_starter_says_the_same_thing_by_the_same_channel_in_each_of_its_languages(starter: Starter) -> None:
    assert starter.words.default == "en"
    assert starter.version.locales == starter.words.locales
    assert {words.channel for words in starter.words.by_locale.values()} == {starter.channel}
    parts = {tuple(words.parts) for words in starter.words.by_locale.values()}
    assert len(parts) == 1
