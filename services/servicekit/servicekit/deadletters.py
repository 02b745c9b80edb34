"""Dead letters: records that can't be read or handled, kept whole with the reason, and put back by a command."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from contracts.topics import dead_letters
from servicekit.cloudevents import clean
from servicekit.db import Tx

if TYPE_CHECKING:
    from servicekit.kafka import Record

log = logging.getLogger(__name__)

NO_COMPANY = UUID(int=0)
_ADD = """
insert into outbox (company_id, topic, key, headers, body)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::bytea[])
"""


async def add(tx: Tx, service: str, records: Sequence["Record"]) -> None:
    """Store `records` for `service`'s dead-letter topic, in the transaction that moves past them."""
    topic = dead_letters(service).name
    for record in records:
        raw = record.raw
        origin = f"{raw.topic}/{raw.partition}/{raw.offset}"
        log.error("dead letter", extra={"origin": origin, "error": record.error})
        headers = clean(raw.headers) | {"x-error": record.error or "", "x-origin": origin}
        key = (raw.key or b"").decode("utf-8", "replace")
        await tx.execute(_ADD, [NO_COMPANY], [topic], [key], [headers], [raw.value or b""])
    if records:
        await tx.execute("select pg_notify('outbox', '')")
