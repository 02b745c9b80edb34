"""What a called person hears again."""

import zlib

import orjson

from notifier_svc.domain.receipts import Try
from notifier_svc.store.planning import QUERIES
from servicekit.db import Tx


async def words(tx: Tx, which: Try) -> tuple[str, str | None]:
    """What was to be said, and its locale; nothing once it is no longer kept."""
    body: bytes | None = await QUERIES.words_of_try(tx, which.month, which.delivery_id, which.n)
    kept = orjson.loads(zlib.decompress(body)) if body else {}
    return kept.get("text", ""), kept.get("locale")
