"""The JSON Schemas: valid, each its own, open to new fields, without a customer's data where it would lie around."""

from collections.abc import Iterable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.json_schemas import json_schema, json_schemas
from contracts.topics import TOPICS

SCHEMAS = json_schemas()

PERSONAL = {
    "name", "address", "email", "emails", "phone", "phones", "contact", "contacts", "street", "line", "city", "postal",
}  # fmt: skip
NOT_A_CUSTOMERS = {
    ("Status", "name"),
    ("Technician", "name"),
    ("DeliveryUpdated", "masked_address"),  # too little to write to
    ("InboundTextReceived", "phones"),  # by their ids
    ("BlockChanged", "phones"),
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_valid_json_schema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


def test_each_schema_has_a_name_of_its_own() -> None:
    assert len({schema["$id"] for schema in SCHEMAS.values()}) == len(SCHEMAS)
    assert SCHEMAS["JobCreated.v1.json"]["$id"] == "urn:fieldbell:JobCreated:1"


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_schema_forbids_fields_it_does_not_know(name: str) -> None:
    assert all(part.get("additionalProperties", True) is True for part in _objects(SCHEMAS[name]))


def test_topics_that_keep_everything_carry_nothing_personal_of_a_customer() -> None:
    kept = [message for topic in TOPICS if not topic.compacted for message in topic.messages]
    fields = {field for message in kept for field in _fields(json_schema(message))}
    assert {field for field in fields if _personal(field[1])} == NOT_A_CUSTOMERS


def _personal(name: str) -> bool:
    return not name.endswith("_id") and bool(PERSONAL & set(name.split("_")))


def _objects(schema: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return (part for part in (schema, *schema.get("$defs", {}).values()) if part.get("type") == "object")


def _fields(schema: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """(model, field) of every object in the schema."""
    return ((part["title"], field) for part in _objects(schema) for field in part["properties"])
