"""Reads what is stored piece by piece: what this release can't read, written by a newer one say, stops no neighbour."""

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

from pydantic import ValidationError

from contracts.profiles import CompanyProfile
from servicekit import copies
from servicekit.db import Tx

S = TypeVar("S")
T = TypeVar("T")

log = logging.getLogger(__name__)


async def company_of(tx: Tx, company_id: UUID) -> CompanyProfile:
    """The company, as it is known here."""
    data = await copies.get(tx, "companies", [company_id])
    return CompanyProfile.model_validate(data[company_id])


def readable(kind: str, stored: Mapping[UUID, S], read: Callable[[S], T]) -> dict[UUID, T]:
    """What `read` makes of each; what can't be read is absent, and logged without its values."""
    found: dict[UUID, T] = {}
    for id, data in stored.items():
        try:
            found[id] = read(data)
        except (ValueError, LookupError, TypeError) as error:
            facts = {"kind": kind, "id": str(id), "error": type(error).__name__, "fields": _fields(error)}
            log.error("stored data can't be read", extra=facts)
    return found


def _fields(error: Exception) -> list[str]:
    if not isinstance(error, ValidationError):
        return []
    return [".".join(map(str, each["loc"])) for each in error.errors(include_url=False, include_input=False)]
