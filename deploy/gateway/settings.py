"""What the gateway reads from its environment, under the services' own names where these have one."""

from pathlib import Path
from typing import Self

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, FilePath, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from servicekit.settings import Issuer


class Limit(BaseModel):
    """How many requests: `burst` at once, then `refill` more every `seconds`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    burst: int = Field(ge=1)
    refill: int = Field(ge=1)
    seconds: int = Field(1, ge=1)


class GatewaySettings(BaseSettings):
    """Where it listens, whom it asks, whose tokens it takes, and how much."""

    model_config = SettingsConfigDict(extra="ignore")

    http_host: str = "127.0.0.1"
    http_port: int = 8100
    operations_port: int = 8106
    """Health and metrics, for who runs it: not for the world."""
    public_url: AnyHttpUrl
    """Where the world reaches it. With https, browsers are told to come by TLS alone."""
    state_folder: Path = Path(".fieldbell/gateway")
    """For what it writes at its start: its configuration, and the socket of Envoy's administration."""
    worker_threads: int = Field(2, ge=1)

    status_svc_url: AnyHttpUrl
    customer_svc_url: AnyHttpUrl
    template_svc_url: AnyHttpUrl
    notifier_svc_url: AnyHttpUrl
    office_ui_url: AnyHttpUrl

    auth_audience: str = "fieldbell"
    auth_issuers: tuple[Issuer, ...] = Field(min_length=1)

    tls_certificate: FilePath | None = None
    """A chain in PEM, with `tls_key`. Without them it speaks plain HTTP, for a load balancer that has them."""
    tls_key: FilePath | None = None
    ca_file: Path = Path("/etc/ssl/certs/ca-certificates.crt")
    """Who vouches for issuers and the collector of traces, where these are reached by TLS."""
    trusted_hops: int = Field(0, ge=0)
    """How many proxies stand in front, whose X-Forwarded-For is believed."""
    cors_origins: tuple[str, ...] = ()
    """Other origins whose scripts may ask, such as `https://app.example`."""

    limit_address: Limit = Limit(burst=3000, refill=1000)
    """Of one address, whatever it asks and however it is answered."""
    limit_company: Limit = Limit(burst=400, refill=100)
    """Of one company's people and programs."""
    limit_customer: Limit = Limit(burst=60, refill=10)
    """Of one customer who is signed in: the office goes on."""
    limit_pages: Limit = Limit(burst=300, refill=100)
    """Of one address that reads the web app, or asks for what there is not."""
    limit_public: Limit = Limit(burst=60, refill=10)
    """Of one address without a token: links of emails, pictures."""
    limit_sign_in: Limit = Limit(burst=10, refill=1, seconds=6)
    """Of one address that signs in, or asks for a password."""
    limit_webhooks: Limit = Limit(burst=1000, refill=300)
    """Of one address that tells us what became of texts and calls: what is refused is not told again."""

    otel_exporter_otlp_endpoint: AnyHttpUrl | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("TLS_CERTIFICATE and TLS_KEY belong together")
        return self

    @property
    def upstreams(self) -> dict[str, AnyHttpUrl]:
        """The services and the office's web app, by name."""
        names = ("status-svc", "customer-svc", "template-svc", "notifier-svc", "office-ui")
        return {name: getattr(self, f"{name.replace('-', '_')}_url") for name in names}
