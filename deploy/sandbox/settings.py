"""Settings of the sandbox, read once from SANDBOX_* variables."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class PhoneSettings(BaseModel):
    """A company's account at the phone: its token, where replies go, who answers STOP, and how fast it may send."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    token: SecretStr = SecretStr("local-only")
    inbound_url: str = ""
    stop_by_twilio: bool = True
    messages_per_second: float = Field(default=100, gt=0)


class SandboxSettings(BaseSettings):
    """Where the sandbox listens, keeps its state, and how the outside calls it."""

    model_config = SettingsConfigDict(env_prefix="SANDBOX_")

    host: str = "127.0.0.1"
    http_port: int = Field(default=8110, ge=1, le=65535)
    smtp_port: int = Field(default=8025, ge=1, le=65535)
    bounce_host: str = "127.0.0.1"
    bounce_port: int | None = Field(default=None, ge=1, le=65535)  # where bounces go; none: nowhere
    bounce_seconds: float = Field(default=2, ge=0)  # how long a mail takes to bounce
    state: Path = Path(".fieldbell/sandbox")
    base_url: str = ""
    service_secret: SecretStr = SecretStr("local-only")
    phones: dict[str, PhoneSettings] = {}  # by the company's slug
    phone_step_seconds: float = Field(default=0.5, ge=0)  # between two statuses of a text or call
    phone_key_seconds: float = Field(default=20, gt=0)  # what a call waits for a key, if its TwiML says no more

    @model_validator(mode="after")
    def _know_own_address(self) -> "SandboxSettings":
        self.base_url = (self.base_url or f"http://{self.host}:{self.http_port}").rstrip("/")
        return self

    @property
    def issuer(self) -> str:
        """The `iss` of every token; discovery lives below it."""
        return f"{self.base_url}/identity"
