"""Notes and the signature of a work order, and what counts as an image."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from servicekit.errors import Problem, TooLarge, Unprocessable
from status_svc.domain.fields import Draft, Label, Paragraph

IMAGE_BYTES: Final = 2 * 1024 * 1024
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ImageTooLarge(TooLarge):
    """An image can have 2 MB."""

    slug = "image-too-large"


class NotAnImage(Problem):
    """Images are PNG, JPEG or WebP, and are what their content type says."""

    status, slug = 415, "not-an-image"


class UnknownImage(Unprocessable):
    """An image is named that was not uploaded."""

    slug = "unknown-image"


class NoteDraft(Draft):
    """A note on the work, perhaps with pictures."""

    text: Paragraph
    images: Annotated[tuple[Sha256, ...], Field(max_length=20)] = ()


class SignatureDraft(Draft):
    """Who signed, and the picture of it."""

    signed_by: Label
    image: Sha256


def check_image(content_type: str, data: bytes) -> str:
    """The content type of an image, as declared and as its first bytes say."""
    if len(data) > IMAGE_BYTES:
        raise ImageTooLarge
    found = _kind(data)
    if found is None or found != content_type.partition(";")[0].strip().lower():
        raise NotAnImage
    return found


def _kind(data: bytes) -> str | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None
