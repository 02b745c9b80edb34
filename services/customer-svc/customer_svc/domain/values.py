"""The values people type, checked once where they come in: names, email addresses, phones, zones, links."""

import unicodedata
from datetime import time
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.numbers import is_currency
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from contracts.addresses import normalised_email
from servicekit.errors import Unprocessable

# Controls (CR, LF, NUL, tab ...) and the separators that some programs take for a line's end.
_BREAKS = {"Cc", "Zl", "Zp"}


class Body(BaseModel):
    """What a request carries; a field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _one_line(value: str) -> str:
    if any(unicodedata.category(c) in _BREAKS for c in value):
        raise ValueError("must be one line without control characters")
    return value.strip()


def _filled(value: str) -> str:
    if not value:
        raise ValueError("must not be empty")
    return value


def _no_nul(value: str) -> str:
    if "\0" in value:
        raise ValueError("must not contain NUL")
    return value


def _email(value: str) -> str:
    # DNS is not asked: an address may be typed before its domain exists. Without SMTPUTF8 few servers take "ü@...".
    try:
        validate_email(value, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise ValueError(f"is no email address: {error}") from error
    return value


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(value: str) -> str:
    if value not in _zones():
        raise ValueError("is no IANA time zone, such as America/Denver")
    return value


def _currency(value: str) -> str:
    if not is_currency(value):
        raise ValueError("is no ISO 4217 currency, such as USD")
    return value


def _locale(value: str) -> str:
    try:
        return str(Locale.parse(value.replace("-", "_"))).replace("_", "-")
    except (ValueError, UnknownLocaleError) as error:
        raise ValueError("is no locale, such as en-US") from error


def _local_time(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("is a local time, without an offset")
    return value


# fault 46: no CR, LF or NUL gets into a name or an address, so none can reach a header.
Text = Annotated[str, StringConstraints(max_length=200), AfterValidator(_one_line)]
Name = Annotated[Text, AfterValidator(_filled)]
Notes = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_no_nul)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_one_line), AfterValidator(_email)]
PhoneText = Annotated[str, StringConstraints(max_length=40), AfterValidator(_one_line), AfterValidator(_filled)]
Zone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_zone)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), AfterValidator(_currency)]
LocaleName = Annotated[str, StringConstraints(max_length=20), AfterValidator(_locale)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=63)]
Link = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\"'<>\x00-\x1f\x7f]+$", max_length=500)]
LastFour = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
LocalTime = Annotated[time, AfterValidator(_local_time)]


def e164(number: str, locale: str) -> str:
    """`number` in E.164 form; a number without a country code belongs to the locale's country."""
    territory = Locale.parse(locale, sep="-").territory
    try:
        parsed = phonenumbers.parse(number, territory)
    except phonenumbers.NumberParseException as error:
        raise Unprocessable("The phone number can't be read.") from error
    if parsed.extension or not phonenumbers.is_valid_number(parsed):
        raise Unprocessable("There is no such phone number; an extension can't be dialled either.")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def reachable(entry: str, locale: str) -> str:
    """An entry of the sandbox's allow-list: an email address, or a phone in E.164 form."""
    if "@" not in entry:
        return e164(entry, locale)
    try:
        return normalised_email(_email(entry))
    except ValueError as error:
        raise Unprocessable("An entry of the allow-list is no email address.") from error
