"""How a text says that it can be stopped: one sentence, in the language of its words, on the first text to a number."""

import re

SENTENCES = {"en": "Reply STOP to opt out.", "es": "Responda STOP para no recibir mensajes."}
_SAID = re.compile(
    r"""\b(?:reply|text|send|respond[ae]|env[ií][ea])\s+(?:with\s+|con\s+)?["'“‘«]?STOP\b""", re.IGNORECASE
)
"""What tells the reader to send it, rather than that a stop valve was installed."""


def with_opt_out(words: str, locale: str) -> str:
    """The words, which say how to stop them: by themselves, or by one more sentence."""
    if _SAID.search(words):
        return words
    sentence = SENTENCES.get(locale.partition("-")[0], SENTENCES["en"])
    return f"{words.rstrip()} {sentence}"
