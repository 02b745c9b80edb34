"""What is said in a call, as TwiML (twilio.com/docs/voice/twiml): the words, twice on request, and a way out."""

from xml.sax.saxutils import escape, quoteattr

LONGEST = 4000  # of a document that goes with the request
REPLAY, OPT_OUT = "1", "9"
KEY_SECONDS = 5

# What XML can't hold is silence.
_UNSPEAKABLE = dict.fromkeys(
    (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF), " "
)

# By language: what can be pressed; what is said after opting out; after silence.
_MENU = {
    "en": (
        "To hear this again, press 1. To get no more calls from {company}, press 9.",
        "You will get no more calls from {company}. Goodbye.",
        "Goodbye.",
    ),
    "es": (
        "Para escucharlo otra vez, pulse 1. Para no recibir más llamadas de {company}, pulse 9.",
        "No recibirá más llamadas de {company}. Adiós.",
        "Adiós.",
    ),
}


class TooLong(ValueError):
    """Twilio takes no document as long as this."""


def message(words: str, company: str, locale: str, key_url: str) -> str:
    """The words, then the keys: 1 to hear them again, 9 to opt out of calls. Raises `TooLong`."""
    menu, _, goodbye = _menu(company, locale)
    gather = (
        f'<Gather numDigits="1" timeout="{KEY_SECONDS}" action={quoteattr(key_url)} method="POST">'
        f'{_say(words, locale)}<Pause length="1"/>{_say(menu, locale)}</Gather>'
    )
    document = _response(gather + _say(goodbye, locale))
    if len(document) > LONGEST:
        raise TooLong(f"Spoken, it takes {len(document)} characters; {LONGEST} are the most.")
    return document


def opted_out(company: str, locale: str) -> str:
    """What the one who pressed 9 hears."""
    return _response(_say(_menu(company, locale)[1], locale) + "<Hangup/>")


def _menu(company: str, locale: str) -> tuple[str, str, str]:
    menu, out, goodbye = _MENU.get(locale.partition("_")[0].partition("-")[0], _MENU["en"])
    return menu.format(company=company), out.format(company=company), goodbye


def _say(words: str, locale: str) -> str:
    return f"<Say language={quoteattr(locale.replace('_', '-'))}>{escape(words.translate(_UNSPEAKABLE))}</Say>"


def _response(content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{content}</Response>'
