"""Words as the log keeps them: what a copy says that says what its original said, and what a text is billed by."""

import logging
import zlib
from collections.abc import Sequence
from uuid import UUID

import orjson
from pydantic import ValidationError

from contracts.rendering import Rendered
from contracts.segments import segments
from notifier_svc.domain.recheck import Due
from notifier_svc.store.planning import QUERIES
from servicekit.db import Tx

log = logging.getLogger(__name__)


async def of(tx: Tx, dues: Sequence[Due]) -> dict[UUID, Rendered]:
    """The words by copy; of one whose words are gone, or can't be read, none."""
    wanted = {due.id: due for due in dues if due.as_it_was}
    if not wanted:
        return {}
    months = [due.occurred_month for due in wanted.values()]
    rows = [row async for row in QUERIES.kept_words(tx, months, list(wanted))]
    read = {row["delivery_id"]: _rendered(wanted[row["delivery_id"]], row["body"]) for row in rows}
    return {id: words for id, words in read.items() if words}


def segments_of(body: bytes | None) -> int | None:
    """What a text of these words is billed by; nothing where they are gone, or can't be read."""
    try:
        return segments(str(orjson.loads(zlib.decompress(body))["text"]).strip()) if body else None
    except (zlib.error, ValueError, LookupError, TypeError):
        return None


def _rendered(due: Due, body: bytes) -> Rendered | None:
    try:
        kept = orjson.loads(zlib.decompress(body))
        words = {name: kept.get(name) for name in ("locale", "subject", "html", "text")}
        return Rendered(ref=due.id, template_version=due.template_version or 0, channel=due.channel, **words)
    except (zlib.error, ValueError, ValidationError) as error:
        log.warning("kept words can't be read", extra={"delivery_id": str(due.id), "error": type(error).__name__})
        return None
