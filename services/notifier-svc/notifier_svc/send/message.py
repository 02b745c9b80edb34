"""A rendered delivery as it goes on the wire, and as the log keeps it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from isal import isal_zlib

from contracts.deliveries import Channel, Reason
from contracts.opt_out import with_opt_out
from contracts.rendering import Rendered
from contracts.segments import segments, too_long
from notifier_svc.channels import sendgrid, twiml
from notifier_svc.channels.mime import Attachment, Email, Mailbox, NoAddress, Unsafe, addressable, assemble
from notifier_svc.channels.twilio import Call, Text
from notifier_svc.domain.outcome import Outcome, failed
from notifier_svc.domain.recheck import Due
from notifier_svc.domain.sender import Sender
from notifier_svc.reports import Report
from notifier_svc.send.how import Sending
from notifier_svc.send.present import Cleared
from notifier_svc.store.sending import Start

log = logging.getLogger(__name__)

MISTAKE = "Putting it together met an error of our own. Tell your administrator."


@dataclass(frozen=True, slots=True)
class Mail:
    """An email as bytes, whom it goes to, and where it comes back to."""

    recipient: str
    bounces_to: str
    raw: bytes
    for_sendgrid: bytes = b""
    """What stands above it where the host is SendGrid, and nowhere else."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that can go."""

    start: Start
    sender: Sender
    content: Mail | Text | Call
    segments: int | None = None
    """Of a text."""

    @property
    def due(self) -> Due:
        """The delivery."""
        return self.start.due


def ready(cleared: Cleared, rendered: Rendered, how: Sending, now: datetime) -> Ready | Outcome:
    """Put the message together; what can't be sent as it is gets refused before the wire (faults 46, 48).

    A mistake of ours with one message stops none of its neighbours.
    """
    try:
        return _ready(cleared, rendered, how, now)
    except Exception:
        log.exception("a message can't be put together", extra={"delivery_id": str(cleared.due.id)})
        return failed(Reason.TEMPLATE_UNUSABLE, MISTAKE)


def _ready(cleared: Cleared, rendered: Rendered, how: Sending, now: datetime) -> Ready | Outcome:
    rendered = as_sent(cleared, rendered)
    try:
        content = _CONTENT[cleared.due.channel](cleared, rendered, how, now)
    except Unsafe as error:
        return failed(Reason.UNSAFE_CONTENT, str(error))
    except NoAddress as error:
        return failed(Reason.INVALID_ADDRESS, str(error))
    except twiml.TooLong as error:
        return failed(Reason.TOO_LONG, str(error))
    words = kept(rendered, cleared.attachment)
    start = Start(cleared.due, rendered.template_version or None, words, rendered.subject)
    if not isinstance(content, Text):
        return Ready(start, cleared.sender, content)
    count = segments(content.body)
    if too_long(len(content.body), count):
        return failed(Reason.TOO_LONG, f"It takes {len(content.body)} characters and {count} segments.")
    return Ready(start, cleared.sender, content, count)


def as_sent(cleared: Cleared, rendered: Rendered) -> Rendered:
    """The words, and what is said with them to this reader at this time."""
    if cleared.due.test:
        rendered = rendered.model_copy(update=_marked(rendered))
    if not cleared.says_how_to_stop:
        return rendered
    return rendered.model_copy(update={"text": with_opt_out(rendered.text, rendered.locale)})


def _marked(rendered: Rendered) -> dict[str, str]:
    """Its subject, or where it has none its words, so that nobody takes it for news."""
    if rendered.subject:
        return {"subject": f"[Test] {rendered.subject}"}
    return {"text": f"Test: {rendered.text}"}


def kept(rendered: Rendered, report: Report | None = None) -> bytes:
    """What the log keeps of the words: JSON in zlib's format, by a library that takes a third of its time.

    Of a report it keeps what it was, not the report: the same record makes the same bytes again.
    """
    words: dict[str, Any] = {name: getattr(rendered, name) for name in ("locale", "subject", "html", "text")}
    if report:
        size, digest = len(report.content), report.sha256
        words["report"] = {"kind": report.kind, "name": report.name, "size": size, "sha256": digest}
    return isal_zlib.compress(orjson.dumps(words), 1)


def _email(cleared: Cleared, rendered: Rendered, how: Sending, now: datetime) -> Mail:
    address, reader = cleared.to.address or "", (cleared.due, cleared.to)
    attached = cleared.attachment
    links = {} if cleared.due.test else how.links.own(*reader)  # a reader's choices are not the office's to open
    raw = assemble(
        Email(
            id=cleared.due.id,
            sender=Mailbox(cleared.sender.from_address or how.from_address, cleared.company.name),
            to=Mailbox(address, cleared.to.name),
            subject=rendered.subject or "",
            text=_with(links, rendered.text),
            html=_with(links, rendered.html) if rendered.html else None,
            date=now,
            reply_to=cleared.reply_to,
            unsubscribe=how.links.unsubscribe(*reader),
            attachment=Attachment(attached.name, "application/pdf", attached.content) if attached else None,
        )
    )
    signer = how.signing.of(cleared.sender) if how.signing else None
    told = sendgrid.header(how.tokens.token(*_try(cleared.due))) if how.tokens else b""
    return Mail(addressable(address), _bounces_to(cleared.due, how), signer.signed(raw) if signer else raw, told)


def _bounces_to(due: Due, how: Sending) -> str:
    return how.bounces.of(*_try(due)) if how.bounces else how.from_address


def _try(due: Due) -> tuple[date, UUID, int]:
    return due.occurred_month, due.id, due.fence


def _with(links: dict[str, str], words: str) -> str:
    for placeholder, link in links.items():
        words = words.replace(placeholder, link)
    return words


def _text(cleared: Cleared, rendered: Rendered, how: Sending, now: datetime) -> Text:
    due = cleared.due
    callback = how.callbacks.status(due.occurred_month, due.id, due.fence)
    seconds = int((due.expires_at - now).total_seconds())
    return Text(cleared.to.key, rendered.text.strip(), callback, seconds)


def _call(cleared: Cleared, rendered: Rendered, how: Sending, _now: datetime) -> Call:
    due, company = cleared.due, cleared.company
    key_url = how.callbacks.key(due.occurred_month, due.id, due.fence)
    said = twiml.message(rendered.text.strip(), company.name, rendered.locale, key_url)
    return Call(cleared.to.key, said, how.callbacks.status(due.occurred_month, due.id, due.fence))


_CONTENT: dict[Channel, Callable[[Cleared, Rendered, Sending, datetime], Mail | Text | Call]] = {
    Channel.EMAIL: _email,
    Channel.SMS: _text,
    Channel.VOICE: _call,
}
