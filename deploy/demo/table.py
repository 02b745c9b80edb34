"""The log as a table that a person reads, on a screen of 80 columns or in a file."""

from collections import Counter
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.deliveries import Channel, DeliveryState
from deploy.demo.log import Delivery

NOBODY = "-"
CHANNELS = {Channel.EMAIL: "email", Channel.SMS: "text", Channel.VOICE: "call"}
NARROWEST, PIPED = 80, 100  # columns
_WORDS = {
    DeliveryState.QUEUED: ("waiting", "cyan"),
    DeliveryState.SENDING: ("waiting", "cyan"),
    DeliveryState.SENT: ("sent", "green"),
    DeliveryState.DELIVERED: ("sent", "green"),
    DeliveryState.SKIPPED: ("not sent", "yellow"),
    DeliveryState.CANCELLED: ("not sent", "yellow"),
    DeliveryState.EXPIRED: ("not sent", "yellow"),
    DeliveryState.UNKNOWN: ("unknown", "red"),
    DeliveryState.FAILED: ("failed", "red"),
    DeliveryState.BOUNCED: ("failed", "red"),
    DeliveryState.UNDELIVERED: ("failed", "red"),
}


def screen() -> Console:
    """Where the demo is shown: as wide as the screen, or wide enough for whoever reads it from a file."""
    console = Console(highlight=False)
    console.width = max(console.width, NARROWEST if console.is_terminal else PIPED)
    return console


def log_table(title: str, deliveries: Iterable[Delivery], zone: str) -> Table:
    """One row a delivery, in the order they were planned; times in the company's zone."""
    table = Table(title=title, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.title_justify, table.title_style = "left", "bold"
    for name in ("when", "who", "channel", "what", "state"):
        table.add_column(name, no_wrap=name in ("when", "channel", "state"), overflow="fold")
    table.add_column("why not", ratio=1)
    for delivery in deliveries:
        table.add_row(*cells(delivery, zone))
    return table


def cells(delivery: Delivery, zone: str) -> tuple[Text, ...]:
    """One row, in words."""
    state, style = _WORDS[delivery.state]
    when = f"{delivery.planned_at.astimezone(ZoneInfo(zone)):%H:%M:%S}"
    who = delivery.recipient_name or NOBODY
    plain = (when, who, CHANNELS[delivery.channel], delivery.rule_name or "", "" if delivery.is_sent else why(delivery))
    when_, who_, channel, what, reason = map(Text, plain)
    return when_, who_, channel, what, Text(state, style), reason


def why(delivery: Delivery) -> str:
    """The log's sentence without its full stop; the state says its first word already."""
    sentence = (delivery.explanation or delivery.detail or "").removesuffix(".")
    _, colon, rest = sentence.partition(": ")
    return f"{rest[:1].upper()}{rest[1:]}" if colon else sentence


def count(deliveries: Iterable[Delivery]) -> str:
    """`3 sent, 1 not sent`; in the words of the table."""
    words = Counter(_WORDS[delivery.state][0] for delivery in deliveries)
    return ", ".join(f"{number} {word}" for word, number in sorted(words.items(), key=lambda w: w[0] != "sent"))


def sent_by_channel(deliveries: Iterable[Delivery]) -> str:
    """`13 emails, 4 texts, 1 call`."""
    numbers = Counter(CHANNELS[delivery.channel] for delivery in deliveries if delivery.is_sent)
    return ", ".join(f"{number} {word}{'' if number == 1 else 's'}" for word, number in numbers.most_common())


def reached(deliveries: Iterable[Delivery]) -> str:
    """`Maria Lee: 8, Harold Jensen: none`."""
    per_person = Counter[str]()
    for delivery in deliveries:
        if delivery.recipient_name:
            per_person[delivery.recipient_name] += delivery.is_sent
    return ", ".join(f"{name}: {number or 'none'}" for name, number in per_person.items())
