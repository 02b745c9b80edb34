"""What the contracts say of the services is what the services do: who listens to what, what they answer over HTTP."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from openapi_spec_validator import OpenAPIV31SpecValidator

from contracts.asyncapi import document
from contracts.generate import HERE
from contracts.topics import SERVICES
from tests.contract.conftest import BUILDS


def openapi(service: str) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads((HERE / "openapi" / f"{service}.json").read_text("utf-8"))
    return kept


def operations(service: str) -> dict[str, dict[str, Any]]:
    """`GET /v1/jobs` -> the operation."""
    paths = openapi(service)["paths"].items()
    return {f"{method.upper()} {path}": operation for path, methods in paths for method, operation in methods.items()}


def test_every_service_is_looked_at() -> None:
    assert BUILDS.keys() == set(SERVICES)


def test_the_groups_and_topics_of_asyncapi_are_those_of_the_services(apps: dict[str, FastAPI]) -> None:
    listening = {(c.group, c.topic.name) for app in apps.values() for c in app.state.runtime.consumers}
    receiving = [operation for operation in document()["operations"].values() if operation["action"] == "receive"]
    promised = {
        (o["bindings"]["kafka"]["groupId"]["const"], o["channel"]["$ref"].removeprefix("#/channels/"))
        for o in receiving
    }
    assert listening == promised


def test_a_group_belongs_to_one_service_and_says_so(apps: dict[str, FastAPI]) -> None:
    for name, app in apps.items():
        assert all(consumer.group.startswith(f"{name}.") for consumer in app.state.runtime.consumers)


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_serves_is_what_its_openapi_says(apps: dict[str, FastAPI], service: str) -> None:
    assert apps[service].openapi() == openapi(service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_what_it_answers_without_any_settings(service: str) -> None:
    printed = subprocess.check_output([Path(sys.executable).with_name(service), "openapi"], env={})
    assert json.loads(printed) == openapi(service)


@pytest.mark.parametrize("service", SERVICES)
def test_the_openapi_document_is_valid(service: str) -> None:
    OpenAPIV31SpecValidator(openapi(service)).validate()


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_says_how_it_refuses(service: str) -> None:
    for operation in operations(service).values():
        assert operation["responses"]["4XX"]["$ref"] == "#/components/responses/Problem"
        assert operation["responses"]["5XX"]["$ref"] == "#/components/responses/Problem"
