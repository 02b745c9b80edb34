"""How to send: from the settings, passed down."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from notifier_svc.channels.callbacks import Callbacks
from notifier_svc.channels.dkim import Signing
from notifier_svc.channels.links import ReaderLinks
from notifier_svc.channels.smtp import Host
from notifier_svc.channels.verp import BounceAddresses, Tokens

_COUNTS_SLEEP: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # on macOS the other one counts it, too


def awake_or_not() -> float:
    """Seconds that go on while the process stands still, or the whole machine sleeps."""
    return time.clock_gettime(_COUNTS_SLEEP)


@dataclass(frozen=True)
class Sending:
    """How to send."""

    hosts: tuple[Host, ...]
    """The first is used while it works, the next ones in its place."""
    from_address: str
    callbacks: Callbacks
    links: ReaderLinks
    bounces: BounceAddresses | None = None
    """Where emails come back to; without it to `from_address`."""
    signing: Signing | None = None
    tokens: Tokens | None = None
    """What SendGrid is told, to say it with its events; without it, nothing."""
    connections: int = 8
    """How many emails are handed over at a time; each host has a limit of its own besides."""
    twilio_connections: int = 16
    lease: timedelta = timedelta(seconds=60)
    release_per_second: int = 100
    """What waited for the end of a pause goes so fast, of each company."""
    retry_seconds: float = 5.0
    """Before the second try of a message that was refused for now; doubles with each try."""
    report_retry_seconds: float = 30.0
    """Before the next try of an email whose report could not be made."""
    breaker_seconds: float = 0.5
    """How long a part that failed is left alone; doubles with each failure in a row."""
    clock: Callable[[], float] = awake_or_not
    """By which a sender knows that it stood still for too long."""
