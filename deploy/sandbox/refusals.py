"""Refusals, as the one who asks can read them: a page for a browser, JSON for a script."""

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from deploy.sandbox.web import Pages

UNKNOWN_PAGE = "There is no such page."


def answer_refusals(app: FastAPI, pages: Pages) -> None:
    """Let `app` answer browsers with pages where it says no."""

    def page(request: Request, status: int, words: str) -> Response:
        return pages.render(request, "missing.html", status=status, words=words)

    async def on_refusal(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if not _from_a_browser(request):
            return await http_exception_handler(request, error)
        unnamed = error.status_code == 404 and error.detail == "Not Found"
        return page(request, error.status_code, UNKNOWN_PAGE if unnamed else f"{error.detail}".rstrip(".") + ".")

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        if not _from_a_browser(request):
            return await request_validation_exception_handler(request, error)
        return page(request, 422, UNKNOWN_PAGE)

    app.add_exception_handler(HTTPException, on_refusal)
    app.add_exception_handler(RequestValidationError, on_invalid)


def _from_a_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")
