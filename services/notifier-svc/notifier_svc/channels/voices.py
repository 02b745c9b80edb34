"""Who speaks: by locale, the `language` and `voice` of `<Say>` (twilio.com/docs/voice/twiml/say/text-speech).

The two must fit each other, or nothing is said. A language's first line also speaks for its countries that have none.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of Amazon Polly's standard ones, which is Twilio's cheapest kind that knows all of these languages."""

    language: str
    name: str


VOICES = {
    "en-US": Voice("en-US", "Polly.Joanna"),
    "en-GB": Voice("en-GB", "Polly.Amy"),
    "en-AU": Voice("en-AU", "Polly.Nicole"),
    "en-IN": Voice("en-IN", "Polly.Raveena"),
    "es-US": Voice("es-US", "Polly.Penelope"),
    "es-MX": Voice("es-MX", "Polly.Mia"),
    "es-ES": Voice("es-ES", "Polly.Lucia"),
    "fr-CA": Voice("fr-CA", "Polly.Chantal"),
    "fr-FR": Voice("fr-FR", "Polly.Celine"),
}
_BY_LANGUAGE = {locale[:2]: voice for locale, voice in reversed(VOICES.items())}


def voice_of(*locales: str) -> Voice:
    """The voice of the first locale that has one; American English where none has."""
    for locale in locales:
        if voice := VOICES.get(locale) or _BY_LANGUAGE.get(locale.partition("-")[0]):
            return voice
    return VOICES["en-US"]
