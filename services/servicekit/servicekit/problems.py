"""Answers that say no: `application/problem+json` (RFC 9457) for each kind of refusal and trouble."""

import logging
from collections.abc import Mapping
from itertools import compress
from typing import Any

import asyncpg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from servicekit.db import TROUBLE
from servicekit.errors import PROBLEM_TYPE, Problem, Unavailable, Unprocessable
from servicekit.mistakes import mistakes

log = logging.getLogger(__name__)

METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")


def problem(
    status: int,
    slug: str,
    title: str,
    detail: str = "",
    *,
    retry_after: int | None = None,
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> JSONResponse:
    """An `application/problem+json` answer."""
    body: dict[str, Any] = {"type": PROBLEM_TYPE + slug, "title": title, "status": status}
    if detail:
        body["detail"] = detail
    sent = dict(headers or {})
    if status == 401:
        sent["www-authenticate"] = "Bearer"
    if retry_after is not None:
        sent["retry-after"] = str(retry_after)
    return JSONResponse(body | extra, status, sent, media_type="application/problem+json")


def answer_with_problems(app: FastAPI) -> None:
    """Let `app` answer every expected exception with a problem; the unexpected is left to who stands further out."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(UnicodeEncodeError, _on_unstorable)
    app.add_exception_handler(asyncpg.DataError, _on_unstorable)
    for trouble in TROUBLE:
        app.add_exception_handler(trouble, _on_trouble)


async def _on_problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return problem(error.status, error.slug, error.title, error.detail, retry_after=error.retry_after, **error.extra)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    """Say which field is wrong and why, without echoing what was sent."""
    assert isinstance(error, RequestValidationError)
    errors = [*mistakes(error.errors(), request.headers.get("content-type", ""))]
    return problem(422, Unprocessable.slug, "The request can't be understood.", errors=errors)


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    headers = {"allow": _allowed(request)} if error.status_code == 405 else error.headers
    return problem(error.status_code, f"http-{error.status_code}", str(error.detail), headers=headers)


def _allowed(request: Request) -> str:
    """All methods of this path (RFC 9110 15.5.6); Starlette itself names those of the first route only."""
    asked = ({**request.scope, "method": method} for method in METHODS)
    served = (any(route.matches(scope)[0] is Match.FULL for route in request.app.routes) for scope in asked)
    return ", ".join(compress(METHODS, served))


async def _on_unstorable(request: Request, error: Exception) -> JSONResponse:
    """Text that is no Unicode, a NUL, a time beyond the calendar: what no database takes."""
    log.warning("a value can't be stored", extra={"error": type(error).__name__})
    return await _on_problem(request, Unprocessable("A value can't be stored: check its characters and its range."))


async def _on_trouble(request: Request, error: Exception) -> JSONResponse:
    """Trouble of the database itself: may be tried again. What says of itself that it is away says why."""
    if isinstance(error, Unavailable) and type(error) is not Unavailable:
        return await _on_problem(request, error)
    log.warning("database trouble", extra={"error": type(error).__name__})
    return await _on_problem(request, Unavailable())
