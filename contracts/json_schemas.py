"""JSON Schemas (2020-12) of what is published and of rendering: one file per message, named by its version."""

import re
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from contracts.model import Contract
from contracts.rendering import RenderContext, RenderRequest, RenderResponse
from contracts.reports import JobRecord, ReportContext
from contracts.topics import MESSAGES, dataschema, schema_version

RENDERING: tuple[type[Contract], ...] = (RenderRequest, RenderResponse, RenderContext, JobRecord, ReportContext)

_NUMBERS = re.compile(r" \((?:requirements )?[SDG]\d+(?:\.\d+)?(?:, [SDG]\d+(?:\.\d+)?)*\)")


def published(document: Any) -> Any:
    """The document without the numbers of requirements in its prose: `(S1.18)` tells nobody outside anything."""
    if isinstance(document, dict):
        return {name: published(value) for name, value in document.items()}
    if isinstance(document, list):
        return [published(value) for value in document]
    return _NUMBERS.sub("", document) if isinstance(document, str) else document


class _Untitled(GenerateJsonSchema):
    """Without a title at each field: it would only repeat the name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def file_name(model: type[Contract]) -> str:
    """`JobCreated.v1.json`."""
    return f"{model.__name__}.v{schema_version(model)}.json"


def json_schema(model: type[Contract]) -> dict[str, Any]:
    """What `model` looks like on the wire: fields with a default may be missing, unknown ones may come."""
    schema = model.model_json_schema(schema_generator=_Untitled, mode="serialization")
    described: dict[str, Any] = published({"$schema": _Untitled.schema_dialect, "$id": dataschema(model)} | schema)
    return described


def json_schemas() -> dict[str, dict[str, Any]]:
    """All of them, by file name."""
    return {file_name(model): json_schema(model) for model in (*MESSAGES.values(), *RENDERING)}
