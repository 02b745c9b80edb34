"""Around every request: bodies have a limit, and what nobody expected becomes a bare 500 with its trace id."""

import logging

from opentelemetry import trace
from opentelemetry.trace import StatusCode
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from servicekit.problems import problem

log = logging.getLogger(__name__)


class BodyLimit:
    """Refuses a body longer than `limit` bytes before it is read whole (413)."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request; stop reading where it says, or turns out, to be too long."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > self._limit:
            detail = f"A request has {self._limit:,} bytes at most."
            await problem(413, "too-large", "This is too large.", detail)(scope, receive, send)
        else:
            await self._app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._limit:
                raise HTTPException(413, f"A request has {self._limit:,} bytes at most.")
            return message

        return counted


class LastResort:
    """Answers 500 for what nobody expected, inside the request's span, so that its trace id is true."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            span = trace.get_current_span()
            span.set_status(StatusCode.ERROR, type(error).__name__)  # its words may repeat what people typed
            log.error("unexpected error", exc_info=error)
            trace_id = f"{span.get_span_context().trace_id:032x}"
            answer = problem(500, "internal", "Something went wrong on our side.", trace_id=trace_id)
            await answer(scope, receive, send)
