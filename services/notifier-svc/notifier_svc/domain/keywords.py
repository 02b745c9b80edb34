"""What a customer's text means (G5): the words of the field in English and Spanish, however they are typed."""

import re
import unicodedata

from contracts.inbound import Meaning

_WORDS: dict[Meaning, tuple[str, ...]] = {
    Meaning.STOP: (
        *("stop", "stopall", "stop all", "unsubscribe", "end", "quit", "cancel", "revoke", "optout", "opt out"),
        *("parar", "alto", "detener", "cancelar", "baja", "dar de baja", "darme de baja", "no mas", "no mas mensajes"),
    ),
    Meaning.START: ("start", "unstop", "iniciar", "empezar", "comenzar"),
    Meaning.YES: ("yes", "y", "yes please", "si", "si por favor"),
    Meaning.NO: ("no", "n", "no thanks", "no thank you", "no gracias"),
    Meaning.HELP: ("help", "info", "ayuda"),
}
_MEANINGS = {words: meaning for meaning, all_words in _WORDS.items() for words in all_words}

# Any reasonable way of saying it revokes: such a verb, and beside it nothing but these.
_STOPPING = frozenset(
    (
        *("stop", "stopall", "unsubscribe", "remove", "quit", "revoke", "optout"),
        *("pare", "parar", "paren", "deje", "dejen", "detener"),
    )
)
# Said of visits, too: they stop texts only where texts are named, or nothing but a courtesy stands beside them.
_ENDING = frozenset({"cancel", "end", "cancelar", "opt"})
_COURTESY = frozenset({"please", "thanks", "thank", "you", "out", "now", "por", "favor"})
# "don't text me", "no more texts": a no, and what it is about; "don't stop" is none.
_NOT, _NO = frozenset({"dont", "not", "never"}), frozenset({"no"})
_TEXTS = frozenset({"text", "texts", "texting", "message", "messages", "messaging", "sms", "mensaje", "mensajes"})
# Twilio's own, which it answers itself.
TWILIOS = frozenset(
    (
        *("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"),
        *("start", "yes", "unstop", "help", "info"),
    )
)
OPT_OUT_TYPES = frozenset({"STOP", "START", "HELP"})
_ENGLISH = (
    *("please", "now", "all", "any", "more", "these", "those", "your", "of", "to", "me", "my", "number", "us", "from"),
    *("sending", "texting", "messaging", "contacting", "text", "texts", "message", "messages", "sms", "list"),
    *("out", "thanks", "thank", "you", "it", "consent", "i", "want", "would", "like", "wish", "do", "send", "contact"),
)
_SPANISH = (
    *("por", "favor", "ya", "todo", "todos", "los", "las", "mas", "me", "mi", "numero", "de", "mandar", "mandarme"),
    *("enviar", "enviarme", "mensaje", "mensajes", "texto", "textos"),
)
_BESIDE = frozenset((*_ENGLISH, *_SPANISH))


def meaning(body: str) -> Meaning:
    """What these words say; `OTHER` where a person must read them."""
    words = _plain(body)
    if known := _MEANINGS.get(" ".join(words)):
        return known
    return Meaning.STOP if _asks_to_stop(set(words)) else Meaning.OTHER


def heard(body: str, opt_out_type: str) -> Meaning:
    """The same, where Twilio says which of its account's own keywords it was: of these we may not know the words.

    A YES stays one: to Twilio it is a START, to us an answer first.
    """
    twilios, ours = Meaning(opt_out_type.lower()) if opt_out_type in OPT_OUT_TYPES else Meaning.OTHER, meaning(body)
    return twilios if twilios is Meaning.STOP or ours is Meaning.OTHER else ours


def is_twilios(body: str) -> bool:
    """Whether Twilio takes the text for one of its keywords, unless its account has that switched off."""
    return body.strip().lower() in TWILIOS


def _asks_to_stop(said: set[str]) -> bool:
    if not said <= _STOPPING | _ENDING | _NOT | _NO | _BESIDE:
        return False
    if said & _NOT:
        return bool(said & _TEXTS) and not said & (_STOPPING | _ENDING)
    ends = bool(said & _ENDING) and (bool(said & _TEXTS) or said <= _ENDING | _COURTESY)
    return ends or bool(said & _STOPPING or (said & _NO and said & _TEXTS))


def _plain(body: str) -> list[str]:
    """The words in small letters, without accents and punctuation; an apostrophe joins what is around it."""
    decomposed = unicodedata.normalize("NFKD", body.casefold()).replace("'", "").replace("\u2019", "")
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", letters)
