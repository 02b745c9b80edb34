"""How current the copies of what other services own are, as those who keep them note for those who send."""

from collections.abc import Mapping
from datetime import timedelta

from contracts.topics import Topic
from notifier_svc.store.planning import QUERIES
from servicekit.db import Tx

MOST_BEHIND = timedelta(seconds=60)


async def note(tx: Tx, topic: Topic, ages: Mapping[int, float | None]) -> None:
    """By partition the seconds of which it is not known what came; `None`: what was there before is yet to be read."""
    await QUERIES.note_currency(tx, topic.name, list(ages), list(ages.values()))


async def is_behind(tx: Tx, topic: Topic) -> bool:
    """Whether for longer than a minute it may not be known what came, in some part of the topic."""
    behind: bool = await QUERIES.is_behind(tx, topic.name, MOST_BEHIND)
    return behind
