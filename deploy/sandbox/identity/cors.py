"""Apps on this machine may read the identity's answers from a page of their own origin."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = r"http://(127\.0\.0\.1|localhost)(:\d+)?"


class IdentityCors(CORSMiddleware):
    """CORS for /identity alone: no page reads the mailbox of another origin."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, allow_origin_regex=LOOPBACK, allow_methods=["GET", "POST"], allow_headers=["*"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is not the identity's as it came."""
        handle = super().__call__ if scope.get("path", "").startswith("/identity/") else self.app
        await handle(scope, receive, send)
