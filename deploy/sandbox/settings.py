"""Settings of the sandbox, read once from SANDBOX_* variables."""

from pathlib import Path

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SandboxSettings(BaseSettings):
    """Where the sandbox listens, keeps its state, and how the outside calls it."""

    model_config = SettingsConfigDict(env_prefix="SANDBOX_")

    host: str = "127.0.0.1"
    http_port: int = Field(default=8110, ge=1, le=65535)
    smtp_port: int = Field(default=8025, ge=1, le=65535)
    state: Path = Path(".fieldbell/sandbox")
    base_url: str = ""
    service_secret: SecretStr = SecretStr("local-only")

    @model_validator(mode="after")
    def _know_own_address(self) -> "SandboxSettings":
        self.base_url = (self.base_url or f"http://{self.host}:{self.http_port}").rstrip("/")
        return self

    @property
    def issuer(self) -> str:
        """The `iss` of every token; discovery lives below it."""
        return f"{self.base_url}/identity"
