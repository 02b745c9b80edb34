"""The web app's files. An address that is no file is one of the app's own, and gets its page."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from deploy.office_ui.reader import reader_page
from deploy.office_ui.settings import OfficeUiSettings

INDEX = "index.html"
ASSETS = "assets/"  # whose names change with what is in them
FOREVER = "public, max-age=31536000, immutable"
NOT_BUILT = "The office's web app is not built here. The APIs are, and answer below /v1/.\n"


class App(StaticFiles):
    """Files of a folder, which may come later."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._folder = folder

    async def check_config(self) -> None:
        """A folder that is missing is told in words, not as a failure."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or the app's page. What is named after its content may be kept for ever, all else is asked for."""
        is_asset = path.startswith(ASSETS)
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or is_asset:
                raise
            response = await self._page(scope)
        response.headers["cache-control"] = FOREVER if is_asset else "no-cache"
        return response

    async def _page(self, scope: Scope) -> Response:
        if not (self._folder / INDEX).is_file():
            return PlainTextResponse(NOT_BUILT, 503)
        return await super().get_response(INDEX, scope)


def create_app(settings: OfficeUiSettings) -> Starlette:
    """Files, the app's settings, the page of who reads emails, health."""
    config = {"issuer": settings.issuer, "client_id": settings.client_id}

    async def told(_: object) -> Response:
        return JSONResponse(config, headers={"cache-control": "no-cache"})

    async def health(_: object) -> Response:
        return JSONResponse({"service": "office-ui", "status": "ready"})

    def of_reader(request: Request) -> Response:
        return reader_page(settings.dist, request)

    routes = [
        Route("/config.json", told),
        *(Route(path, of_reader) for path in ("/preferences", "/preferences/{token}")),
        *(Route(f"/health/{word}", health) for word in ("live", "ready")),
        Mount("/", App(settings.dist)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(GZipMiddleware, minimum_size=1000)])
