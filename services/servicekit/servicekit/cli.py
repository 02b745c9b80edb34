"""The command line of a service: `<svc> migrate`, `<svc> serve`, `<svc> openapi`."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

import uvicorn
from fastapi import APIRouter, FastAPI
from pydantic import ValidationError

from servicekit import telemetry
from servicekit.migrate import migrate
from servicekit.openapi import Api
from servicekit.settings import ServiceSettings

S = TypeVar("S", bound=ServiceSettings)


def run_cli(
    name: str,
    package: str,
    settings_type: Callable[[], S],
    build: Callable[[S], FastAPI],
    routers: Sequence[APIRouter],
) -> None:
    """Parse the command line and run the command."""
    parser = argparse.ArgumentParser(prog=name)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the database up to date (OWNER_DATABASE_URL)")
    commands.add_parser("serve", help="serve HTTP and run the background work")
    commands.add_parser("openapi", help="print what it answers over HTTP; needs no settings")
    arguments = parser.parse_args()
    if arguments.command == "migrate":
        _migrate(package)
    elif arguments.command == "openapi":
        sys.stdout.write(json.dumps(Api(name, routers).openapi(), indent=2, ensure_ascii=False) + "\n")
    else:
        _serve(name, _settings(name, settings_type), build)


def _migrate(package: str) -> None:
    url = os.environ.get("OWNER_DATABASE_URL")
    if not url:
        sys.exit("OWNER_DATABASE_URL is missing: the database as the role that owns it.")
    applied = asyncio.run(migrate(url, package))
    sys.stdout.write(f"migrations applied: {json.dumps(applied)}\n")


def _settings(name: str, settings_type: Callable[[], S]) -> S:
    """The settings from the environment; what is missing or wrong ends the start with a sentence that names it."""
    try:
        return settings_type()
    except ValidationError as error:
        lines = [f"{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        sys.exit(f"{name} can't start; check these settings:\n  " + "\n  ".join(lines))


def _serve(name: str, settings: S, build: Callable[[S], FastAPI]) -> None:
    telemetry.setup(name, otlp_endpoint=settings.otel_exporter_otlp_endpoint, log_level=settings.log_level)
    uvicorn.run(
        build(settings),
        host=settings.http_host,
        port=settings.http_port,
        loop="uvloop",
        log_config=None,
        access_log=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
        server_header=False,
    )
