"""Kafka records as they are read: an event, nothing of interest, or an error; never an exception."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from aiokafka import ConsumerRecord

from servicekit.cloudevents import Event, Undecodable, clean, decode, text
from servicekit.deadletters import DeadLetter

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Record:
    """A Kafka record after reading: an event, nothing of interest, or an error."""

    raw: ConsumerRecord[bytes, bytes]
    event: Event[Any] | None
    error: str | None = None


async def tolerant(records: tuple[ConsumerRecord[bytes, bytes], ...], original: Callable[..., Awaitable[Any]]) -> Any:
    """A batch for `read_batch`, whatever its headers: the library's own parser drops all where one is no UTF-8."""
    message = await original((replace(records[0], headers=()),))
    message.raw_message = records
    return message


async def read_batch(message: Any) -> list[Record]:
    return [_read(raw) for raw in message.raw_message]


def _read(raw: ConsumerRecord[bytes, bytes]) -> Record:
    try:
        return Record(raw, decode(clean(raw.headers), raw.value))
    except Undecodable as error:
        return Record(raw, None, str(error))


def events_in(raws: Iterable[ConsumerRecord[bytes, bytes]]) -> Iterator[Event[Any]]:
    """The events among records that another reader, with a group, takes in and sets aside where they can't be read."""
    for record in map(_read, raws):
        if record.event:
            yield record.event
        elif record.error:
            log.warning(
                "left out", extra={"topic": record.raw.topic, "offset": record.raw.offset, "error": record.error}
            )


def dead_letter(record: Record, error: str) -> DeadLetter:
    """The record as it is set aside."""
    raw = record.raw
    where = f"{raw.topic}/{raw.partition}/{raw.offset}"
    return DeadLetter(where, text(raw.key or b""), clean(raw.headers), raw.value or b"", error)
