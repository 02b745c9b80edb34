"""What template-svc reads from its environment."""

from servicekit.settings import ServiceSettings


class TemplateSettings(ServiceSettings):
    """Settings of template-svc: those that every service has."""
