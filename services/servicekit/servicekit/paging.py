"""Cursor pagination: a cursor is opaque to the client and holds the last row's sort key."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import orjson
from pydantic import BaseModel

from servicekit.db import plain_uuid
from servicekit.errors import Unprocessable

T = TypeVar("T")

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


class Page(BaseModel, Generic[T]):
    """Some items, and where the next ones begin; no `next_cursor` on the last page."""

    items: Sequence[T]
    next_cursor: str | None = None


def encode_cursor(*values: Any) -> str:
    """A cursor for the row whose sort key is `values` (JSON-able, UUID or datetime)."""
    return base64.urlsafe_b64encode(orjson.dumps(values, default=plain_uuid)).decode().rstrip("=")


def decode_cursor(cursor: str, fields: int) -> list[Any]:
    """The values of a cursor. Raises `Unprocessable` for anything but a cursor of `fields` values."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        values = None
    if not isinstance(values, list) or len(values) != fields:
        raise Unprocessable("This cursor is not one of ours.")
    return values


def row_number(value: Any) -> int:
    """For `read_cursor`: a number that PostgreSQL can have given to a row. Raises `ValueError`."""
    if not isinstance(value, int) or not 0 < value < 2**63:
        raise ValueError("no number of a row")
    return value


def read_cursor(cursor: str, *readers: Callable[[Any], Any]) -> tuple[Any, ...]:
    """The values of a cursor, each through its reader. Raises `Unprocessable` for what no reader takes."""
    try:
        return tuple(read(value) for read, value in zip(readers, decode_cursor(cursor, len(readers)), strict=True))
    except (ValueError, TypeError, AttributeError):
        raise Unprocessable("This cursor is not one of ours.") from None
