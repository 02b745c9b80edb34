"""The preference centre's page, whose address is a key: nobody keeps it, and it goes on without script or app."""

from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from servicekit.pages import HEADERS

PAGE = "preferences.html"
PLAIN = "/v1/unsubscribe"  # notifier-svc's page, without script
HOLE = "the-token"  # where the page's own link to the plain one has it
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def reader_page(dist: Path, request: Request) -> Response:
    """The page of one link; where none is built, the way to the plain one."""
    token = quote(request.path_params.get("token", "none"), safe="")  # a link that is none is told so there
    file = dist / PAGE
    if not file.is_file():
        return RedirectResponse(f"{PLAIN}/{token}", 303, HEADERS)
    text = file.read_text("utf-8").replace(HOLE, token)
    return HTMLResponse(text, headers=HEADERS | {"Content-Security-Policy": POLICY})
