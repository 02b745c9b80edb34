"""A brand's colour as one can read it on white paper."""

LEGIBLE = 4.5
"""Least contrast of text (WCAG 2.2, 1.4.3)."""


def readable(colour: str) -> str:
    """`#rrggbb`, darkened as far as it takes to be read on white."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    shade = 1.0
    while _contrast([part * shade for part in parts]) < LEGIBLE:
        shade -= 0.02
    return "#" + "".join(f"{int(part * shade):02x}" for part in parts)


def _contrast(parts: list[float]) -> float:
    """With white: 1 to 21 (WCAG 2.2, relative luminance)."""
    red, green, blue = (_linear(part / 255) for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
