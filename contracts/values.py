"""What a message tells, typed and not worded: each value is one short text, so a batch is small and quick to read."""

import re
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field


class Kind(StrEnum):
    """What a value is, and so how it is worded and which filters take it."""

    TEXT = "text"
    CODE = "code"
    """A word that the house defines; compared as it is, and said in the reader's language."""
    METHOD = "method"
    """How something was paid: compared as it was written, and said in the reader's language where that is known."""
    MOMENT = "moment"
    SPAN = "span"
    """From one moment to another."""
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    PHONE = "phone"
    NAMES = "names"


Code = Annotated[str, Kind.CODE, Field(pattern=r"^[a-z]+$")]

# `card`, `check`, `Visa ending in 4242`: as the office writes it.
Method = Annotated[str, Kind.METHOD]

# A local time, its offset, and the zone it is told in (RFC 9557): `2026-11-24T10:00:00-07:00[America/Denver]`.
Moment = Annotated[
    str, Kind.MOMENT, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d\[[A-Za-z0-9_+/-]{1,64}\]$")
]

# `2026-11-24`.
Day = Annotated[str, Kind.DATE, Field(pattern=r"^\d{4}-\d\d-\d\d$")]

# `480.00 USD`.
Amount = Annotated[str, Kind.MONEY, Field(pattern=r"^-?\d{1,20}\.\d\d [A-Z]{3}$")]

# `1.5`: no needless zeros, so that `1` is 1 whatever it was counted in.
Number = Annotated[str, Kind.NUMBER, Field(pattern=r"^-?\d{1,20}(\.\d{1,6})?$")]

# E.164, `+13035550134`; or as the company writes it, where that is no number that can be dialled as it stands.
PhoneNumber = Annotated[str, Kind.PHONE]

Names = Annotated[tuple[str, ...], Kind.NAMES]

# BCP 47: `es-US`.
_LOCALE = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$"
Locale = Annotated[str, Field(pattern=_LOCALE)]


def moment(at: datetime, zone: str) -> str:
    """`at`, told in `zone`. Raises `LookupError` where there is no such zone."""
    return f"{at.astimezone(ZoneInfo(zone)).isoformat(timespec='seconds')}[{zone}]"


def day(at: date) -> str:
    """A day of the calendar."""
    return at.isoformat()


def amount(value: Decimal, currency: str) -> str:
    """An amount, rounded to two places."""
    return f"{value:.2f} {currency}"


def number(value: Decimal) -> str:
    """A number without needless zeros."""
    return f"{value.normalize():f}"


@lru_cache(maxsize=1024)
def locale(name: str) -> str:
    """A locale in BCP 47, also where it is spelled as profiles had it once (`es_US`); English for what is no name."""
    tag = name.partition("@")[0].replace("_", "-")
    return tag if re.match(_LOCALE, tag) else "en"


def _spelled(value: Any) -> Any:
    return locale(value) if isinstance(value, str) else value


# BCP 47, however it was spelled when it was written.
AnyLocale = Annotated[str, BeforeValidator(_spelled)]
