"""The mailbox as JSON, for scripts and tests."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from pydantic import AwareDatetime, BaseModel

from deploy.sandbox.mailbox.mime import Attachment, read_attachment, read_content
from deploy.sandbox.mailbox.store import Entry, Mailbox, Wanted


class MessageSummary(BaseModel):
    """One line of the list."""

    id: int
    received_at: datetime
    mail_from: str
    recipients: list[str]
    message_id: str
    subject: str


class MessagePage(BaseModel):
    """A page of the list, newest first; pass `next_cursor` as `cursor` to go on."""

    messages: list[MessageSummary]
    next_cursor: str | None


class Message(MessageSummary):
    """One message with its decoded parts."""

    headers: list[tuple[str, str]]
    text: str | None
    html: str | None
    attachments: list[Attachment]
    raw: str


class MessageCount(BaseModel):
    """How many messages the view holds."""

    count: int


def _wanted(recipient: str | None = None, message_id: str | None = None, since: AwareDatetime | None = None) -> Wanted:
    return Wanted(recipient=recipient, message_id=message_id, since=since)


WantedByQuery = Annotated[Wanted, Depends(_wanted)]


def mailbox_api(mailbox: Mailbox) -> APIRouter:
    """Routes below /api/mailbox."""
    router = APIRouter(prefix="/api/mailbox", tags=["mailbox"])

    @router.get("/messages")
    async def list_messages(
        wanted: WantedByQuery,
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
        cursor: Annotated[int | None, Query(ge=1)] = None,
    ) -> MessagePage:
        """Newest first. `recipient` and `message_id` match exactly, `since` is inclusive."""
        entries = mailbox.newest(wanted, limit=limit + 1, before=cursor)
        page = entries[:limit]
        more = len(entries) > limit
        return MessagePage(
            messages=[MessageSummary(**_summary(entry)) for entry in page],
            next_cursor=str(page[-1].id) if more else None,
        )

    @router.get("/count")
    async def count_messages(wanted: WantedByQuery) -> MessageCount:
        """How many messages match, with the filters of the list."""
        return MessageCount(count=mailbox.count(wanted))

    @router.get("/messages/{message}")
    async def get_message(message: int) -> Message:
        """Headers, decoded text and HTML, attachments, and the source."""
        entry = visible(mailbox, message)
        raw = await mailbox.raw(entry)
        content = read_content(raw)
        return Message(
            **_summary(entry),
            headers=content.headers,
            text=content.text,
            html=content.html,
            attachments=content.attachments,
            raw=raw.decode("utf-8", "replace"),
        )

    @router.get("/messages/{message}/raw", response_class=Response)
    async def get_source(message: int) -> Response:
        """The very bytes that came over the wire."""
        raw = await mailbox.raw(visible(mailbox, message))
        return Response(raw, media_type="message/rfc822", headers={"X-Content-Type-Options": "nosniff"})

    @router.get("/messages/{message}/attachments/{number}", response_class=Response)
    async def get_attachment(message: int, number: int) -> Response:
        """An attachment to keep: never shown by the browser as what a stranger says it is."""
        found = read_attachment(await mailbox.raw(visible(mailbox, message)), number)
        if found is None:
            raise HTTPException(404, "There is no such attachment.")
        file, content = found
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.filename, safe='')}",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(content, media_type="application/octet-stream", headers=headers)

    @router.delete("/messages", status_code=204)
    async def clear_view() -> None:
        """Empty the view; the truth log keeps every message."""
        mailbox.clear()

    return router


def visible(mailbox: Mailbox, message: int) -> Entry:
    """The entry, or 404."""
    entry = mailbox.get(message)
    if entry is None:
        raise HTTPException(404, "There is no such message in the mailbox.")
    return entry


def _summary(entry: Entry) -> dict[str, object]:
    fields = asdict(entry)
    return {name: fields[name] for name in MessageSummary.model_fields}
