"""A photo keeps its pixels and loses what its camera wrote into it."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from status_svc.domain.pictures import bare

SCAN = b"\xff\xda\x00\x02pixels\xff\x00 \xff\xe1 are no marker\xff\xd9"


def a_segment(marker: int, said: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(said) + 2).to_bytes(2) + said


def a_chunk(name: bytes, said: bytes) -> bytes:
    return len(said).to_bytes(4) + name + said + zlib.crc32(name + said).to_bytes(4)


def test_a_jpeg_says_no_more_where_it_was_taken() -> None:
    jfif, profile = a_segment(0xE0, b"JFIF\x00"), a_segment(0xE2, b"ICC_PROFILE\x00")
    said = a_segment(0xE1, b"Exif\x00\x00GPS 39.7") + a_segment(0xED, b"IPTC") + a_segment(0xFE, b"at home")
    assert bare(b"\xff\xd8" + jfif + said + profile + SCAN) == b"\xff\xd8" + jfif + profile + SCAN


def test_a_png_says_no_more_where_it_was_taken() -> None:
    start, end = b"\x89PNG\r\n\x1a\n" + a_chunk(b"IHDR", bytes(13)), a_chunk(b"IDAT", b"pixels") + a_chunk(b"IEND", b"")
    said = a_chunk(b"eXIf", b"GPS 39.7") + a_chunk(b"tEXt", b"at home") + a_chunk(b"tIME", bytes(7))
    assert bare(start + said + end) == start + end


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]), st.binary(max_size=200))
def test_what_is_damaged_never_grows_and_is_bare_the_second_time(start: bytes, rest: bytes) -> None:
    once = bare(start + rest)
    assert len(once) <= len(start + rest)
    assert len(bare(once)) <= len(once)
