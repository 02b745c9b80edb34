"""The four services, built as they run here, but not started."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

import customer_svc.main
import notifier_svc.main
import status_svc.main
import template_svc.main
from customer_svc.settings import CustomerSettings
from deploy.local.services import service_env
from deploy.local.stack import Stack
from notifier_svc.settings import NotifierSettings
from status_svc.settings import StatusSettings
from template_svc.settings import TemplateSettings

BUILDS: dict[str, Callable[[], FastAPI]] = {
    "status-svc": lambda: status_svc.main.build(StatusSettings()),
    "customer-svc": lambda: customer_svc.main.build(CustomerSettings()),
    "template-svc": lambda: template_svc.main.build(TemplateSettings()),
    "notifier-svc": lambda: notifier_svc.main.build(NotifierSettings()),
}


@pytest.fixture
def apps(infrastructure: Stack, monkeypatch: pytest.MonkeyPatch) -> dict[str, FastAPI]:
    """By name, with the settings that the local stack gives them."""
    built = {}
    for name, build in BUILDS.items():
        with monkeypatch.context() as environment:
            for variable, content in service_env(infrastructure.plan, name).items():
                environment.setenv(variable, content)
            built[name] = build()
    return built
