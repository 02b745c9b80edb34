"""Addresses as people type them, checked by channel."""

from typing import Annotated

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, StringConstraints


def email(value: str) -> str:
    """An email address. Raises `ValueError`."""
    try:
        return validate_email(value, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError as error:
        raise ValueError(f"is no email address: {error}") from None


def number(value: str) -> str:
    """A phone number in E.164 form. Raises `ValueError`."""
    try:
        parsed = phonenumbers.parse(value)
    except phonenumbers.NumberParseException as error:
        raise ValueError("is no phone number in international form: write it like +1 303 555 0100") from error
    if not phonenumbers.is_valid_number(parsed):
        raise ValueError("is no phone number of its country: write it like +1 303 555 0100")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


Address = Annotated[str, StringConstraints(max_length=254), AfterValidator(email)]
Number = Annotated[str, StringConstraints(max_length=40), AfterValidator(number)]
