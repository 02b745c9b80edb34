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
        raise ValueError("is no number in international form, such as +13035550100") from error
    if not phonenumbers.is_possible_number(parsed):
        raise ValueError("can't be a number: it has too few or too many digits for its country")
    return value


Address = Annotated[str, StringConstraints(max_length=254), AfterValidator(email)]
Number = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$"), AfterValidator(number)]
