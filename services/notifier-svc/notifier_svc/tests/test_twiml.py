"""What Twilio is told to say: words only, by a voice that knows their language."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier_svc.channels import twiml
from notifier_svc.channels.voices import VOICES, voice_of


def says(document: str) -> list[tuple[str | None, str]]:
    """Language and words of everything that is said, in order."""
    root = ET.fromstring(document)  # noqa: S314 (our own document)
    return [(say.get("language"), say.text or "") for say in root.iter("Say")]


@pytest.mark.parametrize(
    ("locales", "language"),
    [
        (["en-US"], "en-US"),
        (["en-GB"], "en-GB"),
        (["es-US"], "es-US"),
        (["es-CO"], "es-US"),
        (["es"], "es-US"),
        (["fr-BE"], "fr-CA"),
        (["de-DE", "es-MX"], "es-MX"),
        (["de-DE"], "en-US"),
        (["", "x"], "en-US"),
    ],
)
def test_a_locale_has_a_voice_that_speaks_its_language(locales: list[str], language: str) -> None:
    assert voice_of(*locales).language == language


def test_every_voice_is_one_of_its_own_locale() -> None:
    assert all(voice.language == locale.replace("_", "-") for locale, voice in VOICES.items())


def test_a_call_speaks_spanish_from_beginning_to_end() -> None:
    document = twiml.message("Vamos a las 10:00 a. m. por $480.00.", "Ruiz", "es-US", "https://example.com/key")
    words, menu, goodbye = says(document)
    assert words == ("es-US", "Vamos a las 10 de la mañana por 480 dólares.")
    assert (menu[0], goodbye) == ("es-US", ("es-US", "Adiós."))


def test_a_language_without_words_of_ours_gets_our_english_ones_by_an_english_voice() -> None:
    document = twiml.message("Nous arrivons.", "Ruiz", "fr-CA", "https://example.com/key")
    assert [language for language, _ in says(document)] == ["fr-CA", "en-US", "en-US"]


def test_who_calls_back_hears_a_number_that_can_be_written_down() -> None:
    [(_, words)] = says(twiml.elsewhere("Ruiz", "(303) 555-0134", "en-US"))
    assert "Please call 3 0 3, 5 5 5, 0 1 3 4." in words


def test_markup_in_the_words_is_said_and_not_obeyed() -> None:
    words = 'Hi <break time="10s"/> & "you" <!-- x --> ]]> \x00\x0b\ud800 end'
    [said, _, _] = says(twiml.message(words, "Ruiz & <Sons>", "en-US", "https://example.com/?a=1&b=2"))
    assert said == ("en-US", 'Hi <break time="10s"/> and "you" <!-- x --> ]]>     end')


@given(st.text(max_size=300), st.sampled_from(["en-US", "es-MX", "fr-CA"]))
def test_whatever_the_words_the_document_says_them_and_does_nothing_else(words: str, locale: str) -> None:
    root = ET.fromstring(twiml.message(words, "Ruiz", locale, "https://example.com/key"))  # noqa: S314 (our own)
    assert [element.tag for element in root.iter()] == ["Response", "Gather", "Say", "Pause", "Say", "Say"]
