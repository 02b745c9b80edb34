"""What sending shows of itself: outcomes, latency, what waits. No personal data."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from contracts.deliveries import Channel, DeliveryState, Lane, Reason
from contracts.profiles import PauseCause
from notifier_svc.domain.outcome import FAILING
from notifier_svc.store.sending import End
from servicekit.telemetry import meter

_ended = meter.create_counter("fieldbell_deliveries_total", description="Deliveries that ended, by state and reason.")
_failed_tries = meter.create_counter(
    "fieldbell_tries_failed_total", description="Tries that failed for now: the message waits for the next."
)
_latency = meter.create_histogram(
    "fieldbell_delivery_latency_seconds",
    unit="s",
    description="From what happened to the provider's acceptance.",
    explicit_bucket_boundaries_advisory=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600, 3600, 86_400),
)
_wait = meter.create_histogram(
    "fieldbell_delivery_wait_seconds",
    unit="s",
    description="From when a message might go to the provider's acceptance.",
    explicit_bucket_boundaries_advisory=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600),
)
_due = meter.create_gauge("fieldbell_deliveries_due", description="Deliveries that are due and wait, by lane.")
_oldest = meter.create_gauge(
    "fieldbell_deliveries_due_oldest_seconds", description="How long the first of these has waited, by lane."
)
_retrying = meter.create_gauge(
    "fieldbell_deliveries_retrying", description="Deliveries that met trouble and wait for another try, by lane."
)
_held = meter.create_gauge("fieldbell_deliveries_held", description="Deliveries that wait for the end of a pause.")
_paused = meter.create_gauge("fieldbell_companies_paused", description="Companies that are paused, by who did it.")

_capped = meter.create_gauge(
    "fieldbell_companies_near_cap", description="Companies by how near the month's cap on texts and calls is."
)


def from_zero() -> None:
    """Show what has not happened yet as 0: of what is not there nobody sees the first rise."""
    for channel in Channel:
        _failed_tries.add(0, {"channel": channel})
        _ended.add(0, {"state": DeliveryState.SENT, "reason": "", "channel": channel})
        _ended.add(0, {"state": DeliveryState.UNKNOWN, "reason": Reason.OUTCOME_UNKNOWN, "channel": channel})
        for reason in FAILING:
            _ended.add(0, {"state": DeliveryState.FAILED, "reason": reason, "channel": channel})


def ended(ends: Sequence[End], now: datetime) -> None:
    """Count deliveries that ended at `now`."""
    how = Counter((end.stands.state, end.stands.reason, end.due.channel) for end in ends)
    for (state, reason, channel), count in how.items():
        _ended.add(count, {"state": state, "reason": reason or "", "channel": channel})
    for due in (end.due for end in ends if end.outcome.state is DeliveryState.SENT):
        _latency.record((now - due.occurred_at).total_seconds(), {"channel": due.channel})
        _wait.record(max(0.0, (now - due.due_at).total_seconds()), {"lane": due.lane, "channel": due.channel})


def failed_for_now(channel: Channel) -> None:
    """Count a try that will be followed by another."""
    _failed_tries.add(1, {"channel": channel})


def waiting(due: Mapping[Lane, int], oldest: Mapping[Lane, float], retrying: Mapping[Lane, int]) -> None:
    """Show what is due and waits, and for how many seconds, and what waits for another try."""
    for lane, count in due.items():
        _due.set(count, {"lane": lane})
    for lane, seconds in oldest.items():
        _oldest.set(seconds, {"lane": lane})
    for lane, count in retrying.items():
        _retrying.set(count, {"lane": lane})


def pauses(held: int, companies: Mapping[str, int]) -> None:
    """Show what pauses hold back, and how many companies are paused, by who did it; `operator`: all of them."""
    _held.set(held)
    for cause in (*PauseCause, "operator"):
        _paused.set(companies.get(cause, 0), {"cause": cause})


def caps(near: int, reached: int) -> None:
    """Show how many companies have used most of their month, or all of it."""
    _capped.set(near, {"standing": "near"})
    _capped.set(reached, {"standing": "reached"})
