"""What Twilio is told to do, as TwiML (twilio.com/docs/voice/twiml): say words, twice on request; reply to a text."""

from xml.sax.saxutils import escape, quoteattr

from notifier_svc.channels.voices import voice_of
from notifier_svc.domain.speech import spoken

LONGEST = 4000  # of a document that goes with the request
REPLAY, OPT_OUT, UNDO = "1", "9", "3"
KEY_SECONDS = 5

# What XML can't hold is silence.
_UNSPEAKABLE = dict.fromkeys(
    (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF), " "
)

# By language: what can be pressed; what is said after opting out; after taking that back; after silence.
_MENU = {
    "en": (
        "To hear this again, press 1. To get no more calls from {company}, press 9.",
        "You will get no more calls from {company}. If that was a mistake, press 3.",
        "You have not opted out of calls from {company} any more. Goodbye.",
        "Goodbye.",
    ),
    "es": (
        "Para escucharlo otra vez, pulse 1. Para no recibir más llamadas de {company}, pulse 9.",
        "No recibirá más llamadas de {company}. Si fue un error, pulse 3.",
        "Ya no está dado de baja de las llamadas de {company}. Adiós.",
        "Adiós.",
    ),
}


# With and without a phone to call instead.
_ELSEWHERE = {
    "en": (
        "This number of {company} takes no calls. Please call {phone}. Goodbye.",
        "This number of {company} takes no calls. Goodbye.",
    ),
    "es": (
        "Este número de {company} no recibe llamadas. Llame al {phone}. Adiós.",
        "Este número de {company} no recibe llamadas. Adiós.",
    ),
}


class TooLong(ValueError):
    """Twilio takes no document as long as this."""


def message(words: str, company: str, locale: str, key_url: str) -> str:
    """The words, then the keys: 1 to hear them again, 9 to opt out of calls. Raises `TooLong`."""
    if len(words) > LONGEST:
        raise TooLong(f"It has {len(words)} characters; a call of {LONGEST} is the longest.")
    menu, *_, goodbye = _menu(company, locale)
    ours = _ours(locale)
    said = f'{_say(words, locale)}<Pause length="1"/>{_say(menu, ours)}'
    document = _response(_gather(said, key_url) + _say(goodbye, ours))
    if len(document) > LONGEST:
        raise TooLong(f"Spoken, it takes {len(document)} characters; {LONGEST} are the most.")
    return document


def opted_out(company: str, locale: str, key_url: str) -> str:
    """What the one who pressed 9 hears; 3 takes it back (G14)."""
    _, out, _, goodbye = _menu(company, locale)
    ours = _ours(locale)
    return _response(_gather(_say(out, ours), key_url) + _say(goodbye, ours))


def taken_back(company: str, locale: str) -> str:
    """What the one who pressed 3 after that hears."""
    return _response(_say(_menu(company, locale)[2], _ours(locale)) + "<Hangup/>")


def elsewhere(company: str, phone: str | None, locale: str) -> str:
    """What somebody hears who calls back: where the company is reached, if it says so."""
    with_phone, without = _ELSEWHERE[_language(_ours(locale))]
    words = (with_phone if phone else without).format(company=company, phone=phone)
    return _response(_say(words, _ours(locale)) + "<Hangup/>")


def reply(words: str) -> str:
    """One text back."""
    return _response(f"<Message>{escape(words.translate(_UNSPEAKABLE))}</Message>")


def nothing() -> str:
    """No text back."""
    return _response("")


def _language(locale: str) -> str:
    return locale.partition("-")[0]


def _ours(locale: str) -> str:
    """The locale of what is not the author's but ours: English where we have no words in theirs."""
    return locale if _language(locale) in _MENU else "en-US"


def _menu(company: str, locale: str) -> list[str]:
    return [words.format(company=company) for words in _MENU[_language(_ours(locale))]]


def _gather(said: str, key_url: str) -> str:
    """Say it, and wait for a key."""
    action = quoteattr(key_url)
    return f'<Gather numDigits="1" timeout="{KEY_SECONDS}" action={action} method="POST">{said}</Gather>'


def _say(words: str, locale: str) -> str:
    """Words and nothing else: what looks like an element is said, too."""
    voice = voice_of(locale)
    said = escape(spoken(words.translate(_UNSPEAKABLE), locale))
    return f"<Say language={quoteattr(voice.language)} voice={quoteattr(voice.name)}>{said}</Say>"


def _response(content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{content}</Response>'
