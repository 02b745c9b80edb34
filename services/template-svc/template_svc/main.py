"""Wiring of template-svc, and its command line."""

from functools import partial

from fastapi import FastAPI

from contracts.topics import TEMPLATES
from servicekit import deadletters_http
from servicekit.cli import run_cli
from servicekit.following import follow
from servicekit.http import create_app
from servicekit.runtime import Runtime, Task
from template_svc.aside import Aside
from template_svc.events import CONSUMERS
from template_svc.http import changes, renderings, reports, tags, templates, versions
from template_svc.reports.press import Press
from template_svc.settings import TemplateSettings
from template_svc.shelf import Shelf

# `changes` first: it is no id of a template.
ROUTERS = (
    *(changes.router, templates.router, versions.router, tags.router, renderings.router, reports.router),
    deadletters_http.router,
)


def build(settings: TemplateSettings) -> FastAPI:
    """The service, ready to serve."""
    press = Press(settings.report_processes)
    shelf = Shelf()
    tasks: list[tuple[str, Task]] = [
        ("reports", lambda _: press.run()),
        ("templates", lambda runtime: follow(settings.kafka, TEMPLATES, partial(shelf.hear, runtime.database))),
    ]
    runtime = Runtime("template-svc", settings, consumers=CONSUMERS, tasks=tasks)
    app = create_app(runtime, ROUTERS, max_body=renderings.MAX_BYTES)
    app.state.shelf = shelf
    app.state.press = press
    app.state.aside = Aside()
    return app


def cli() -> None:
    """`template-svc migrate | serve | openapi`."""
    run_cli("template-svc", "template_svc", TemplateSettings, build, ROUTERS)
