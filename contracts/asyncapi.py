"""The AsyncAPI 3.0 document: topics as channels, a message per type, who sends and which consumer groups read."""

from collections.abc import Iterable
from inspect import getdoc
from typing import Any

from contracts.json_schemas import file_name, published
from contracts.model import Contract
from contracts.topics import CONTENT_TYPE, MESSAGES, TOPICS, TYPE_PREFIX, Topic, dataschema

# Of https://github.com/asyncapi/bindings/tree/master/kafka
BINDING_VERSION = "0.5.0"

DESCRIPTION = (
    "What the Fieldbell services tell each other over Kafka: CloudEvents 1.0 in binary mode, at least once, in order "
    "per key. Readers ignore types and fields that they do not know, and refuse a schema version that they do not "
    "know. Compacted topics carry whole snapshots: the highest version of an id wins."
)

TEXT = {"type": "string"}
MOMENT = {"type": "string", "format": "date-time"}


def document() -> dict[str, Any]:
    """The whole document; message bodies are the files of `schemas/`."""
    described: dict[str, Any] = published(_document())
    return described


def _document() -> dict[str, Any]:
    return {
        "asyncapi": "3.0.0",
        "id": "urn:fieldbell:events",
        "info": {
            "title": "Fieldbell events",
            "version": "1.0.0",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": dict(_operations()),
        "components": {
            "messages": {m.__name__: _message(m) for m in MESSAGES.values()},
            "schemas": {"CloudEvent": _cloud_event()},
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": f"Owned by {topic.owner}. Key: {topic.key}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _names(topic)},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {name: _setting(name, value) for name, value in topic.config.items()},
                "bindingVersion": BINDING_VERSION,
            }
        },
    }


def _names(topic: Topic) -> list[str]:
    return [message.__name__ for message in topic.messages]


def _setting(name: str, value: str) -> int | list[str]:
    """A topic's setting with the type that the binding wants."""
    return value.split(",") if name == "cleanup.policy" else int(value)


def _operations() -> Iterable[tuple[str, dict[str, Any]]]:
    for topic in TOPICS:
        summary = f"{topic.owner} publishes to {topic.name}"
        yield f"send-{topic.name}", {"action": "send", "summary": summary} | _on(topic)
        for group in topic.groups:
            summary = f"{group.split('.')[0]} reads {topic.name}"
            yield f"receive-{group}", {"action": "receive", "summary": summary} | _on(topic) | _as(group)


def _on(topic: Topic) -> dict[str, Any]:
    channel = f"#/channels/{topic.name}"
    return {
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in _names(topic)],
    }


def _as(group: str) -> dict[str, Any]:
    group_id = {"type": "string", "const": group}
    return {"bindings": {"kafka": {"groupId": group_id, "bindingVersion": BINDING_VERSION}}}


def _message(model: type[Contract]) -> dict[str, Any]:
    exact = {"ce_type": {"const": TYPE_PREFIX + model.__name__}, "ce_dataschema": {"const": dataschema(model)}}
    return {
        "name": TYPE_PREFIX + model.__name__,
        "title": model.__name__,
        "summary": getdoc(model),
        "contentType": CONTENT_TYPE,
        "headers": {
            "type": "object",
            "allOf": [{"$ref": "#/components/schemas/CloudEvent"}],
            "properties": exact,
        },
        "payload": {"$ref": f"./schemas/{file_name(model)}"},
        "bindings": {"kafka": {"key": {"type": "string", "format": "uuid"}, "bindingVersion": BINDING_VERSION}},
    }


def _cloud_event() -> dict[str, Any]:
    """The headers of every message (CloudEvents Kafka binding 3.2)."""
    required: dict[str, dict[str, Any]] = {
        "content-type": {"const": CONTENT_TYPE},
        "ce_specversion": {"const": "1.0"},
        "ce_id": TEXT | {"format": "uuid", "description": "The same on every redelivery."},
        "ce_source": TEXT | {"format": "uri-reference", "description": "`/` and the service."},
        "ce_type": dict(TEXT),
        "ce_subject": TEXT | {"description": "What it is about; the key where nothing else is said."},
        "ce_time": MOMENT | {"description": "When it happened, in UTC."},
        "ce_dataschema": TEXT | {"format": "uri"},
        "ce_companyid": TEXT | {"format": "uuid", "description": "Whose it is."},
    }
    trace = TEXT | {"description": "W3C trace context: the trace in which it happened."}
    return {
        "type": "object",
        "required": list(required),
        "properties": required | {"traceparent": trace, "ce_traceparent": dict(trace)},
    }
