"""Segments as carriers count them."""

import pytest

from contracts.segments import segments


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # two septets each
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 151, 2),  # the escape and its character stay together
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ç" * 70, 1),  # GSM-7 has Ç and no ç
        ("ç" * 71, 2),
        ("’" + "a" * 69, 1),
        ("’" + "a" * 70, 2),
        ("🚐" * 35, 1),
        ("🚐" * 36, 2),
        ("🚐" * 66, 2),
        ("🚐" * 67, 3),  # 33 a segment: none is split
    ],
)
def test_a_text_takes_so_many_segments(text: str, count: int) -> None:
    # fault 48
    assert segments(text) == count
