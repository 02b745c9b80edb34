"""HTTP: the app every service serves."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.trace import Span
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, field_validator

from servicekit.db import Database
from servicekit.errors import Unprocessable
from servicekit.middleware import BodyLimit, LastResort
from servicekit.openapi import Api
from servicekit.problems import answer_with_problems

if TYPE_CHECKING:
    from servicekit.runtime import Runtime

MAX_BODY_BYTES = 3_000_000
UNTRACED = "health/.*,metrics"
DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Body(BaseModel):
    """A request body: what it does not name is refused, so that a typing mistake is not silently ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def _no_nul(cls, value: Any) -> Any:
        if isinstance(value, str) and "\0" in value:
            raise ValueError("must not contain a NUL character")
        return value


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


Db = Annotated[Database, Depends(_database)]


def _written_out(value: object) -> object:
    if isinstance(value, str) and not DATE.match(value):
        raise ValueError("Write it as 2026-11-27T08:00:00Z.")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
"""An instant in a query; a bare number there would be taken for seconds since 1970."""


async def body_up_to(request: Request, most: int) -> bytes:
    """The request's body; of one that has more than `most` bytes, which somebody has to refuse, only the beginning."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            break
    return bytes(body)


def no_store(response: Response) -> None:
    """Keep what is answered out of caches: its address is a key to it."""
    response.headers["cache-control"] = "no-store"


def only_known_queries(request: Request) -> None:
    """Refuse a query parameter that the operation does not have: a mistyped filter must not look like a result."""
    if not request.query_params or request.method == "POST":  # what is posted is no filter; Twilio's is signed, too
        return
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or not route.include_in_schema:  # it is not described, and takes what it likes
        return
    if unknown := sorted(request.query_params.keys() - set(_query_parameters(route.dependant))):
        raise Unprocessable(f"There is no query parameter {', '.join(unknown)} here.")


def _query_parameters(dependant: Dependant) -> Iterator[str]:
    """Those of an operation and of all that it depends on."""
    yield from (parameter.alias for parameter in dependant.query_params)
    for other in dependant.dependencies:
        yield from _query_parameters(other)


def create_app(runtime: "Runtime", routers: Sequence[APIRouter], *, max_body: int = MAX_BODY_BYTES) -> FastAPI:
    """The FastAPI app of a service: its routers, and what all services answer the same way."""
    app = Api(runtime.name, routers, lifespan=runtime.lifespan, dependencies=[Depends(only_known_queries)])
    app.state.runtime = runtime
    answer_with_problems(app)
    app.add_middleware(BodyLimit, limit=max_body)
    app.add_middleware(LastResort)
    app.add_middleware(
        OpenTelemetryMiddleware,
        excluded_urls=UNTRACED,
        default_span_details=lambda scope: (f"{scope.get('method', 'HTTP')} {_traced(scope)}", {}),
        server_request_hook=_without_secrets,
    )
    return app


# What in a path is long enough for a key: the token of a link.
_TOKEN = re.compile(r"[\w-]{50,}")


def _traced(scope: dict[str, Any]) -> str:
    """The path as traces may have it: without the tokens of links."""
    return _TOKEN.sub("{token}", scope.get("path", ""))


def _without_secrets(span: Span, scope: dict[str, Any]) -> None:
    """People are searched by name and address, and links are keys: neither query nor token is traced."""
    for attribute in ("http.url", "http.target"):
        span.set_attribute(attribute, _traced(scope))
