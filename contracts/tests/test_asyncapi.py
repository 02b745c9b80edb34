"""The AsyncAPI document: valid by the official schema, and complete."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from contracts.asyncapi import document
from contracts.json_schemas import json_schemas
from contracts.topics import JOBS, TOPICS, Topic

HERE = Path(__file__).parent
# https://github.com/asyncapi/spec-json-schemas, schemas/3.0.0.json of release 6.11.1, Apache-2.0.
OFFICIAL: dict[str, Any] = json.loads((HERE / "asyncapi-3.0.0.schema.json").read_text("utf-8"))
DOCUMENT = document()
KAFKA = "kafka"


def resolve(reference: str) -> Any:
    """What a `$ref` of the document points at."""
    found: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def references(part: Any) -> set[str]:
    """Every `$ref` below `part`."""
    if isinstance(part, list):
        return set().union(*map(references, part))
    if not isinstance(part, dict):
        return set()
    own = {part["$ref"]} if "$ref" in part else set()
    return own.union(*map(references, part.values()))


def test_it_is_valid_by_the_official_schema() -> None:
    errors = Draft7Validator(OFFICIAL).iter_errors(yaml.safe_load(yaml.safe_dump(DOCUMENT)))
    assert [error.message for error in errors] == []


def test_the_official_schema_would_notice_a_mistake() -> None:
    broken = document()
    broken["operations"]["send-jobs.v1"]["action"] = "shout"
    assert not Draft7Validator(OFFICIAL).is_valid(broken)


def test_every_reference_leads_somewhere() -> None:
    schemas = json_schemas()
    for reference in references(DOCUMENT):
        if reference.startswith("#/"):
            assert resolve(reference)
        else:
            assert reference.removeprefix("./schemas/") in schemas


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_channel_says_how_its_topic_is_split_and_kept(topic: Topic) -> None:
    binding = DOCUMENT["channels"][topic.name]["bindings"][KAFKA]
    settings = binding["topicConfiguration"]
    assert (binding["topic"], binding["partitions"]) == (topic.name, topic.partitions)
    assert settings["cleanup.policy"] == ["compact" if topic.compacted else "delete"]
    assert ("retention.ms" in settings) is not topic.compacted


def test_a_message_says_its_type_its_schema_and_its_key() -> None:
    message = DOCUMENT["components"]["messages"]["JobCreated"]
    assert message["headers"]["properties"]["ce_type"] == {"const": "com.fieldbell.JobCreated"}
    assert message["payload"] == {"$ref": "./schemas/JobCreated.v1.json"}
    assert message["bindings"][KAFKA]["key"]["format"] == "uuid"
    assert message["contentType"].startswith("application/json")


def test_only_the_owner_sends_and_each_group_receives() -> None:
    operations = DOCUMENT["operations"]
    senders = {name for name, operation in operations.items() if operation["action"] == "send"}
    assert senders == {f"send-{topic.name}" for topic in TOPICS}
    receive = operations["receive-notifier-svc.jobs"]
    assert receive["bindings"][KAFKA]["groupId"]["const"] == "notifier-svc.jobs"
    assert len(receive["messages"]) == len(JOBS.messages)
