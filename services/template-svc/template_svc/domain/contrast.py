"""What can be read upon a colour that somebody picked."""

from functools import lru_cache

from liquid.filter import string_filter

BLACK, WHITE = "#000000", "#ffffff"
_AS_DARK_AS_LIGHT = 0.179  # the luminance on which black and white read equally well: 4.58 to 1


@string_filter
def contrast(colour: str) -> str:
    """Black or white, whichever is read better on `#rrggbb`, at 4.5 to 1 at least (WCAG 2.2, 1.4.3); else black."""
    return _upon(colour)


@lru_cache(maxsize=1024)
def _upon(colour: str) -> str:
    try:
        red, green, blue = (_linear(int(colour[n : n + 2], 16) / 255) for n in (1, 3, 5))
    except ValueError:
        return BLACK
    return BLACK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > _AS_DARK_AS_LIGHT else WHITE


def _linear(share: float) -> float:
    """One channel of sRGB as light (WCAG 2.2, relative luminance)."""
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
