"""Settings every service has, read once from the environment at start."""

from ipaddress import ip_address
from pathlib import Path

from pydantic import AnyHttpUrl, BaseModel, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.jobs import Role


class Issuer(BaseModel):
    """Who may sign tokens, and which roles it may grant."""

    issuer: str
    jwks_url: AnyHttpUrl
    roles: frozenset[Role]


class KafkaSettings(BaseSettings):
    """How to reach the brokers; TLS and SASL where the environment says so."""

    model_config = SettingsConfigDict(env_prefix="kafka_", extra="ignore")

    bootstrap_servers: str
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str = "PLAIN"
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    ssl_cafile: str | None = None
    replication_factor: int = 1


class ServiceSettings(BaseSettings):
    """The part of a service's settings that all of them share."""

    model_config = SettingsConfigDict(extra="ignore", nested_model_default_partial_update=True)

    api_database_url: SecretStr
    worker_database_url: SecretStr
    database_pool_size: int = 10
    kafka: KafkaSettings = Field(default_factory=KafkaSettings)
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    auth_audience: str = "fieldbell"
    auth_issuers: tuple[Issuer, ...]
    otel_exporter_otlp_endpoint: str | None = None
    log_level: str = "INFO"
    clock_file: Path | None = None
    """Tests of a stack on one machine move business time by it (`clock.follow`)."""

    @field_validator("clock_file")
    @classmethod
    def _only_on_one_machine(cls, file: Path | None, others: ValidationInfo) -> Path | None:
        if file and not ip_address(others.data["http_host"]).is_loopback:
            raise ValueError("business time moves only where HTTP_HOST is a loopback address, in tests")
        return file
