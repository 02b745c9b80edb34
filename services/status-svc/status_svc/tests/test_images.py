"""What counts as a picture."""

import pytest

from status_svc.domain.work_orders import IMAGE_BYTES, ImageTooLarge, NotAnImage, check_image

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 8
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 8
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "


@pytest.mark.parametrize(
    ("content_type", "data"), [("image/png", PNG), ("image/jpeg", JPEG), ("Image/WebP; q=1", WEBP)]
)
def test_png_jpeg_and_webp_are_pictures(content_type: str, data: bytes) -> None:
    assert check_image(content_type, data) == content_type.partition(";")[0].lower()


@pytest.mark.parametrize(
    ("content_type", "data"),
    [("image/png", JPEG), ("image/svg+xml", b"<svg/>"), ("text/html", PNG), ("image/png", b""), ("", PNG)],
)
def test_what_is_not_what_it_says_is_refused(content_type: str, data: bytes) -> None:
    with pytest.raises(NotAnImage):
        check_image(content_type, data)


def test_a_picture_has_two_megabytes_at_most() -> None:
    assert check_image("image/png", PNG.ljust(IMAGE_BYTES, b"\x00"))
    with pytest.raises(ImageTooLarge):
        check_image("image/png", PNG.ljust(IMAGE_BYTES + 1, b"\x00"))
