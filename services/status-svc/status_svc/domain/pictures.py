"""Pictures without what their camera wrote into them: a photo taken by phone says where and when."""

import re
from collections.abc import Iterator
from typing import Final

JPEG: Final = b"\xff\xd8"
PNG: Final = b"\x89PNG\r\n\x1a\n"
# No stuffed byte and no restart, which belong to the pixels.
_JPEG_MARKER: Final = re.compile(rb"\xff([^\x00\x01\xd0-\xd7\xff])")
_JPEG_END, _JPEG_SCAN, _JPEG_COMMENT, _JPEG_APPLICATIONS = 0xD9, 0xDA, 0xFE, range(0xE0, 0xF0)
# What of applications' is no more than how pixels and colours are meant.
_JPEG_MEANT: Final = {0xE0: b"JFIF\x00", 0xE2: b"ICC_PROFILE\x00", 0xEE: b"Adobe"}
_PNG_END: Final = b"IEND"
_PNG_MEANT: Final = {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"cICP", b"pHYs", b"bKGD"}


def bare(picture: bytes) -> bytes:
    """The JPEG or PNG with its pixels alone, in linear time; nothing that hangs behind its end.

    How the camera was held is forgotten, too: turn the picture before.
    """
    if picture.startswith(PNG):
        return PNG + b"".join(_png_chunks(picture, len(PNG)))
    return JPEG + b"".join(_jpeg_parts(picture, len(JPEG)))


def _jpeg_parts(picture: bytes, position: int) -> Iterator[bytes]:
    """Marker and length, then as many bytes; after a scan's its pixels, up to the next marker (ITU-T T.81, B.1)."""
    pixels = False
    while found := _JPEG_MARKER.search(picture, position):
        if pixels:
            yield picture[position : found.start()]
        marker, begins = found[1][0], found.end()
        if marker == _JPEG_END:
            yield found[0]
            return
        position = begins + max(2, int.from_bytes(picture[begins : begins + 2]))
        if _stays(marker, picture[begins + 2 : begins + 16]):
            yield picture[found.start() : position]
        pixels = marker == _JPEG_SCAN
    if pixels:
        yield picture[position:]


def _stays(marker: int, said: bytes) -> bool:
    if marker in _JPEG_APPLICATIONS:
        return marker in _JPEG_MEANT and said.startswith(_JPEG_MEANT[marker])
    return marker != _JPEG_COMMENT


def _png_chunks(picture: bytes, position: int) -> Iterator[bytes]:
    """Length, type, as many bytes, checksum (PNG, 5.3); a type with a capital is needed to show it."""
    name = b""
    while position + 12 <= len(picture) and name != _PNG_END:
        name, begins = picture[position + 4 : position + 8], position
        position += 12 + int.from_bytes(picture[begins : begins + 4])
        if name[:1].isupper() or name in _PNG_MEANT:
            yield picture[begins:position]
