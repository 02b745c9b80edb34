"""Segments as carriers count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.segments import Encoding, TextSize, fold, measure, segments


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
@pytest.mark.survives(48)
def test_a_text_takes_so_many_segments(text: str, count: int) -> None:
    assert segments(text) == count


# 3GPP TS 23.038 6.2.1, column by column, as Unicode's own mapping (ETSI/GSM0338.TXT) has it; 1B is the escape.
TABLE = (
    "0040 00A3 0024 00A5 00E8 00E9 00F9 00EC 00F2 00C7 000A 00D8 00F8 000D 00C5 00E5 "
    "0394 005F 03A6 0393 039B 03A9 03A0 03A8 03A3 0398 039E ---- 00C6 00E6 00DF 00C9 "
    "0020 0021 0022 0023 00A4 0025 0026 0027 0028 0029 002A 002B 002C 002D 002E 002F "
    "0030 0031 0032 0033 0034 0035 0036 0037 0038 0039 003A 003B 003C 003D 003E 003F "
    "00A1 0041 0042 0043 0044 0045 0046 0047 0048 0049 004A 004B 004C 004D 004E 004F "
    "0050 0051 0052 0053 0054 0055 0056 0057 0058 0059 005A 00C4 00D6 00D1 00DC 00A7 "
    "00BF 0061 0062 0063 0064 0065 0066 0067 0068 0069 006A 006B 006C 006D 006E 006F "
    "0070 0071 0072 0073 0074 0075 0076 0077 0078 0079 007A 00E4 00F6 00F1 00FC 00E0"
)
EXTENSION = "000C 005E 007B 007D 005C 005B 007E 005D 007C 20AC"


def characters(codes: str) -> set[str]:
    return {chr(int(code, 16)) for code in codes.split() if code != "----"}


def test_the_alphabet_is_that_of_the_standard_and_its_extension_counts_twice() -> None:
    one, two = characters(TABLE), characters(EXTENSION)
    assert (len(one), len(two)) == (127, 10)
    everything = map(chr, [*range(0xD800), *range(0xE000, 0x10000), *range(0x1F600, 0x1F700)])
    assert {each for each in everything if measure(each).encoding is Encoding.GSM_7} == one | two
    assert {segments(each * 160) for each in one} == {1} == {segments(each * 80) for each in two}
    assert {segments(each * 161) for each in one} == {2} == {segments(each * 81) for each in two}


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("We\u2019re \u201con the way\u201d \u2013 see you soon\u2026", 'We\'re "on the way" - see you soon...'),
        ("10:00\u202fAM\u00a0\u2014\u200912:00\u202fPM", "10:00 AM - 12:00 PM"),
        ("\u2022 tap\n\u2022 sink\ttoo", "* tap\n* sink too"),
        ("Caf\u0065\u0301 \u00abSoleil\u00bb", 'Café "Soleil"'),
        ("soft\u00adhyphen\ufeff and `tick`", "softhyphen and 'tick'"),
        ("Total: 10 € [net] ~ 5", "Total: 10 € [net] ~ 5"),
        ("", ""),
    ],
)
def test_what_only_looks_nicer_and_costs_is_written_plainly(typed: str, sent: str) -> None:
    assert fold(typed) == sent
    assert measure(sent).encoding is Encoding.GSM_7
    assert fold(sent) == sent


@pytest.mark.parametrize(
    "typed", ["We\u2019re here 🚐", "\u201cMañana\u201d, dijo Ramón\u2026", "ç \u2013", "Ω \u2013 ∞"]
)
def test_where_a_letter_or_picture_costs_anyhow_the_author_keeps_every_sign(typed: str) -> None:
    assert fold(typed) == typed


@given(st.text())
def test_folding_never_costs_and_settles_at_once(typed: str) -> None:
    folded = fold(typed)
    assert segments(folded) <= segments(typed)
    assert fold(folded) == folded
    if folded != typed:
        assert measure(folded).encoding is Encoding.GSM_7


@pytest.mark.survives(48)
def test_an_author_is_told_what_a_text_costs_and_why() -> None:
    # G10
    assert measure("On our way.") == TextSize(characters=11, encoding=Encoding.GSM_7, segments=1)
    size = measure("🚐" * 30 + "\u200b" + "ó" * 10)
    assert (size.characters, size.encoding, size.segments) == (41, Encoding.UCS_2, 2)
    assert size.costly == ("🚐", "ó")
    assert size.warnings == (
        "It is billed as 2 texts.",
        "Only 70 characters fit into one text instead of 160, because of 🚐 ó.",
    )
    assert measure("á í ó ú ç ý").warnings[-1].endswith("because of á í ó ú ç and 1 more.")


def test_what_would_be_sent_plainly_is_not_to_blame() -> None:
    assert measure("Hi \u2013 \u201cx\u201d Á").costly == ("Á",)
    assert measure("Hi \u2013 x").costly == ("\u2013",)
