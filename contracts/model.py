"""The base of every contract: immutable, explicit about time and money, tolerant of fields it does not know yet."""

from datetime import time
from decimal import Decimal
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, Strict, WithJsonSchema

# True or false as a request says it: neither 1 nor "yes" passes for one.
Flag = Annotated[bool, Strict()]

# A point in time; always with an offset, UTC on the wire.
Instant = AwareDatetime

# An amount in the company's currency, two decimals; a string in JSON, so that no reader rounds it.
Money = Annotated[
    Decimal,
    Field(max_digits=12, decimal_places=2),
    PlainSerializer(lambda v: f"{v:.2f}", str, "json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,10}\.\d{2}$"}, mode="serialization"),
]

# A number of units (hours, pieces); a string in JSON.
Quantity = Annotated[
    Decimal,
    Field(max_digits=10, decimal_places=3),
    PlainSerializer(lambda v: f"{v:f}", str, "json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,7}(\.\d+)?$"}, mode="serialization"),
]

# A time of day where the reader is; no offset, so not JSON Schema's `time`.
WallTime = Annotated[time, WithJsonSchema({"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$"})]


class Contract(BaseModel):
    """A message between services: frozen, and a tolerant reader (unknown fields are ignored)."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


def starter_id(company_id: UUID, kind: str, slug: str) -> UUID:
    """The id of a company's starter `kind` (status, template, rule): the same in every service, without asking."""
    return uuid5(company_id, f"{kind}:{slug}")
