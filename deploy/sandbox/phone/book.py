"""The phone book: texts and calls in memory, over the truth log."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from deploy.sandbox.phone.records import Call, Exchange, Text
from deploy.sandbox.truth_log import Place, Record, TruthLog

LOG_NAME = "phone.jsonl"
E = TypeVar("E", bound=Exchange)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which texts or calls to list; numbers match exactly, `since` is inclusive, `phone` is the person's side."""

    to: str | None = None
    sender: str | None = None
    sid: str | None = None
    account: str | None = None
    direction: str | None = None
    status: str | None = None
    phone: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, exchange: Exchange) -> bool:
        """Whether this one is wanted."""
        named = ("to", "sender", "sid", "account", "direction", "status", "phone")
        return (
            all(getattr(self, name) in (None, getattr(exchange, name)) for name in named)
            and (self.since is None or exchange.created_at >= self.since)
            and (self.until is None or exchange.created_at <= self.until)
        )


class Shelf(Generic[E]):
    """All texts, or all calls, in the order they came."""

    def __init__(self, kind: type[E]) -> None:
        self._kind = kind
        self._all: list[E] = []
        self._position: dict[str, int] = {}
        self._by_phone: defaultdict[str, list[int]] = defaultdict(list)

    def __iter__(self) -> Iterator[E]:
        return iter(self._all)

    def add(self, record: Record) -> E:
        """Put a new one at the end."""
        exchange = self._kind.model_validate(record)
        self._position[exchange.sid] = len(self._all)
        self._by_phone[exchange.phone].append(len(self._all))
        self._all.append(exchange)
        return exchange

    def change(self, sid: str, changes: dict[str, Any]) -> None:
        """Replace the one of this sid by one with these changes."""
        position = self._position[sid]
        self._all[position] = self._kind.model_validate(self._all[position].model_dump() | changes)

    def get(self, sid: str) -> E | None:
        """The one of this sid."""
        position = self._position.get(sid)
        return None if position is None else self._all[position]

    def newest(self, wanted: Wanted, before: str | None = None) -> Iterator[E]:
        """What is wanted, newest first, older than the one of sid `before`; one that isn't here has nothing older."""
        end = len(self._all) if before is None else self._position.get(before, 0)
        for position in reversed(self._candidates(wanted)):
            if position < end and wanted.takes(self._all[position]):
                yield self._all[position]

    def phones(self) -> list[str]:
        """Every phone there is, the one heard of last first."""
        return sorted(self._by_phone, key=lambda phone: self._by_phone[phone][-1], reverse=True)

    def _candidates(self, wanted: Wanted) -> Sequence[int]:
        if wanted.sid is not None:
            return [self._position[wanted.sid]] if wanted.sid in self._position else []
        if wanted.phone is not None:
            return self._by_phone.get(wanted.phone, ())
        for number in (wanted.to, wanted.sender):  # either may be a company's number instead
            if number is not None and number in self._by_phone:
                return self._by_phone[number]
        return range(len(self._all))


class PhoneBook:
    """Every text and call ever accepted, kept for good, and who opted out where Twilio keeps that list."""

    def __init__(self, state: Path) -> None:
        self.texts = Shelf(Text)
        self.calls = Shelf(Call)
        self._opted_out: set[tuple[str, str]] = set()
        self._log = TruthLog(state / LOG_NAME, self._index)

    async def add(self, exchange: Text | Call) -> None:
        """Keep a new one; return once it is on the disk. Raises OSError."""
        kind = "text" if isinstance(exchange, Text) else "call"
        await self._log.append({"kind": kind, **exchange.model_dump()})

    async def change_text(self, sid: str, **changes: Any) -> Text:
        """Keep what changed about a text. Raises OSError."""
        await self._change("text-changed", sid, changes)
        text = self.texts.get(sid)
        assert text is not None
        return text

    async def change_call(self, sid: str, **changes: Any) -> Call:
        """Keep what changed about a call. Raises OSError."""
        await self._change("call-changed", sid, changes)
        call = self.calls.get(sid)
        assert call is not None
        return call

    def has_opted_out(self, number: str, phone: str) -> bool:
        """Whether the phone said STOP to this number, last."""
        return (number, phone) in self._opted_out

    async def close(self) -> None:
        """Finish writing and let go of the file."""
        await self._log.close()

    async def _change(self, kind: str, sid: str, changes: dict[str, Any]) -> None:
        await self._log.append({"kind": kind, "sid": sid, "changes": {"updated_at": datetime.now(UTC), **changes}})

    def _index(self, _place: Place, record: Record) -> None:
        match record["kind"]:
            case "text":
                self._note_opt_out(self.texts.add(record))
            case "call":
                self.calls.add(record)
            case "text-changed":
                self.texts.change(record["sid"], record["changes"])
            case "call-changed":
                self.calls.change(record["sid"], record["changes"])

    def _note_opt_out(self, text: Text) -> None:
        if text.opt_out == "STOP":
            self._opted_out.add((text.number, text.phone))
        elif text.opt_out == "START":
            self._opted_out.discard((text.number, text.phone))
