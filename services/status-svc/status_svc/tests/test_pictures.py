"""A photo keeps its pixels and loses what its camera wrote into it."""

import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from status_svc.domain.pictures import bare

SCAN = b"\xff\xda\x00\x02pixels\xff\x00 \xff\xd0 are no marker\xff\xda\x00\x02more\xff\xd9"


def a_segment(marker: int, said: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(said) + 2).to_bytes(2) + said


def a_chunk(name: bytes, said: bytes) -> bytes:
    return len(said).to_bytes(4) + name + said + zlib.crc32(name + said).to_bytes(4)


PNG = b"\x89PNG\r\n\x1a\n" + a_chunk(b"IHDR", bytes(13)) + a_chunk(b"IDAT", b"pixels") + a_chunk(b"IEND", b"")
JPEG = b"\xff\xd8" + SCAN


def test_a_jpeg_says_no_more_where_it_was_taken() -> None:
    jfif, profile = a_segment(0xE0, b"JFIF\x00"), a_segment(0xE2, b"ICC_PROFILE\x00")
    said = a_segment(0xE1, b"Exif\x00\x00GPS 39.7") + a_segment(0xED, b"IPTC") + a_segment(0xFE, b"at home")
    said += a_segment(0xE0, b"JFXX\x00small") + a_segment(0xE2, b"MPF\x00more pictures") + a_segment(0xEB, b"JP")
    assert bare(b"\xff\xd8" + jfif + said + profile + SCAN) == b"\xff\xd8" + jfif + profile + SCAN


def test_what_hangs_behind_the_end_is_no_part_of_the_picture() -> None:
    another = b"\xff\xd8" + a_segment(0xE1, b"Exif\x00\x00GPS 39.7") + SCAN
    assert bare(JPEG + another) == JPEG
    assert bare(PNG + a_chunk(b"IDAT", b"GPS 39.7")) == PNG


def test_fill_bytes_before_a_marker_hide_nothing() -> None:
    assert bare(b"\xff\xd8\xff\xff" + a_segment(0xE1, b"Exif\x00\x00GPS 39.7") + SCAN) == JPEG


@pytest.mark.parametrize("start", [b"\xff\xd8", b"\x89PNG\r\n\x1a\n"])
@pytest.mark.parametrize(
    "many", [b"\xff\xe1\x00\x02", b"\xff\xda\x00\x02", b"\x00\x00\x00\x00tEXt\x00\x00\x00\x00", b"\xff"]
)
def test_it_is_read_in_linear_time_however_many_parts_it_has(start: bytes, many: bytes) -> None:
    class Counted(bytes):
        copied = 0

        def __getitem__(self, at: Any) -> Any:
            part = super().__getitem__(at)
            if isinstance(part, int):
                return part
            Counted.copied += len(part)
            return Counted(part)

    picture = Counted(start + many * (40_000 // len(many)))
    bare(picture)
    assert Counted.copied <= 10 * len(picture)  # each part, and what tells its kind


def test_a_png_says_no_more_where_it_was_taken() -> None:
    start, end = b"\x89PNG\r\n\x1a\n" + a_chunk(b"IHDR", bytes(13)), a_chunk(b"IDAT", b"pixels") + a_chunk(b"IEND", b"")
    said = a_chunk(b"eXIf", b"GPS 39.7") + a_chunk(b"tEXt", b"at home") + a_chunk(b"tIME", bytes(7))
    assert bare(start + said + end) == start + end


@given(st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]), st.binary(max_size=200))
def test_what_is_damaged_never_grows_and_is_bare_the_second_time(start: bytes, rest: bytes) -> None:
    once = bare(start + rest)
    assert len(once) <= len(start + rest)
    assert len(bare(once)) <= len(once)
