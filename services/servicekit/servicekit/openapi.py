"""What a service answers over HTTP, described without anything that runs: paths, problems, health, metrics."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.params import Depends
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ConfigDict
from starlette.routing import BaseRoute

from contracts.json_schemas import published

PROBLEM_REF = {"$ref": "#/components/responses/Problem"}


class ProblemDetails(BaseModel):
    """A problem (RFC 9457); some carry more members."""

    model_config = ConfigDict(title="Problem", extra="allow", use_attribute_docstrings=True)

    type: str
    """`https://fieldbell.dev/problems/` and a slug: what to switch on."""
    title: str
    status: int
    detail: str = ""


class Readiness(BaseModel):
    """Whether a process can do its work."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    service: str
    status: str
    checks: dict[str, str]
    """Each part: `ok`, perhaps with more after a comma, or why not."""


# By the identity of its routers, which have no hash and stay in what is kept here.
_ROUTES: dict[tuple[Any, ...], list[BaseRoute]] = {}


def _routes(routers: Sequence[APIRouter], dependencies: Sequence[Depends]) -> list[BaseRoute]:
    """Shared by all apps of a process: FastAPI looks long through an operation, and each test makes an app."""
    key = (*map(id, routers), *dependencies)
    if key not in _ROUTES:
        shared = APIRouter(responses={"4XX": PROBLEM_REF, "5XX": PROBLEM_REF}, dependencies=dependencies)
        for router in routers:
            shared.include_router(router)
        _ROUTES[key] = shared.routes
    return _ROUTES[key]


class Api(FastAPI):
    """A service's routers and what all services answer; the documentation says how every one of them refuses."""

    def __init__(
        self, name: str, routers: Sequence[APIRouter], dependencies: Sequence[Depends] = (), **options: Any
    ) -> None:
        super().__init__(title=name, version="1", docs_url=None, redoc_url=None, **options)
        self.router.routes.extend(_routes((*routers, operations), dependencies))
        self.mount("/static", StaticFiles(packages=[("fastapi_offline", "static")]))

    def openapi(self) -> dict[str, Any]:
        """OpenAPI 3.1 with the problems in it; made once."""
        if self.openapi_schema:
            return self.openapi_schema
        schema = published(super().openapi())
        components = schema.setdefault("components", {})
        components.setdefault("schemas", {})["Problem"] = ProblemDetails.model_json_schema()
        media = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        components["responses"] = {"Problem": {"description": "A problem (RFC 9457)", "content": media}}
        self.openapi_schema = schema
        return self.openapi_schema


operations = APIRouter(tags=["operations"])


@operations.get("/docs", include_in_schema=False)
async def docs(request: Request) -> Response:
    """The API to read and to try, from this server alone: no script of a stranger's."""
    return get_swagger_ui_html(
        openapi_url=request.app.openapi_url,
        title=request.app.title,
        swagger_js_url="/static/swagger-ui-bundle.js",
        swagger_css_url="/static/swagger-ui.css",
        swagger_favicon_url="/static/favicon.png",
    )


@operations.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@operations.get("/health/ready", responses={503: {"model": Readiness, "description": "Not ready."}})
async def ready(request: Request, response: Response) -> Readiness:
    """Database, broker and background work are in order; 503 names what is not."""
    runtime = request.app.state.runtime
    checks = await runtime.check()
    response.status_code = 200 if all(map(runtime.is_in_order, checks.values())) else 503
    status = "ready" if response.status_code == 200 else "not ready"
    return Readiness(service=request.app.title, status=status, checks=checks)


@operations.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    """Prometheus metrics of this process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
