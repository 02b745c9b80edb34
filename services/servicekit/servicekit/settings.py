"""Settings every service has, read once from the environment at start."""

from pydantic import AnyHttpUrl, BaseModel, Field, SecretStr
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
