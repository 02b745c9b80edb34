"""What the services answer, read from their OpenAPI: nothing about a path is written down twice."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import contracts
from contracts.jobs import Role
from contracts.topics import SERVICES

OPENAPI = Path(contracts.__file__).parent / "openapi"
PREFIX = "/v1/"
METHODS = ("get", "put", "post", "delete", "patch")
_VARIABLE = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one service."""

    service: str
    method: str
    path: str
    """With variables: `/v1/jobs/{job_id}`."""
    roles: frozenset[Role]
    """Who may, by token; empty where no token is asked for."""

    @property
    def name(self) -> str:
        """`GET /v1/jobs/{job_id}`."""
        return f"{self.method} {self.path}"

    @property
    def is_public(self) -> bool:
        """Whether it takes requests without a token."""
        return not self.roles

    @property
    def is_internal(self) -> bool:
        """Whether only other services may: these don't come by the gateway."""
        return self.roles == {Role.SERVICE}

    @property
    def pattern(self) -> str | None:
        """A regular expression of its path; None where that has no variable."""
        literals = [re.escape(part) for part in _VARIABLE.split(self.path)]
        return "[^/]+".join(literals) if len(literals) > 1 else None


@cache
def operations() -> tuple[Operation, ...]:
    """All operations below `/v1/` of all services; what has fewer variables comes first."""
    found = (each for service in SERVICES for each in _of(service) if each.path.startswith(PREFIX))
    return tuple(sorted(found, key=lambda each: (each.path.count("{"), each.path, each.method)))


def _of(service: str) -> Iterator[Operation]:
    document: dict[str, Any] = json.loads((OPENAPI / f"{service}.json").read_text("utf-8"))
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                scopes = (role for needed in item[method].get("security", ()) for role in needed["bearer"])
                yield Operation(service, method.upper(), path, frozenset(map(Role, scopes)))
