"""The table of who may do what, read from access.md, where people read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from contracts.jobs import Role
from contracts.topics import SERVICES

PAGE = Path(__file__).with_name("access.md")
COLUMNS = ("operation", "what it does", *(role.value for role in Role), "anyone", "but")


class Door(StrEnum):
    """How an operation is closed."""

    TOKEN = ""
    """A token with one of the roles."""
    SIGNED = "signed"
    """A signature instead of a token."""
    OPEN = "anyone"


@dataclass(frozen=True)
class Access:
    """One line: an operation, and who may."""

    operation: str
    """`GET /v1/jobs/{job_id}`."""
    may: frozenset[Role]
    door: Door


@cache
def access(service: str) -> tuple[Access, ...]:
    """The lines of a service, in their order. Raises `ValueError` for what is no such table."""
    return tuple(map(_access, _lines(service)))


def _lines(service: str) -> Iterator[list[str]]:
    """The cells of each line of the service's section."""
    _, *sections = PAGE.read_text("utf-8").split("\n## ")
    [section] = [text for text in sections if text.partition("\n")[0].endswith(f": {service}")]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if line.startswith("|")]
    if tuple(rows[0]) != COLUMNS or len(sections) != len(SERVICES):
        raise ValueError(f"{PAGE.name} has other sections or columns than the test reads.")
    yield from rows[2:]


def _access(cells: list[str]) -> Access:
    said = dict(zip(COLUMNS, cells, strict=True))
    operation = said["operation"].strip("`")
    allowed = {role: ("", "yes", "own") if role is Role.CUSTOMER else ("", "yes") for role in Role}
    if any(said[role] not in words for role, words in allowed.items()):
        raise ValueError(f"{operation}: a cell says neither yes nor, of customers, own.")
    return Access(operation, frozenset(role for role in Role if said[role]), Door(said["anyone"]))
