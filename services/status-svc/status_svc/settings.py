"""Settings of status-svc: those every service has."""

from servicekit.settings import ServiceSettings


class StatusSettings(ServiceSettings):
    """Read once from the environment at start."""

    http_port: int = 8101
