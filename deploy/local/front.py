"""What stands in front of the services: the gateway, and the office's web app behind it."""

import sys

from deploy.local.parts import Part
from deploy.local.plan import Plan
from deploy.local.ports import HOST
from deploy.local.services import answers_ready, auth_issuers

GATEWAY, OFFICE_UI = "gateway", "office-ui"
FRONT = (OFFICE_UI, GATEWAY)


def office_ui(plan: Plan) -> Part:
    """The server of the web app's files."""
    port = plan.ports.office_ui
    return Part(
        name=OFFICE_UI,
        command=(sys.executable, "-m", "deploy.office_ui"),
        ready=lambda: answers_ready(port, {"service": OFFICE_UI}),
        ports=(port,),
        env={"OFFICE_UI_HOST": HOST, "OFFICE_UI_PORT": str(port), "OFFICE_UI_ISSUER": plan.issuer},
    )


def gateway(plan: Plan) -> Part:
    """Envoy. It is ready once it has asked for the keys that check tokens, so it comes last."""
    return Part(
        name=GATEWAY,
        command=(sys.executable, "-m", "deploy.gateway"),
        ready=lambda: answers_ready(plan.ports.gateway_operations, {"service": GATEWAY}),
        ports=(plan.ports.gateway, plan.ports.gateway_operations),
        env=gateway_env(plan),
    )


def gateway_env(plan: Plan) -> dict[str, str]:
    """What it reads at its start."""
    return {
        "HTTP_HOST": HOST,
        "HTTP_PORT": str(plan.ports.gateway),
        "OPERATIONS_PORT": str(plan.ports.gateway_operations),
        "PUBLIC_URL": plan.public_url,
        "STATE_FOLDER": str(plan.state.folder / GATEWAY),
        "STATUS_SVC_URL": plan.url("status-svc"),
        "CUSTOMER_SVC_URL": plan.url("customer-svc"),
        "TEMPLATE_SVC_URL": plan.url("template-svc"),
        "NOTIFIER_SVC_URL": plan.url("notifier-svc"),
        "OFFICE_UI_URL": f"http://{HOST}:{plan.ports.office_ui}",
        "AUTH_AUDIENCE": "fieldbell",
        "AUTH_ISSUERS": auth_issuers(plan),
    }
