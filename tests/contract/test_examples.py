"""The golden messages, as every reader must understand them: ours, the official CloudEvents SDK, JSON Schema."""

import json
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft202012Validator

from contracts.asyncapi import document
from contracts.generate import HERE
from contracts.json_schemas import file_name, json_schema
from contracts.topics import CONTENT_TYPE, MESSAGES, TOPICS, dataschema
from servicekit.cloudevents import Undecodable, decode, headers
from tests.contract.golden import EXAMPLES, HASH_OF_MARIAS_PHONE, STORY, Golden, golden, read

NAMES = [model.__name__ for model in MESSAGES.values()]
CHECK_FORMATS = Draft202012Validator.FORMAT_CHECKER
WRITTEN = {type(data).__name__: golden(time, data) for time, data in STORY}


@pytest.fixture(params=NAMES)
def example(request: pytest.FixtureRequest) -> Golden:
    return read(request.param)


def value(example: Golden, **over: Any) -> bytes:
    return json.dumps(example.data | over).encode()


def test_every_message_has_an_example_and_every_example_a_message() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.json")} == set(NAMES)


def test_the_kept_message_is_what_is_published_today(example: Golden) -> None:
    assert example == WRITTEN[example.headers["ce_type"].rpartition(".")[2]]


def test_it_lies_on_its_topic_with_its_own_key(example: Golden) -> None:
    model = MESSAGES[example.headers["ce_type"]]
    topic = next(topic for topic in TOPICS if topic.name == example.topic)
    assert model in topic.messages
    assert example.headers["ce_source"] == f"/{topic.owner}"
    assert example.key in json.dumps(example.data) or example.key == HASH_OF_MARIAS_PHONE


def test_a_service_reads_it_and_would_write_it_the_same(example: Golden) -> None:
    event = decode(example.headers, value(example))
    assert event is not None
    assert event.data.model_dump(mode="json") == example.data
    assert headers(event) == example.headers


def test_fields_that_a_service_does_not_know_are_ignored(example: Golden) -> None:
    event = decode(example.headers, value(example, added_next_year={"deep": [1]}))
    assert event is not None
    assert event.data.model_dump(mode="json") == example.data


def test_another_schema_version_is_refused(example: Golden) -> None:
    newer = example.headers["ce_dataschema"].rpartition(":")[0] + ":2"
    with pytest.raises(Undecodable, match="unknown schema version"):
        decode(example.headers | {"ce_dataschema": newer}, value(example))


def test_a_type_that_a_service_does_not_know_is_passed_over(example: Golden) -> None:
    assert decode(example.headers | {"ce_type": "com.fieldbell.OfTomorrow"}, value(example)) is None


def test_it_fits_its_json_schema(example: Golden) -> None:
    model = MESSAGES[example.headers["ce_type"]]
    kept = json.loads((HERE / "schemas" / file_name(model)).read_text("utf-8"))
    Draft202012Validator(kept, format_checker=CHECK_FORMATS).validate(example.data)


def test_its_json_schema_is_no_rubber_stamp(example: Golden) -> None:
    schema = json_schema(MESSAGES[example.headers["ce_type"]])
    for field in schema["required"]:
        damaged = {name: content for name, content in example.data.items() if name != field}
        assert not Draft202012Validator(schema).is_valid(damaged)


def test_its_headers_are_those_that_asyncapi_promises(example: Golden) -> None:
    components = document()["components"]
    model = MESSAGES[example.headers["ce_type"]]
    promised = components["messages"][model.__name__]["headers"] | {"components": components}
    Draft202012Validator(promised, format_checker=CHECK_FORMATS).validate(example.headers)


def test_the_official_sdk_reads_it(example: Golden) -> None:
    raw = {name: content.encode() for name, content in example.headers.items()}
    message = KafkaMessage(headers=raw, key=example.key.encode(), value=value(example))
    event = from_binary_event(message, JSONFormat())
    assert event.get_type() == example.headers["ce_type"]
    assert event.get_dataschema() == dataschema(MESSAGES[example.headers["ce_type"]])
    assert event.get_datacontenttype() == CONTENT_TYPE
    assert event.get_extension("companyid") == example.headers["ce_companyid"]
    assert event.get_data() == example.data
