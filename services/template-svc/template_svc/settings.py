"""What template-svc reads from its environment."""

from pydantic import Field

from servicekit.settings import ServiceSettings


class TemplateSettings(ServiceSettings):
    """Settings of template-svc."""

    report_processes: int = Field(2, ge=1, le=64)
    """How many reports are made at a time, each in a process of its own."""
