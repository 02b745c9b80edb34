"""Which pictures can be a logo: what every mail program shows and none can run."""

from hashlib import sha256
from typing import ClassVar, NamedTuple

from servicekit.errors import Problem, TooLarge

MOST_BYTES = 256 * 1024

# By their first bytes; what the upload calls itself is not asked. SVG can carry scripts, and mail programs drop it.
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class UnsupportedPicture(Problem):
    """A logo must be a PNG or a JPEG."""

    status: ClassVar[int] = 415
    slug: ClassVar[str] = "unsupported-picture"


class Logo(NamedTuple):
    """A picture, known by its hash."""

    sha256: str
    media_type: str
    content: bytes


def logo(content: bytes) -> Logo:
    """The uploaded bytes as a logo, or why they can't be one."""
    if len(content) > MOST_BYTES:
        raise TooLarge(f"A logo has at most {MOST_BYTES // 1024} KB.")
    for signature, media_type in _SIGNATURES.items():
        if content.startswith(signature):
            return Logo(sha256(content).hexdigest(), media_type, content)
    raise UnsupportedPicture
