"""For tests of erasure: whether words remain anywhere, in whatever encoding, table or column."""

import base64
import quopri
import re
import zlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from itertools import chain
from typing import Any
from urllib.parse import quote

import asyncpg

from servicekit.db import Database

_TABLES = """
select c.oid::regclass::text as name
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
"""
_SEES_ALL = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
_SOFT_BREAK = re.compile(rb"=\r?\n")  # a line that quoted-printable went on with
AUTO = 47  # zlib's or gzip's header, whichever there is


class Words:
    """Words to look for: plain, escaped, in other encodings, and in what is compressed."""

    def __init__(self, *words: str) -> None:
        self._plain = {(needle.lower(), word) for word in words for needle in _spellings(word)}
        self._base64 = {(needle, word) for word in words for needle in _in_base64(word)}

    def found_in(self, value: Any) -> set[str]:
        """Those of the words that stand in `value`, however capitalised."""
        return set().union(*map(self._found, _texts(value)))

    def _found(self, text: bytes) -> set[str]:
        lower = _SOFT_BREAK.sub(b"", text).lower()
        plain = {word for needle, word in self._plain if needle in lower}
        return plain | {word for needle, word in self._base64 if needle in text}


# What the fixture `remaining` is (conftest.py at the root).
Remaining = Callable[[Database, Words], Awaitable[dict[str, set[str]]]]


async def remains(admin_url: str, words: Words) -> dict[str, set[str]]:
    """By `table.column`: which of the words stand in any row of the database. Only who sees every row may look."""
    connection = await asyncpg.connect(admin_url)
    found: defaultdict[str, set[str]] = defaultdict(set)
    try:
        assert await connection.fetchval(_SEES_ALL), "row-level security hides rows from this role"
        for table in await connection.fetch(_TABLES):
            for row in await connection.fetch(f"select * from {table['name']}"):  # noqa: S608
                for column, value in row.items():
                    found[f"{table['name']}.{column}"] |= words.found_in(value)
    finally:
        await connection.close()
    return {where: what for where, what in found.items() if what}


def _texts(value: Any) -> Iterator[bytes]:
    """All that stands in a value of a column, header or body, as bytes; what is compressed also unpacked."""
    match value:
        case bytes():
            yield value
            yield from _unpacked(value)
        case str():
            yield value.encode()
        case Mapping():
            yield from chain.from_iterable(map(_texts, chain(value.keys(), value.values())))
        case list() | tuple() | set() | asyncpg.Record():
            yield from chain.from_iterable(map(_texts, value))
        case _:
            yield str(value).encode()


def _unpacked(packed: bytes) -> Iterator[bytes]:
    try:
        unpacked = zlib.decompressobj(AUTO).decompress(packed)
    except zlib.error:
        return
    if unpacked:
        yield from _texts(unpacked)


def _spellings(word: str) -> Iterator[bytes]:
    for text in (word, word.lower(), word.upper()):
        raw = text.encode()
        yield from (raw, text.encode("utf-16-le"), text.encode("utf-16-be"), raw.hex().encode())
        yield from (quote(text).encode(), quopri.encodestring(raw), text.encode("ascii", "backslashreplace"))
        yield _json_escaped(text)


def _json_escaped(text: str) -> bytes:
    return "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in text).encode()


def _in_base64(word: str) -> Iterator[bytes]:
    """At each of the three places where a word can begin; without the characters that its neighbours share."""
    for text in (word, word.lower()):
        raw = text.encode()
        for before, shared in ((0, 0), (1, 2), (2, 3)):
            whole = (before + len(raw)) * 8 // 6
            encoded = base64.b64encode(bytes(before) + raw)[shared:whole]
            yield from (encoded, encoded.translate(bytes.maketrans(b"+/", b"-_")))
