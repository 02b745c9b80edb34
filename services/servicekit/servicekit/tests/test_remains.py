"""What looks for leftovers finds them, however they are packed."""

import base64
import gzip
import json
import quopri
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from servicekit.remains import Words

NAME = "Zoë Quillfeather"
TEXT = f"Dear {NAME}, it's done"

ENCODINGS: dict[str, Callable[[str], Any]] = {
    "as it is": str,
    "shouted": str.upper,
    "utf-8": str.encode,
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16, big end first": lambda text: text.encode("utf-16-be"),
    "percent": quote,
    "quoted-printable": lambda text: quopri.encodestring(text.encode()),
    "quoted-printable over two lines": lambda text: quopri.encodestring(b"x" * 60 + text.encode()),
    "hex": lambda text: text.encode().hex(),
    "json with escapes": json.dumps,
    "zlib": lambda text: zlib.compress(text.encode()),
    "gzip": lambda text: gzip.compress(text.encode()),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64, one on": lambda text: base64.b64encode(f"x{text}".encode()),
    "base64 of URLs, two on": lambda text: base64.urlsafe_b64encode(f"xx{text}".encode()),
    "base64 in zlib": lambda text: zlib.compress(base64.b64encode(text.encode())),
    "in a list": lambda text: [1, [text.encode()]],
    "as a key": lambda text: {text: 1},
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_word_is_found_in_every_encoding(encoding: str) -> None:
    assert Words("nobody", NAME).found_in(ENCODINGS[encoding](TEXT)) == {NAME}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_is_not_there_is_not_found(encoding: str) -> None:
    assert Words(NAME).found_in(ENCODINGS[encoding]("Dear Zoe Quillfeather, it's done")) == set()


@pytest.mark.parametrize("nothing", [b"", "", None, zlib.compress(b"")])
def test_in_nothing_is_nothing_found(nothing: Any) -> None:
    assert Words(NAME).found_in(nothing) == set()
