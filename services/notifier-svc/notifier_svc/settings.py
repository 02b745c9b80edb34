"""The notifier's settings."""

from pydantic import AnyHttpUrl, Field, SecretStr

from servicekit.settings import ServiceSettings


class NotifierSettings(ServiceSettings):
    """What the notifier needs besides what every service does."""

    secret_key: SecretStr = Field(min_length=16)
    """Keys the hashes that stand for addresses. Changing it forgets blocks: keep it."""
    template_svc_url: AnyHttpUrl
    service_token_url: AnyHttpUrl
    service_client_id: str = "notifier-svc"
    service_client_secret: SecretStr
    smtp_host: str
    smtp_port: int = 25
    smtp_starttls: bool = True
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from_address: str
    smtp_connections: int = Field(8, ge=1, le=256)
    smtp_timeout_seconds: float = Field(60, gt=0)
    smtp_end_timeout_seconds: float = Field(600, gt=0)
    """For the end of DATA: less than ten minutes makes duplicates (RFC 5321 4.5.3.2.6)."""
    lease_seconds: int = Field(60, ge=5)
