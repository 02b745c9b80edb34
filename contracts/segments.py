"""How many SMS segments a text takes: GSM-7 where it can, else UCS-2 (3GPP TS 23.038, 23.040)."""

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "^{}\\[~]|€\f"
_SEPTETS = {**dict.fromkeys(BASIC, 1), **dict.fromkeys(EXTENDED, 2)}


def segments(text: str) -> int:
    """At least one; a character of two units is never split between segments."""
    if all(character in _SEPTETS for character in text):
        return _count([_SEPTETS[character] for character in text], alone=160, joined=153)
    return _count([2 if ord(character) > 0xFFFF else 1 for character in text], alone=70, joined=67)


def _count(units: list[int], *, alone: int, joined: int) -> int:
    if sum(units) <= alone:
        return 1
    count, used = 1, 0
    for size in units:
        if used + size > joined:
            count, used = count + 1, 0
        used += size
    return count
