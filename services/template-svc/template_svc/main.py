"""Wiring of template-svc, and its command line."""

from fastapi import FastAPI

from servicekit.cli import run_cli
from servicekit.http import create_app
from servicekit.runtime import Runtime
from template_svc.aside import Aside
from template_svc.events import CONSUMERS
from template_svc.http import changes, renderings, reports, tags, templates, versions
from template_svc.reports.press import Press
from template_svc.settings import TemplateSettings
from template_svc.shelf import Shelf

# `changes` first: it is no id of a template.
ROUTERS = (changes.router, templates.router, versions.router, tags.router, renderings.router, reports.router)


def build(settings: TemplateSettings) -> FastAPI:
    """The service, ready to serve."""
    press = Press(settings.report_processes)
    runtime = Runtime("template-svc", settings, consumers=CONSUMERS, tasks=[("reports", lambda _: press.run())])
    app = create_app(runtime, ROUTERS, max_body=renderings.MAX_BYTES)
    app.state.shelf = Shelf()
    app.state.press = press
    app.state.aside = Aside()
    return app


def cli() -> None:
    """`template-svc migrate | serve | openapi`."""
    run_cli("template-svc", "template_svc", TemplateSettings, build, ROUTERS)
