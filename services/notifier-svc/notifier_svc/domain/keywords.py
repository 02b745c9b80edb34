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
_STOPPING = frozenset({"stop", "unsubscribe", "remove", "quit", "pare", "parar", "paren", "deje", "dejen", "detener"})
_ENGLISH = (
    *("please", "now", "all", "any", "more", "these", "those", "your", "of", "to", "me", "my", "number", "us", "from"),
    *("sending", "texting", "messaging", "contacting", "text", "texts", "message", "messages", "sms", "list"),
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
    said = set(words)
    return Meaning.STOP if said & _STOPPING and said <= _STOPPING | _BESIDE else Meaning.OTHER


def _plain(body: str) -> list[str]:
    """The words in small letters, without accents and punctuation; an apostrophe joins what is around it."""
    decomposed = unicodedata.normalize("NFKD", body.casefold()).replace("'", "").replace("\u2019", "")
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", letters)
