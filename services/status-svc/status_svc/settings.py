"""Settings of status-svc."""

from pydantic import AnyHttpUrl

from servicekit.settings import ServiceSettings


class StatusSettings(ServiceSettings):
    """What status-svc needs beyond what all services need."""

    http_port: int = 8101
    public_url: AnyHttpUrl
    """Where mail programs reach this service: links to technicians' photos begin with it."""
