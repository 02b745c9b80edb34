"""Pictures without what their camera wrote into them: a photo taken by phone says where and when."""

from collections.abc import Iterator
from typing import Final

JPEG: Final = b"\xff\xd8"
PNG: Final = b"\x89PNG\r\n\x1a\n"
# Exif, XMP, IPTC and comments. What says how colours are meant stays.
_JPEG_SAYS: Final = {0xE1, 0xED, 0xFE}
_JPEG_DATA: Final = {0xD9, 0xDA}
_PNG_SAYS: Final = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}


def bare(picture: bytes) -> bytes:
    """The JPEG or PNG with its pixels alone. How the camera was held is forgotten, too: turn the picture before."""
    if picture.startswith(PNG):
        return PNG + b"".join(_png_chunks(picture[len(PNG) :]))
    return JPEG + b"".join(_jpeg_segments(picture[len(JPEG) :]))


def _jpeg_segments(rest: bytes) -> Iterator[bytes]:
    """Marker and length, then as many bytes; from the first scan on all is pixels (ITU-T T.81, B.1)."""
    while len(rest) >= 4 and rest[0] == 0xFF and rest[1] not in _JPEG_DATA:
        size = 2 + max(2, int.from_bytes(rest[2:4]))
        if rest[1] not in _JPEG_SAYS:
            yield rest[:size]
        rest = rest[size:]
    yield rest


def _png_chunks(rest: bytes) -> Iterator[bytes]:
    """Length, type, as many bytes, checksum (PNG, 5.3)."""
    while len(rest) >= 12:
        size = 12 + int.from_bytes(rest[:4])
        if rest[4:8] not in _PNG_SAYS:
            yield rest[:size]
        rest = rest[size:]
    yield rest
