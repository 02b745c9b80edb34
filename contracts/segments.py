"""What a text costs: GSM-7 where it can, else UCS-2, in segments (3GPP TS 23.038, 23.040); and how it costs less."""

import re
import unicodedata
from enum import StrEnum

from contracts.model import Contract

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
LONGEST = 1_600  # characters; Twilio's own limit
MOST_SEGMENTS = 10  # a text of emojis reaches them sooner (fault 48)
EXTENDED = "^{}\\[~]|€\f"
_SEPTETS = {**dict.fromkeys(BASIC, 1), **dict.fromkeys(EXTENDED, 2)}
_COSTLY = re.compile(f"[^{re.escape(BASIC + EXTENDED)}]")

# What looks the same to a reader in GSM-7. Letters with accents and pictures are not among them: they say something.
_PLAIN = {
    "'": "\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u00b4\u0060\u02bc\uff07",
    '"': "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d",
    "*": "\u2022\u2023\u25cf\u2219",
    "...": "\u2026",
    " ": "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "\n": "\u0085\u2028\u2029",
    "": "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff",
}
_FOLDED = str.maketrans({costly: plain for plain, group in _PLAIN.items() for costly in group})


class Encoding(StrEnum):
    """How a text travels."""

    GSM_7 = "gsm-7"
    """Up to 160 characters in one segment, 153 in each of several."""
    UCS_2 = "ucs-2"
    """Up to 70 in one, 67 in each of several."""


class TextSize(Contract):
    """What its carrier bills a text by."""

    characters: int
    encoding: Encoding
    segments: int
    costly: tuple[str, ...] = ()
    """The characters that make it UCS-2, each once; not those that would be sent plainly without them."""
    warnings: tuple[str, ...] = ()
    """In plain words, what makes it cost more than the least."""


def measure(text: str) -> TextSize:
    """The size of `text` as it stands."""
    found, count = tuple(dict.fromkeys(_COSTLY.findall(text))), segments(text)
    costly = tuple(sign for sign in found if ord(sign) not in _FOLDED) or found  # the others could be folded without
    return TextSize(
        characters=len(text),
        encoding=Encoding.UCS_2 if costly else Encoding.GSM_7,
        segments=count,
        costly=costly,
        warnings=(*_of_length(count), *_of_encoding(costly)),
    )


def segments(text: str) -> int:
    """At least one; a character of two units is never split between segments."""
    if not _COSTLY.search(text):
        return _count([_SEPTETS[character] for character in text], alone=160, joined=153)
    return _count([2 if ord(character) > 0xFFFF else 1 for character in text], alone=70, joined=67)


def too_long(characters: int, segments: int) -> bool:
    """Whether a text must not go because of its length."""
    return characters > LONGEST or segments > MOST_SEGMENTS


def fold(text: str) -> str:
    """The text with plain quotes, dashes, dots and blanks where that makes all of it GSM-7; else as it was."""
    if not _COSTLY.search(text):
        return text
    folded = unicodedata.normalize("NFC", text).translate(_FOLDED)
    return text if _COSTLY.search(folded) else folded


def _count(units: list[int], *, alone: int, joined: int) -> int:
    if sum(units) <= alone:
        return 1
    count, used = 1, 0
    for size in units:
        if used + size > joined:
            count, used = count + 1, 0
        used += size
    return count


def _of_length(count: int) -> tuple[str, ...]:
    return (f"It is billed as {count} texts.",) if count > 1 else ()


def _of_encoding(costly: tuple[str, ...]) -> tuple[str, ...]:
    """The first few characters by sight, or by name where they can't be seen."""
    if not costly:
        return ()
    seen = [c if c.isprintable() and not c.isspace() else unicodedata.name(c, f"U+{ord(c):04X}") for c in costly]
    more = f" and {len(seen) - 5} more" if len(seen) > 5 else ""
    return (f"Only 70 characters fit into one text instead of 160, because of {' '.join(seen[:5])}{more}.",)
