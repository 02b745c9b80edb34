"""The sandbox and the four services as parts, and what they find in their environment."""

import http.client
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import asyncpg
from aiokafka.errors import KafkaError

from deploy.local.errors import StackError
from deploy.local.parts import Part
from deploy.local.plan import SERVICES, Plan
from deploy.local.ports import HOST
from deploy.local.waiting import run_async
from deploy.sandbox.phone.accounts import NUMBERS
from servicekit.migrate import MigrationChanged, TableInUse, migrate
from servicekit.settings import KafkaSettings
from servicekit.topics import create_topics

BIN = Path(sys.executable).parent
STAFF_ROLES = ("admin", "dispatcher", "tech", "service")


def sandbox(plan: Plan) -> Part:
    """The outside world: mailbox, phone and identity."""
    inbound = f"{plan.public_url}/v1/twilio/texts"
    env = {
        "SANDBOX_HTTP_PORT": str(plan.ports.sandbox_http),
        "SANDBOX_SMTP_PORT": str(plan.ports.sandbox_smtp),
        "SANDBOX_BOUNCE_PORT": str(plan.ports.bounces),
        "SANDBOX_STATE": str(plan.state.folder / "sandbox"),
        "SANDBOX_BASE_URL": plan.sandbox_url,
        "SANDBOX_SERVICE_SECRET": plan.state.secret("service"),
        "SANDBOX_PHONES": json.dumps({slug: {"inbound_url": inbound} for slug in NUMBERS}),
    }
    return Part(
        name="sandbox",
        command=(sys.executable, "-m", "deploy.sandbox"),
        ready=lambda: answers_ready(plan.ports.sandbox_http, {"smtp": True}),
        ports=(plan.ports.sandbox_http, plan.ports.sandbox_smtp),
        env=env,
    )


def service(plan: Plan, name: str) -> Part:
    """One service, e.g. `status-svc`."""
    return Part(
        name=name,
        command=(str(BIN / name), "serve"),
        ready=lambda: answers_ready(plan.port(name), {"service": name}),
        ports=(plan.port(name), *((plan.ports.bounces,) if name == "notifier-svc" else ())),
        env=service_env(plan, name),
    )


def service_env(plan: Plan, name: str) -> dict[str, str]:
    """What a service reads at its start."""
    env = {
        "API_DATABASE_URL": plan.role_url(name, "api"),
        "WORKER_DATABASE_URL": plan.role_url(name, "worker"),
        "KAFKA_BOOTSTRAP_SERVERS": plan.kafka_bootstrap,
        "HTTP_HOST": HOST,
        "HTTP_PORT": str(plan.port(name)),
        "AUTH_AUDIENCE": "fieldbell",
        "AUTH_ISSUERS": auth_issuers(plan),
    }
    own = {"notifier-svc": notifier_env, "customer-svc": customer_env, "status-svc": status_env}.get(name)
    return env | (own(plan) if own else {})


def auth_issuers(plan: Plan) -> str:
    """Whose tokens are taken, by the services and at the gateway. The portal's keys are asked for inside."""
    issuers = [
        {"issuer": plan.issuer, "jwks_url": f"{plan.issuer}/jwks", "roles": STAFF_ROLES},
        {"issuer": plan.portal, "jwks_url": f"{plan.url('customer-svc')}/v1/portal/jwks", "roles": ["customer"]},
    ]
    return json.dumps(issuers)


def status_env(plan: Plan) -> dict[str, str]:
    """What only status-svc needs."""
    return {"PUBLIC_URL": plan.public_url}


def customer_env(plan: Plan) -> dict[str, str]:
    """What only customer-svc needs."""
    return {
        "LINK_KEYS": plan.state.secret("links"),
        "PORTAL_KEYS": plan.state.signing_key("portal"),
        "PUBLIC_URL": plan.public_url,
    }


def notifier_env(plan: Plan) -> dict[str, str]:
    """What only the notifier needs: its keys, whom it asks for words, where it sends, and where it is called back."""
    return {
        "SECRET_KEY": plan.state.secret("notifier"),
        "TEMPLATE_SVC_URL": plan.url("template-svc"),
        "STATUS_SVC_URL": plan.url("status-svc"),
        "CUSTOMER_SVC_URL": plan.url("customer-svc"),
        "SERVICE_TOKEN_URL": f"{plan.issuer}/token",
        "SERVICE_CLIENT_ID": "notifier-svc",
        "SERVICE_CLIENT_SECRET": plan.state.secret("service"),
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(plan.ports.sandbox_smtp),
        "SMTP_SECURITY": "none",
        "SMTP_FROM_ADDRESS": "notifications@fieldbell.example",
        "BOUNCE_DOMAIN": "bounces.fieldbell.example",
        "BOUNCE_PORT": str(plan.ports.bounces),
        "SENDER_KEYS": plan.state.fernet_key("senders"),
        "TWILIO_URL": plan.sandbox_url,
        "TWILIO_MACHINE_DETECTION": "true",
        "LINK_KEYS": plan.state.secret("links"),
        "PUBLIC_URL": plan.public_url,
        "INVITATION_URL": f"{plan.portal}/invitations",
    }


def answers_ready(port: int, told: Mapping[str, object]) -> bool:
    """Does /health/ready answer 200, and tell this of itself? Something else may listen there."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        return answer.status == http.HTTPStatus.OK and told.items() <= json.load(answer).items()
    except (OSError, http.client.HTTPException, ValueError, AttributeError):  # not there yet, or no JSON object
        return False
    finally:
        connection.close()


def migrate_all(plan: Plan) -> None:
    """What `<svc> migrate` does, for all services, without starting four of them."""
    try:
        for name, database in SERVICES.items():
            run_async(migrate(plan.role_url(name, "owner"), f"{database}_svc"))
    except (OSError, asyncpg.PostgresError, MigrationChanged, TableInUse) as error:
        raise StackError(f"The databases can't be brought up to date ({name}): {error}") from error


def create_missing_topics(plan: Plan) -> None:
    """Create the topics of contracts/topics.py that are missing."""
    try:
        run_async(create_topics(KafkaSettings(bootstrap_servers=plan.kafka_bootstrap)))
    except KafkaError as error:
        raise StackError(f"The topics can't be created: {error}") from error
