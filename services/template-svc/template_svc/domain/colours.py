"""Colours that somebody picked, as they can be read: at 4.5 to 1 at least (WCAG 2.2, 1.4.3)."""

from collections.abc import Sequence
from functools import lru_cache

from liquid.filter import string_filter

BLACK, WHITE = "#000000", "#ffffff"
LEGIBLE = 4.5
_AS_DARK_AS_LIGHT = 0.179  # the luminance on which black and white read equally well: 4.58 to 1


@string_filter
def contrast(colour: str) -> str:
    """Black or white, whichever is read better on `#rrggbb`; black on what is no colour."""
    return _upon(colour)


@lru_cache(maxsize=1024)
def _upon(colour: str) -> str:
    try:
        return BLACK if luminance(_parts(colour)) > _AS_DARK_AS_LIGHT else WHITE
    except ValueError:
        return BLACK


def readable(colour: str) -> str:
    """`#rrggbb`, darkened as far as it takes to be read on white."""
    parts, shade = _parts(colour), 1.0
    while 1.05 / (luminance([part * shade for part in parts]) + 0.05) < LEGIBLE:
        shade -= 0.02
    return "#" + "".join(f"{int(part * shade):02x}" for part in parts)


def luminance(parts: Sequence[float]) -> float:
    """Of red, green and blue, 0 to 255 each: 0 is black, 1 is white (WCAG 2.2, relative luminance)."""
    red, green, blue = (_linear(part / 255) for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> list[int]:
    return [int(colour[n : n + 2], 16) for n in (1, 3, 5)]


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
