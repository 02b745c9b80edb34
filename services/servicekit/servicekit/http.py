"""HTTP: the app every service serves, with RFC 9457 problems, health, metrics and traces."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import asyncpg
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from opentelemetry import trace
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.trace import Span
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from servicekit.db import TROUBLE, Database
from servicekit.errors import Problem, Unavailable, Unprocessable
from servicekit.openapi import Api

if TYPE_CHECKING:
    from servicekit.runtime import Runtime

log = logging.getLogger(__name__)

PROBLEM_TYPE = "https://fieldbell.dev/problems/"
UNTRACED = "health/.*,metrics"


class Body(BaseModel):
    """A request body: what it does not name is refused, so that a typing mistake is not silently ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


Db = Annotated[Database, Depends(_database)]


def create_app(runtime: "Runtime", routers: Sequence[APIRouter]) -> FastAPI:
    """The FastAPI app of a service: its routers, and what all services answer the same way."""
    app = Api(runtime.name, routers, lifespan=runtime.lifespan)
    app.state.runtime = runtime
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    for trouble in (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
        app.add_exception_handler(trouble, _on_database)
    app.add_exception_handler(Exception, _on_unexpected)
    app.add_middleware(OpenTelemetryMiddleware, excluded_urls=UNTRACED, server_request_hook=_without_query)
    return app


def _without_query(span: Span, scope: dict[str, Any]) -> None:
    """People are searched by name and address: what follows the `?` stays out of traces."""
    span.set_attribute("http.url", scope["path"])


def problem(
    status: int, slug: str, title: str, detail: str = "", *, retry_after: int | None = None, **extra: Any
) -> JSONResponse:
    """An `application/problem+json` answer (RFC 9457)."""
    body: dict[str, Any] = {"type": PROBLEM_TYPE + slug, "title": title, "status": status}
    if detail:
        body["detail"] = detail
    headers = {"www-authenticate": "Bearer"} if status == 401 else {}
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    return JSONResponse(body | extra, status, headers, media_type="application/problem+json")


async def _on_problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return problem(error.status, error.slug, error.title, error.detail, retry_after=error.retry_after, **error.extra)


async def _on_invalid(_: Request, error: Exception) -> JSONResponse:
    """Say which field is wrong and why, without echoing what was sent."""
    assert isinstance(error, RequestValidationError)
    errors = [{"field": ".".join(map(str, e["loc"])), "problem": e["msg"]} for e in error.errors()]
    return problem(422, Unprocessable.slug, "The request can't be understood.", errors=errors)


async def _on_http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, f"http-{error.status_code}", str(error.detail))


async def _on_database(request: Request, error: Exception) -> JSONResponse:
    """Trouble of the database itself is 503 and may be tried again; anything else is our mistake."""
    if isinstance(error, TROUBLE):
        log.warning("database trouble", extra={"error": type(error).__name__})
        return await _on_problem(request, Unavailable())
    return await _on_unexpected(request, error)


async def _on_unexpected(_: Request, error: Exception) -> JSONResponse:
    context = trace.get_current_span().get_span_context()
    log.error("unexpected error", exc_info=error)
    return problem(500, "internal", "Something went wrong on our side.", trace_id=f"{context.trace_id:032x}")
