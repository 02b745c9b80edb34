"""Cursors over something numbered: jobs by number, notes and events by sequence."""

from typing import Annotated

from fastapi import Query

from servicekit.errors import Unprocessable
from servicekit.paging import MAX_LIMIT, decode_cursor

Cursor = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]


def number_in(cursor: str | None) -> int | None:
    """The one number that a cursor of ours holds."""
    if cursor is None:
        return None
    (number,) = decode_cursor(cursor, 1)
    if type(number) is not int or not 0 <= number < 2**63:
        raise Unprocessable("This cursor is not one of ours.")
    return number
