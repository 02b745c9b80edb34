"""Wiring of status-svc, nothing else."""

import asyncio

from fastapi import FastAPI

from servicekit.cli import run_cli
from servicekit.http import create_app
from servicekit.runtime import Runtime
from status_svc import background, http
from status_svc.events import CONSUMERS
from status_svc.http import technicians
from status_svc.settings import StatusSettings


def build(settings: StatusSettings) -> FastAPI:
    """The service's app; its background work runs while the app does."""
    runtime = Runtime(
        "status-svc",
        settings,
        consumers=CONSUMERS,
        tasks=[
            ("deadlines", lambda runtime: background.pass_deadlines(runtime.database)),
            ("erasures", lambda runtime: background.forget_again(runtime.database)),
            ("stray pictures", lambda runtime: background.drop_stray_pictures(runtime.database)),
        ],
    )
    app = create_app(runtime, http.ROUTERS)
    app.state.public_url = str(settings.public_url)
    app.state.showing = asyncio.Semaphore(technicians.SHOWN_AT_ONCE)
    return app


def cli() -> None:
    """`status-svc migrate | serve | openapi`."""
    run_cli("status-svc", "status_svc", StatusSettings, build, http.ROUTERS)
