"""The mailbox as pages: what arrived, and how it looks to the person who got it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from deploy.sandbox.mailbox.api import visible
from deploy.sandbox.mailbox.mime import read_content
from deploy.sandbox.mailbox.store import Mailbox, Wanted
from deploy.sandbox.web import Pages

PAGE_SIZE = 50


def mailbox_pages(pages: Pages, mailbox: Mailbox) -> APIRouter:
    """Pages below /mailbox."""
    router = APIRouter(prefix="/mailbox", include_in_schema=False)

    @router.get("")
    async def inbox(request: Request, q: str = "", before: Annotated[int | None, Query(ge=1)] = None) -> Response:
        """Newest first; `q` is a piece of a recipient's name or address."""
        wanted = Wanted(search=q.strip() or None)
        entries = mailbox.newest(wanted, limit=PAGE_SIZE + 1, before=before)
        return pages.render(
            request,
            "inbox.html",
            q=q.strip(),
            before=before,
            entries=entries[:PAGE_SIZE],
            has_older=len(entries) > PAGE_SIZE,
            total=mailbox.count(wanted),
            hidden=mailbox.hidden,
        )

    @router.get("/messages/{message}")
    async def message(request: Request, message: int) -> Response:
        """One message: HTML in a sandboxed frame, text, source."""
        entry = visible(mailbox, message)
        raw = await mailbox.raw(entry)
        return pages.render(
            request,
            "message.html",
            inline_styles=True,
            entry=entry,
            content=read_content(raw),
            source=raw.decode("utf-8", "replace"),
        )

    @router.post("/clear")
    async def clear() -> Response:
        """Hide what has arrived so far."""
        mailbox.clear()
        return RedirectResponse("/mailbox", status_code=303)

    @router.post("/restore")
    async def restore() -> Response:
        """Show everything again."""
        mailbox.restore()
        return RedirectResponse("/mailbox", status_code=303)

    return router
