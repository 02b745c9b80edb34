"""From several changes of a job to one event: what is told at once, and what waits for its window to end (D9)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from contracts.events import JobEvent
from notifier_svc.domain.window import joined, opens
from notifier_svc.store import windows as store
from servicekit import cloudevents
from servicekit.cloudevents import Event
from servicekit.db import Tx

LENGTH = timedelta(minutes=5)


async def told_now(tx: Tx, events: Sequence[Event[Any]], length: timedelta = LENGTH) -> list[Event[Any]]:
    """Those of the job events that open no window and fall into none as a reason to tell.

    Whatever happens to a job while its window is open is in what is told at the end.
    """
    known = await store.find(tx, [_key(event) for event in events if isinstance(event.data, JobEvent)])
    changed: dict[store.Key, store.Window] = {}
    for event in events:
        if not isinstance(event.data, JobEvent):
            continue
        key = _key(event)
        if key in known:
            headers, told = known[key]
            known[key] = changed[key] = (headers, joined(told, event.data))
        elif opens(event.data):
            known[key] = changed[key] = (cloudevents.headers(event), event.data)
    await store.put(tx, changed, length)
    return [event for event in events if not opens(event.data)]


def _key(event: Event[JobEvent]) -> store.Key:
    return event.company_id, event.data.job.id
