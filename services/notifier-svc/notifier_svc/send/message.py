"""A rendered delivery as bytes on the wire, and as the log keeps it."""

import zlib
from dataclasses import dataclass
from datetime import datetime

import orjson

from contracts.deliveries import Reason
from contracts.rendering import Rendered
from notifier_svc.channels.mime import Email, Mailbox, NoAddress, Unsafe, addressable, assemble
from notifier_svc.domain.outcome import Outcome, failed
from notifier_svc.send.present import Cleared
from notifier_svc.store.sending import Start


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that can go."""

    start: Start
    recipient: str
    raw: bytes


def ready(cleared: Cleared, rendered: Rendered, from_address: str, now: datetime) -> Ready | Outcome:
    """Put the message together; what can't stand in a header is refused before the wire (fault 46)."""
    address = cleared.to.address or ""
    try:
        raw = assemble(
            Email(
                id=cleared.due.id,
                sender=Mailbox(from_address, cleared.sender_name),
                to=Mailbox(address, cleared.to.name),
                subject=rendered.subject or "",
                text=rendered.text,
                html=rendered.html,
                date=now,
                reply_to=cleared.reply_to,
            )
        )
        return Ready(Start(cleared.due, rendered.template_version, kept(rendered)), addressable(address), raw)
    except Unsafe as error:
        return failed(Reason.UNSAFE_CONTENT, str(error))
    except NoAddress as error:
        return failed(Reason.INVALID_ADDRESS, str(error))


def kept(rendered: Rendered) -> bytes:
    """What the log keeps of the words: zlib of JSON."""
    return zlib.compress(orjson.dumps({"subject": rendered.subject, "html": rendered.html, "text": rendered.text}), 1)
