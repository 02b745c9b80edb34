"""Amounts and numbers: what is written matches the schema, and reads back as what it was."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.model import Flag, Money, Quantity
from contracts.profiles import CompanyProfile, CustomerProfile


def check(adapter: TypeAdapter[Any], value: Decimal) -> None:
    written = adapter.dump_python(value, mode="json")
    assert re.search(adapter.json_schema(mode="serialization")["pattern"], written)
    assert adapter.validate_python(written) == value


@given(st.decimals(-9_999_999_999, 9_999_999_999, places=2))
def test_an_amount_reads_back_as_it_was(value: Decimal) -> None:
    check(TypeAdapter(Money), value)


@given(st.decimals(-9_999_999, 9_999_999, places=3))
def test_a_quantity_reads_back_as_it_was(value: Decimal) -> None:
    check(TypeAdapter(Quantity), value)


@pytest.mark.parametrize("text", ["1E+2", "1e2", "0E-3", "100"])
def test_a_quantity_is_never_written_with_an_exponent(text: str) -> None:
    quantity: TypeAdapter[Decimal] = TypeAdapter(Quantity)
    check(quantity, quantity.validate_python(text))


@pytest.mark.parametrize("value", [0, 1, "true", "yes", None])
def test_nothing_but_true_and_false_is_a_flag(value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Flag).validate_python(value)


@pytest.mark.parametrize(
    ("written", "read"),
    [("es_MX", "es-MX"), ("es-MX", "es-MX"), ("en", "en"), ("de_DE@euro", "de-DE"), ("no locale", "en")],
)
def test_a_locale_is_read_in_one_spelling_whenever_it_was_written(written: str, read: str) -> None:
    ids = {"id": "00000000-0000-0000-0000-000000000001", "company_id": "00000000-0000-0000-0000-000000000001"}
    company = ids | {"version": 1, "name": "Northside", "slug": "northside", "zone": "UTC", "locale": written}
    assert CompanyProfile.model_validate(company).locale == read
    customer = ids | {"version": 1, "name": "Maria", "kind": "residential", "locale": written}
    assert CustomerProfile.model_validate(customer).locale == read
    assert CustomerProfile.model_validate(customer | {"locale": None}).locale is None
