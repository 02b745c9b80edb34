"""JSON Schemas (2020-12) of what is published and of rendering: one file per message, named by its version."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from contracts.model import Contract
from contracts.rendering import RenderContext, RenderRequest, RenderResponse
from contracts.topics import MESSAGES, dataschema, schema_version

RENDERING: tuple[type[Contract], ...] = (RenderRequest, RenderResponse, RenderContext)


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
    return {"$schema": _Untitled.schema_dialect, "$id": dataschema(model)} | schema


def json_schemas() -> dict[str, dict[str, Any]]:
    """All of them, by file name."""
    return {file_name(model): json_schema(model) for model in (*MESSAGES.values(), *RENDERING)}
