"""How large a picture is, by its first bytes: nothing is unpacked."""

MOST_PIXELS = 4_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG markers that tell a size


def too_large(picture: bytes) -> bool:
    """Whether a PNG or JPEG has more pixels than a page needs; what is neither says nothing of its size."""
    width, height = _size(picture)
    return width * height > MOST_PIXELS


def _size(picture: bytes) -> tuple[int, int]:
    if picture.startswith(_PNG):
        return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
    if picture.startswith(b"\xff\xd8"):
        return _jpeg(picture)
    return 0, 0


def _jpeg(picture: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(picture) and picture[at] == 0xFF:
        marker = picture[at + 1]
        if marker in _FRAMES:
            return int.from_bytes(picture[at + 7 : at + 9], "big"), int.from_bytes(picture[at + 5 : at + 7], "big")
        at += 1 if marker == 0xFF else 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
    return 0, 0
