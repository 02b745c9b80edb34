"""The mailbox: an index in memory over the truth log, and the view of it that can be cleared."""

import base64
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from deploy.sandbox.mailbox.mime import read_headers
from deploy.sandbox.truth_log import Place, Record, TruthLog

LOG_NAME = "mailbox.jsonl"
HIDDEN_NAME = "mailbox.hidden"


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted message without its body; `id` is its line number in the truth log."""

    id: int
    received_at: datetime
    mail_from: str
    recipients: tuple[str, ...]
    message_id: str
    subject: str
    to: str
    """The header, which has the names; empty for messages of an older log."""
    place: Place

    @property
    def name(self) -> str:
        """The name that the To header begins with; empty where it has none."""
        name, bracket, _ = self.to.partition("<")
        return name.strip(' "') if bracket else ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages to list: by exact recipient, Message-ID, time, or a piece of a name or address."""

    recipient: str | None = None
    message_id: str | None = None
    since: datetime | None = None
    search: str | None = None

    def takes(self, entry: Entry) -> bool:
        """Whether this entry is wanted; recipients compare without case, Message-IDs without angle brackets."""
        addresses = [address.lower() for address in entry.recipients]
        return (
            (self.recipient is None or self.recipient.lower() in addresses)
            and (self.message_id is None or _bare(self.message_id) == _bare(entry.message_id))
            and (self.since is None or entry.received_at >= self.since)
            and (self.search is None or any(self.search.lower() in known for known in (entry.to.lower(), *addresses)))
        )


class Mailbox:
    """Every message ever accepted, kept for good; `clear` hides the ones so far from the view alone."""

    def __init__(self, state: Path) -> None:
        self._entries: list[Entry] = []
        self._by_recipient: defaultdict[str, list[int]] = defaultdict(list)
        self._by_message_id: defaultdict[str, list[int]] = defaultdict(list)
        self._hidden_file = state / HIDDEN_NAME
        self._log = TruthLog(state / LOG_NAME, self._index)
        hidden = int(self._hidden_file.read_text()) if self._hidden_file.exists() else 0
        self.hidden = min(hidden, len(self._entries))  # a log that was deleted hides nothing

    async def accept(self, mail_from: str, recipients: Sequence[str], raw: bytes) -> None:
        """Keep a message; return once it is on the disk. Raises OSError when it could not be kept."""
        headers = read_headers(raw)
        await self._log.append(
            {
                "received_at": datetime.now(UTC).isoformat(),
                "envelope": {"mail_from": mail_from, "rcpt_to": list(recipients)},
                "message_id": headers.header("Message-ID").strip(),
                "subject": headers.header("Subject"),
                "to": headers.header("To"),
                "raw": base64.b64encode(raw).decode("ascii"),
            }
        )

    def newest(self, wanted: Wanted, *, limit: int, before: int | None = None) -> list[Entry]:
        """At most `limit` visible messages, newest first, older than the message `before`."""
        return list(islice(self._matching(wanted, before), limit))

    def count(self, wanted: Wanted) -> int:
        """How many visible messages are wanted."""
        return sum(1 for _ in self._matching(wanted, None))

    def get(self, message: int) -> Entry | None:
        """A visible message by its id."""
        return self._entries[message - 1] if self.hidden < message <= len(self._entries) else None

    async def raw(self, entry: Entry) -> bytes:
        """The message as it came over the wire, dot-stuffing removed."""
        record = await self._log.read(entry.place)
        return base64.b64decode(record["raw"])

    def clear(self) -> None:
        """Hide what has arrived so far; the truth log keeps it."""
        self._hide(len(self._entries))

    def restore(self) -> None:
        """Show everything again."""
        self._hide(0)

    async def close(self) -> None:
        """Finish writing and let go of the files."""
        await self._log.close()

    def _hide(self, count: int) -> None:
        fresh = self._hidden_file.with_suffix(".new")
        fresh.write_text(str(count))
        fresh.replace(self._hidden_file)
        self.hidden = count

    def _index(self, place: Place, record: Record) -> None:
        entry = _entry(len(self._entries) + 1, place, record)
        self._entries.append(entry)
        for address in {address.lower() for address in entry.recipients}:
            self._by_recipient[address].append(entry.id)
        self._by_message_id[_bare(entry.message_id)].append(entry.id)

    def _matching(self, wanted: Wanted, before: int | None) -> Iterator[Entry]:
        for candidate in reversed(self._candidates(wanted)):
            if candidate <= self.hidden:
                return
            entry = self._entries[candidate - 1]
            if (before is None or candidate < before) and wanted.takes(entry):
                yield entry

    def _candidates(self, wanted: Wanted) -> Sequence[int]:
        if wanted.message_id is not None:
            return self._by_message_id.get(_bare(wanted.message_id), ())
        if wanted.recipient is not None:
            return self._by_recipient.get(wanted.recipient.lower(), ())
        return range(1, len(self._entries) + 1)


def _entry(number: int, place: Place, record: Record) -> Entry:
    return Entry(
        id=number,
        received_at=datetime.fromisoformat(record["received_at"]),
        mail_from=record["envelope"]["mail_from"],
        recipients=tuple(record["envelope"]["rcpt_to"]),
        message_id=record["message_id"],
        subject=record["subject"],
        to=record.get("to", ""),
        place=place,
    )


def _bare(message_id: str) -> str:
    return message_id.strip().removeprefix("<").removesuffix(">")
