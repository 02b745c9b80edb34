"""What people type: accepted, put into one form, or refused with a reason."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from customer_svc.domain.values import (
    Email,
    Link,
    LocaleName,
    Name,
    Notes,
    Text,
    Zone,
    e164,
    reachable,
)
from servicekit.errors import Unprocessable


@pytest.mark.parametrize("breaker", ["\r", "\n", "\0", "\t", "\x1b", "\u2028", "\x85"])
@pytest.mark.parametrize("kind", [Name, Text, Email])
@pytest.mark.survives(46)
def test_a_line_break_or_control_in_a_name_or_address_is_refused(kind: Any, breaker: str) -> None:
    for value in (f"maria@example.com{breaker}", f"maria{breaker}@example.com", f"{breaker}maria@example.com"):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(value)


def test_blanks_around_a_name_are_dropped_and_a_blank_name_is_refused() -> None:
    assert TypeAdapter(Name).validate_python("  Maria Lee ") == "Maria Lee"
    with pytest.raises(ValidationError, match="empty"):
        TypeAdapter(Name).validate_python("   ")


def test_notes_may_have_lines_but_no_nul() -> None:
    assert TypeAdapter(Notes).validate_python("one\ntwo") == "one\ntwo"
    with pytest.raises(ValidationError, match="NUL"):
        TypeAdapter(Notes).validate_python("one\0two")


def test_an_email_address_is_kept_as_typed() -> None:
    assert TypeAdapter(Email).validate_python(" Maria.Lee@Example.COM ") == "Maria.Lee@Example.COM"


@pytest.mark.parametrize(
    "address", ["maria", "maria@", "@example.com", "a b@example.com", "maria@localhost", "ü@a.com"]
)
def test_what_is_no_email_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="no email address"):
        TypeAdapter(Email).validate_python(address)


@pytest.mark.parametrize("number", ["303-555-0123", "(303) 555 0123", "+1 303.555.0123", "1-303-555-0123"])
def test_a_phone_number_in_any_notation_becomes_e164(number: str) -> None:
    assert e164(number, "en-US") == "+13035550123"


def test_a_number_without_country_code_belongs_to_the_companys_country() -> None:
    assert e164("020 7946 0018", "en-GB") == "+442079460018"


@pytest.mark.parametrize("number", ["12", "maria", "+1 303 555 0123 ext. 4", "555-0123"])
def test_what_cannot_be_dialled_is_refused(number: str) -> None:
    with pytest.raises(Unprocessable):
        e164(number, "en-US")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Zone, "Denver"),
        (Zone, "../etc/passwd"),
        (LocaleName, "xx_YY"),
        (Link, "javascript:alert(1)"),
        (Link, "//a.com"),
    ],
)
def test_an_unknown_zone_or_locale_and_a_link_that_runs_are_refused(kind: Any, value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)


def test_the_allow_list_of_the_sandbox_holds_addresses_and_phones_in_one_form() -> None:  # G16
    assert reachable("Tester@Example.com", "en-US") == "tester@example.com"
    assert reachable("a@Bücher.example", "en-US") == "a@xn--bcher-kva.example"
    assert reachable("(303) 555-0123", "en-US") == "+13035550123"
    with pytest.raises(Unprocessable):
        reachable("@", "en-US")
