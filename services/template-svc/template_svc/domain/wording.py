"""Values in words: amounts, dates, phones and names as people of a locale write them (CLDR)."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_datetime_format
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from contracts.values import Kind

E164 = re.compile(r"\+[1-9]\d{6,14}")
FALLBACK = Locale("en", "US")

# What the house's own words are called elsewhere; in English they are as they are.
_CODES = {
    "es": {"estimate": "presupuesto", "job": "trabajo", "deposit": "anticipo", "invoice": "factura", "yes": "sí"},
}

# Ways to pay, as offices write them; words that cost nothing in a text where there are any.
_METHODS = {
    "es": {
        "ach": "transferencia ACH",
        "bank transfer": "transferencia bancaria",
        "card": "tarjeta",
        "cash": "efectivo",
        "check": "cheque",
        "cheque": "cheque",
        "credit card": "tarjeta de crédito",
        "debit card": "tarjeta de débito",
        "financing": "financiamiento",
        "gift card": "tarjeta de regalo",
        "money order": "giro postal",
        "online": "por internet",
        "other": "otra forma",
        "transfer": "transferencia",
        "wire transfer": "transferencia bancaria",
    },
}
_ENDING = {"es": "{} terminada en {}"}
_CARD = re.compile(r"(.+) ending in (\d{2,6})", re.IGNORECASE)


class Said(str):
    """A value in words, which filters can word anew. It compares as what it tells, whatever the language."""

    __slots__ = ("kind", "locale", "told")

    kind: Kind
    told: str
    locale: str

    def __new__(cls, words: str, kind: Kind, told: str, locale: str) -> "Said":
        """`words` for `told`."""
        said = super().__new__(cls, words)
        said.kind, said.told, said.locale = kind, told, locale
        return said

    def __eq__(self, other: object) -> bool:
        return self.told == (other.told if isinstance(other, Said) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.told)


@lru_cache(maxsize=256)
def _locale(name: str) -> Locale:
    """The locale, or the nearest that is known; American English where there is none."""
    while name:
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError):
            name = name.rpartition("-")[0]
    return FALLBACK


def nearest_known(name: str) -> Locale:
    """Whose words and numbers a reader of `name` gets."""
    return _locale(name)


@lru_cache(maxsize=8192)
def money(told: str, locale: str) -> Said:
    """`$480.00`."""
    amount, currency = told.split(" ")
    return Said(format_currency(Decimal(amount), currency, locale=_locale(locale)), Kind.MONEY, told, locale)


@lru_cache(maxsize=1024)
def number(told: str, locale: str) -> Said:
    """`1.5`."""
    return Said(format_decimal(Decimal(told), locale=_locale(locale)), Kind.NUMBER, told, locale)


@lru_cache(maxsize=4096)
def date(told: str, locale: str, style: str = "long") -> Said:
    """`November 24, 2026`, of a day or of a moment where it is told."""
    day = dt.date.fromisoformat(told[:10])
    return Said(
        format_date(day, "EEEE" if style == "weekday" else style, locale=_locale(locale)), Kind.DATE, told[:10], locale
    )


@lru_cache(maxsize=1024)
def day(told: str, locale: str) -> Said:
    """`Tuesday, November 24`."""
    words = format_date(dt.date.fromisoformat(told[:10]), _day_pattern(locale), locale=_locale(locale))
    return Said(words, Kind.DATE, told[:10], locale)


@lru_cache(maxsize=64)
def _day_pattern(locale: str) -> str:
    """The locale's order of weekday, month and day, with both names written out."""
    known = _locale(locale).datetime_skeletons
    skeleton = next(name for name in ("MMMMEEEEd", "MMMMEd", "MMMEd") if name in known)
    return re.sub("[ML]{3,}", "MMMM", re.sub("E+|c{3,}", "EEEE", str(known[skeleton].pattern)))


@lru_cache(maxsize=4096)
def time(told: str, locale: str) -> Said:
    """`10:00 AM`, of a moment."""
    return Said(_time(told[11:16], locale), Kind.MOMENT, told, locale)


@lru_cache(maxsize=4096)
def _time(clock: str, locale: str) -> str:
    """With plain spaces, which every reader's font has."""
    return format_time(dt.time.fromisoformat(clock), "short", locale=_locale(locale)).replace("\u202f", " ")


@lru_cache(maxsize=4096)
def moment(told: str, locale: str) -> Said:
    """`Tuesday, November 24, 10:00 AM`."""
    pattern = str(get_datetime_format("medium", locale=_locale(locale))).replace("'", "")
    return Said(pattern.format(_time(told[11:16], locale), day(told[:10], locale)), Kind.MOMENT, told, locale)


@lru_cache(maxsize=4096)
def span(told: str, locale: str) -> Said:
    """`10:00 AM - 12:00 PM`, of two moments."""
    starts, ends = told.split(" ")
    return Said(f"{_time(starts[11:16], locale)} - {_time(ends[11:16], locale)}", Kind.SPAN, told, locale)


@lru_cache(maxsize=4096)
def zone(told: str, locale: str) -> str:  # noqa: ARG001  (the same for all)
    """`MST`, at a moment."""
    at, _, name = told[:-1].partition("[")
    return dt.datetime.fromisoformat(at).astimezone(ZoneInfo(name)).tzname() or name


@lru_cache(maxsize=4096)
def phone(told: str, locale: str) -> Said:
    """`(303) 555-0134`: as people of the number's country write it; what is no number stays as it is."""
    try:
        number = phonenumbers.parse(told) if E164.fullmatch(told) else None
    except phonenumbers.NumberParseException:  # of a country that does not exist
        number = None
    words = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL) if number else told
    return Said(words, Kind.PHONE, told, locale)


@lru_cache(maxsize=4096)
def names(people: Sequence[str], locale: str) -> Said:
    """`Ana`, `Ana and Ben`, `Ana, Ben, and Cy`."""
    words = format_list(people, locale=_locale(locale))
    return Said(words, Kind.NAMES, words, locale)


@lru_cache(maxsize=64)
def code(told: str, locale: str) -> Said:
    """`job`, `trabajo`."""
    return Said(_CODES.get(_locale(locale).language, {}).get(told, told), Kind.CODE, told, locale)


@lru_cache(maxsize=1024)
def method(told: str, locale: str) -> Said:
    """`card`, `tarjeta`; `Visa terminada en 4242`; what no table knows stays as it was written."""
    language = _locale(locale).language
    card = _CARD.fullmatch(told.strip())
    if card and language in _ENDING:
        words = _ENDING[language].format(_method(card[1], language), card[2])
    else:
        words = _method(told, language)
    return Said(words, Kind.METHOD, told, locale)


def _method(written: str, language: str) -> str:
    """Begins with a capital where it was written with one."""
    known = _METHODS.get(language, {}).get(" ".join(written.lower().split()), written)
    return known[:1].upper() + known[1:] if written[:1].isupper() else known


# How a value of a kind is said where a template asks for nothing else.
Word = Callable[[Any, str], str]
WORDS: dict[Kind, Word] = {
    Kind.CODE: code,
    Kind.METHOD: method,
    Kind.MOMENT: moment,
    Kind.SPAN: span,
    Kind.DATE: date,
    Kind.MONEY: money,
    Kind.NUMBER: number,
    Kind.PHONE: phone,
    Kind.NAMES: names,
}
