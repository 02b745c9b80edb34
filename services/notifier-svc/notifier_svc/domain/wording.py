"""Amounts, dates and names as people of a locale write them (CLDR)."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

FALLBACK = Locale("en", "US")


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    """The locale, American English where the company's is not one."""
    try:
        return Locale.parse(name, sep="-" if "-" in name else "_")
    except (UnknownLocaleError, ValueError):
        return FALLBACK


@lru_cache(maxsize=8192)
def money(amount: Decimal, currency: str, locale: str) -> str:
    """`$480.00`."""
    return str(format_currency(amount, currency, locale=_locale(locale)))


@lru_cache(maxsize=1024)
def number(quantity: Decimal, locale: str) -> str:
    """`1.5`."""
    return str(format_decimal(quantity, locale=_locale(locale)))


@lru_cache(maxsize=1024)
def date(day: dt.date, locale: str) -> str:
    """`November 24, 2026`."""
    return str(format_date(day, "long", locale=_locale(locale)))


@lru_cache(maxsize=1024)
def day(day: dt.date, locale: str) -> str:
    """`Tuesday, November 24`."""
    return str(format_date(day, _day_pattern(locale), locale=_locale(locale)))


@lru_cache(maxsize=64)
def _day_pattern(locale: str) -> str:
    """The locale's order of weekday, month and day, with both names written out."""
    pattern = str(_locale(locale).datetime_skeletons["MMMEd"].pattern)
    return re.sub("[ML]+", "MMMM", re.sub("E+", "EEEE", pattern))


def time(moment: dt.datetime, locale: str) -> str:
    """`10:00 AM`, of a moment in its own zone; with plain spaces, which every reader's font has."""
    return _time(moment.replace(second=0, microsecond=0, tzinfo=None), locale)


@lru_cache(maxsize=4096)
def _time(moment: dt.datetime, locale: str) -> str:
    return str(format_time(moment.time(), "short", locale=_locale(locale))).replace("\u202f", " ")


def names(people: Sequence[str], locale: str) -> str:
    """`Ana`, `Ana and Ben`, `Ana, Ben, and Cy`."""
    return str(format_list(people, locale=_locale(locale))) if people else ""
