"""CloudEvents 1.0 in Kafka binary mode: attributes in `ce_*` headers, the data as JSON in the value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from contracts.model import Contract
from contracts.topics import CONTENT_TYPE, MESSAGES, TYPE_PREFIX, dataschema

T = TypeVar("T", bound=Contract)


@dataclass(frozen=True, slots=True)
class Event(Generic[T]):
    """A message as a handler sees it."""

    id: str
    type: str
    source: str
    subject: str | None
    time: datetime
    company_id: UUID
    data: T
    traceparent: str | None = None


class Undecodable(ValueError):
    """The record is no message of ours, or one this service can't read."""


def headers_of(
    model: type[Contract],
    *,
    id: str,
    source: str,
    subject: str,
    time: datetime,
    company_id: UUID,
    traceparent: str | None,
) -> dict[str, str]:
    """The record's headers (CloudEvents Kafka binding 3.2, distributed tracing extension)."""
    headers = {
        "content-type": CONTENT_TYPE,
        "ce_specversion": "1.0",
        "ce_id": id,
        "ce_source": source,
        "ce_type": TYPE_PREFIX + model.__name__,
        "ce_subject": subject,
        "ce_time": time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_dataschema": dataschema(model),
        "ce_companyid": str(company_id),
    }
    if traceparent:
        headers |= {"traceparent": traceparent, "ce_traceparent": traceparent}
    return headers


def headers(event: Event[Any]) -> dict[str, str]:
    """The headers that `event` came with, to store it as it is."""
    return headers_of(
        type(event.data),
        id=event.id,
        source=event.source,
        subject=event.subject or "",
        time=event.time,
        company_id=event.company_id,
        traceparent=event.traceparent,
    )


@cache
def _reader(model: type[Contract]) -> TypeAdapter[Contract]:
    return TypeAdapter(model)


def clean(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """The headers that are text; a stranger's odd header must not stop the reading."""
    return {text(name.encode()): text(raw) for name, raw in headers if raw is not None}


def text(raw: bytes) -> str:
    """As a database takes it: what is no UTF-8, and NUL, is replaced."""
    return raw.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def decode(headers: Mapping[str, str], value: bytes | None) -> Event[Any] | None:
    """Read a record; `None` for a type this release does not know.

    Raises `Undecodable` for a known type with another schema version, missing attributes or a body that does not fit.
    """
    type_ = headers.get("ce_type")
    if type_ is None:
        raise Undecodable("no ce_type header")
    model = MESSAGES.get(type_)
    if model is None:
        return None
    schema = headers.get("ce_dataschema", dataschema(model))
    if schema != dataschema(model):
        raise Undecodable(f"unknown schema version {schema}")
    try:
        return Event(
            id=headers["ce_id"],
            type=type_,
            source=headers["ce_source"],
            subject=headers.get("ce_subject"),
            time=datetime.fromisoformat(headers["ce_time"]),
            company_id=_owner(headers, data := _reader(model).validate_json(value or b"")),
            data=data,
            traceparent=headers.get("traceparent"),
        )
    except KeyError as error:
        raise Undecodable(f"no {error.args[0]} header") from None
    except ValidationError as error:
        raise Undecodable("; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors())) from None
    except ValueError as error:
        raise Undecodable(str(error)) from None


def _owner(headers: Mapping[str, str], data: Contract) -> UUID:
    """The event's company; an aggregate of another company inside it is refused."""
    company_id = UUID(headers["ce_companyid"])
    holder = getattr(data, "job", None) or getattr(data, "request", None) or data
    if getattr(holder, "company_id", None) != company_id:
        raise Undecodable("the event's company differs from the data's")
    return company_id
