"""Where everything is: the addresses of a stack, whether we start PostgreSQL and Kafka or somebody else did."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from deploy.local import databases, postgres
from deploy.local.kafka import server as kafka
from deploy.local.ports import HOST, Ports
from deploy.local.state import State

SERVICES = {f"{name}-svc": name for name in databases.SERVICES}


@dataclass(frozen=True)
class Plan:
    """The addresses of one stack. `database_url` (an administrator's) and `kafka` name servers that are not ours."""

    state: State
    ports: Ports
    database_url: str | None = None
    kafka: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """As DATABASE_URL, KAFKA_BOOTSTRAP_SERVERS, FIELDBELL_STATE and FIELDBELL_PORT_* say."""
        database_url, kafka = (env.get(name) or None for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"))
        return cls(State.from_env(env), Ports.from_env(env), database_url, kafka)

    def variables(self) -> dict[str, str]:
        """The environment that makes the same plan, but for the state folder."""
        others = {"DATABASE_URL": self.database_url, "KAFKA_BOOTSTRAP_SERVERS": self.kafka}
        chosen = {name: value for name, value in others.items() if value}
        return {name: str(port) for name, port in self.ports.variables().items()} | chosen

    @property
    def admin_url(self) -> str:
        return self.database_url or postgres.admin_url(self.state, self.ports.postgres)

    @property
    def kafka_bootstrap(self) -> str:
        return self.kafka or kafka.bootstrap(self.ports.kafka)

    @property
    def public_url(self) -> str:
        """Where everybody comes in: the gateway."""
        return f"http://{HOST}:{self.ports.gateway}"

    @property
    def portal(self) -> str:
        """The issuer of customers' tokens, as they know it."""
        return f"{self.public_url}/v1/portal"

    @property
    def sandbox_url(self) -> str:
        return f"http://{HOST}:{self.ports.sandbox_http}"

    @property
    def issuer(self) -> str:
        return f"{self.sandbox_url}/identity"

    def port(self, service: str) -> int:
        """The HTTP port of a service: `port("status-svc")`."""
        return int(getattr(self.ports, SERVICES[service]))

    def url(self, service: str) -> str:
        """The HTTP address of a service: `url("status-svc")`."""
        return f"http://{HOST}:{self.port(service)}"

    def role_url(self, service: str, role: str) -> str:
        """How a role (owner, api, worker) of a service reaches its database."""
        return databases.role_url(self.admin_url, self.state, SERVICES[service], role)
