"""The command line of a service: migrate, serve, openapi, and what an operator does by hand."""

import argparse
import asyncio
import gc
import json
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import uvicorn
from fastapi import APIRouter, FastAPI
from pydantic import ValidationError

from servicekit import clock, deadletters_cli, telemetry
from servicekit.db import Database
from servicekit.migrate import TableInUse, migrate
from servicekit.openapi import Api
from servicekit.rebuild import kind_of, rebuild
from servicekit.runtime import Runtime
from servicekit.settings import KafkaSettings, ServiceSettings

S = TypeVar("S", bound=ServiceSettings)
T = TypeVar("T")

KEEP_ALIVE_SECONDS = 75  # longer than the gateway keeps a connection that nobody uses


@dataclass(frozen=True)
class Chore(Generic[S]):
    """A command of one service; says what it did."""

    help: str
    work: Callable[[Database, S], Awaitable[str]]


def run_cli(
    name: str,
    package: str,
    settings_type: Callable[[], S],
    build: Callable[[S], FastAPI],
    routers: Sequence[APIRouter],
    chores: Mapping[str, Chore[S]] | None = None,
) -> None:
    """Parse the command line and run the command; `chores` are what only this service has."""
    chores = chores or {}
    parser = argparse.ArgumentParser(prog=name)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the database up to date (OWNER_DATABASE_URL)")
    commands.add_parser("serve", help="serve HTTP and run the background work")
    commands.add_parser("openapi", help="print what it answers over HTTP; needs no settings")
    letters = commands.add_parser("dead-letters", help="look at what could not be handled, put it back or give it up")
    deadletters_cli.describe(letters)
    rebuilding = commands.add_parser("rebuild", help="fill a copy of another service's data anew, while serving")
    rebuilding.add_argument("copy", help="customers, companies, ...")
    for command, chore in chores.items():
        commands.add_parser(command, help=chore.help)
    arguments = parser.parse_args()
    if arguments.command == "migrate":
        _migrate(package)
    elif arguments.command == "openapi":
        sys.stdout.write(json.dumps(Api(name, routers).openapi(), indent=2, ensure_ascii=False) + "\n")
    elif arguments.command == "dead-letters":
        chore = Chore("", lambda database, _: deadletters_cli.work(database, arguments))
        sys.stdout.write(asyncio.run(_work(chore, _settings(name, settings_type), build)) + "\n")
    elif arguments.command == "rebuild":
        asyncio.run(_rebuild(build(_settings(name, settings_type)).state.runtime, arguments.copy))
    elif arguments.command in chores:
        settings = _settings(name, settings_type)
        sys.stdout.write(asyncio.run(_work(chores[arguments.command], settings, build)) + "\n")
    else:
        _serve(name, _settings(name, settings_type), build)


def _migrate(package: str) -> None:
    url = os.environ.get("OWNER_DATABASE_URL")
    if not url:
        sys.exit("OWNER_DATABASE_URL is missing: the database as the role that owns it.")
    telemetry.setup_logs("WARNING")
    try:
        applied = asyncio.run(migrate(url, package))
    except TableInUse as error:
        sys.exit(f"{error}: {error.__doc__}")
    sys.stdout.write(f"migrations applied: {json.dumps(applied)}\n")


async def _work(chore: Chore[S], settings: S, build: Callable[[S], FastAPI]) -> str:
    runtime: Runtime = build(settings).state.runtime
    database = await runtime.open_database()
    try:
        return await chore.work(database, settings)
    finally:
        await database.close()


async def _rebuild(runtime: Runtime, copy: str) -> None:
    kept = {kind_of(consumer): consumer for consumer in runtime.consumers if consumer.topic.compacted}
    if copy not in kept:
        sys.exit(f"{runtime.name} keeps no copy of {copy!r}. It keeps: {', '.join(sorted(kept)) or 'none'}.")
    database = await runtime.open_database()
    try:
        records = await rebuild(database, runtime.settings.kafka, kept[copy])
    finally:
        await database.close()
    sys.stdout.write(f"{copy} rebuilt from {records} records\n")


def _settings(name: str, settings_type: Callable[[], T]) -> T:
    """The settings from the environment; what is missing or wrong ends the start with a sentence that names it."""
    try:
        return settings_type()
    except ValidationError as error:
        prefix = KafkaSettings.model_config["env_prefix"] if error.title == KafkaSettings.__name__ else ""
        lines = [f"{prefix}{'_'.join(map(str, e['loc']))}".upper() + f": {e['msg']}" for e in error.errors()]
        sys.exit(f"{name} can't start; check these settings:\n  " + "\n  ".join(lines))


def _collect_rarely() -> None:
    """What was imported is never garbage; and what a batch allocates ends with it, so looking for cycles can wait.

    With Python's own thresholds every second microsecond of planning and sending went into that search. What is in
    cycles stays that much longer, so memory is looked at where this is measured (docs/benchmarks.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _serve(name: str, settings: S, build: Callable[[S], FastAPI]) -> None:
    telemetry.setup(name, otlp_endpoint=settings.otel_exporter_otlp_endpoint, log_level=settings.log_level)
    if settings.clock_file:
        clock.follow(settings.clock_file)
    app = build(settings)
    _collect_rarely()
    uvicorn.run(
        app,
        host=settings.http_host,
        port=settings.http_port,
        loop="uvloop",
        log_config=None,
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=10,
        server_header=False,
    )
