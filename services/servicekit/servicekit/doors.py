"""For tests: every operation of a running service, asked by everyone and by no one, against the table of access."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx

from contracts.access import Access, Door, access
from contracts.jobs import Role

# What fills a path where no id does.
SAMPLES = ("0" * 64, "2026-11")


async def wrong_doors(client: httpx.AsyncClient, service: str, people: Mapping[Role, dict[str, str]]) -> list[str]:
    """Where the service's answer is not what the table says, to no token, and to the headers of each of `people`.

    Requests have no body: who may do it gets past the door and is told that something is missing, or not there.
    """
    document = (await client.get("/openapi.json")).json()
    wrong = []
    for line in access(service):
        method, path = _concrete(line.operation, document)
        for role in (None, *Role):
            response = await client.request(method, path, headers=people[role] if role else {})
            if response.status_code == 500 or not _fits(line, role, response.status_code):
                wrong.append(f"{line.operation} as {role or 'nobody'}: {response.status_code}")
    return wrong


def _fits(line: Access, role: Role | None, status: int) -> bool:
    """Is this the answer that the table promises?"""
    match line.door:
        case Door.OPEN:
            return status not in (401, 403)
        case Door.SIGNED:
            return 400 <= status < 500  # refused; how is told by the tests of what is signed
        case Door.TOKEN:
            if role is None:
                return status == 401
            return status not in (401, 403) if role in line.may else status == 403


def _concrete(operation: str, document: Mapping[str, Any]) -> tuple[str, str]:
    """The method, and the path with something in it that fits and is nobody's."""
    method, path = operation.split()
    for parameter in document["paths"][path][method.lower()].get("parameters", ()):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", _sample(parameter["schema"], document))
    return method, path


def _sample(schema: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    match schema:
        case {"$ref": str(name)}:
            return _sample(document["components"]["schemas"][name.rpartition("/")[2]], document)
        case {"enum": [first, *_]}:
            return str(first)
        case {"format": "uuid"}:
            return str(UUID(int=0))
        case {"type": "integer"}:
            return "1"
    return next(sample for sample in SAMPLES if re.search(schema.get("pattern", ""), sample))
