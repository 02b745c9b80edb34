"""The notifier's settings."""

import ssl
from datetime import timedelta
from enum import StrEnum
from typing import Self

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from contracts.addresses import ascii_domain
from contracts.deliveries import Category
from notifier_svc.channels.dkim import Signer, key_of
from notifier_svc.channels.sendgrid import Webhook
from notifier_svc.channels.smtp import Security
from notifier_svc.channels.twilio import API
from notifier_svc.domain.volume import Breaker
from notifier_svc.keeping import Kept
from notifier_svc.sealing import Seal
from servicekit.links import LinkKeys
from servicekit.settings import ServiceSettings


class Role(StrEnum):
    """A part of the notifier's work."""

    API = "api"
    """Answers over HTTP: the office and Twilio's callbacks."""
    PLAN = "plan"
    """Takes events in and decides."""
    SEND = "send"
    """Takes what is due from the queue and sends it."""
    BOUNCES = "bounces"
    """Takes the bounces of emails over SMTP."""


class MailAccount(BaseModel):
    """A mail host, and how it is spoken to."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    host: str
    port: int = 25
    security: Security = Security.STARTTLS
    verify: bool = True
    ca_file: str | None = None
    username: str | None = None
    password: SecretStr | None = None
    connections: int | None = Field(None, ge=1, le=256)
    per_second: float | None = Field(None, gt=0)
    sendgrid: bool = False


class NotifierSettings(ServiceSettings):
    """What the notifier needs besides what every service does."""

    roles: frozenset[Role] = frozenset(Role)
    """What this process does: all of it, or a part where load asks for processes of their own (`["plan"]`)."""
    secret_key: SecretStr = Field(min_length=16)
    """Keys the hashes that stand for addresses. Changing it forgets blocks: keep it."""
    sender_keys: SecretStr
    """Fernet keys, separated by commas: the first seals the companies' credentials, all of them open. Keep them."""
    link_keys: LinkKeys
    """Sign the links in emails: the first signs, all are accepted, so keep the old ones. The same as customer-svc's."""
    public_url: AnyHttpUrl
    """Where Twilio and readers of emails reach this service. Twilio's callbacks are signed over this very URL."""
    invitation_url: AnyHttpUrl
    """Where invitations to the portal lead, each with its token at the end: customer-svc's `/v1/portal/invitations`."""
    template_svc_url: AnyHttpUrl
    status_svc_url: AnyHttpUrl
    """Asked for what a report tells of a job."""
    customer_svc_url: AnyHttpUrl
    """Asked for the logo on a report."""
    service_token_url: AnyHttpUrl
    service_client_id: str = "notifier-svc"
    service_client_secret: SecretStr
    smtp_host: str
    smtp_port: int = 25
    smtp_security: Security = Security.STARTTLS
    smtp_starttls: str | None = None
    """The name that SMTP_SECURITY had: refused, as mail would else go by another way than was meant."""
    resend_unknown: str | None = None
    """What companies choose for themselves by now: refused, as it would count for nothing."""
    smtp_verify: bool = True
    """Whether the mail host's certificate must be for its name, and by somebody who is trusted."""
    smtp_ca_file: str | None = None
    """PEM of who is; the system's authorities where absent."""
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_per_second: float | None = Field(None, gt=0)
    """What the mail host takes a second, of each process that sends; as fast as it can where absent."""
    smtp_sendgrid: bool = False
    """Whether it is SendGrid, and told what to say with its events."""
    smtp_second: MailAccount | None = None
    """JSON: the mail host that takes the place of the first while that one is away."""
    dkim_domain: str | None = None
    dkim_selector: str | None = None
    dkim_key: SecretStr | None = None
    """Sign all emails but those of companies with a key of their own: PEM, or DER in base64. All three, or none."""
    smtp_from_address: str
    """What emails come from where a company has no From of its own; without BOUNCE_DOMAIN bounces go there, too."""
    bounce_domain: str | None = Field(None, pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=190)
    """Bounces come back to addresses of this domain: its MX record leads to the role `bounces`."""
    sendgrid_webhook_key: str | None = None
    """Of the mail host that is SendGrid: the public key of its signed event webhook, as SendGrid shows it."""
    bounce_host: str = "127.0.0.1"
    bounce_port: int = Field(8026, ge=1, le=65_535)
    """Where the role `bounces` listens, if there is a BOUNCE_DOMAIN."""
    bounce_certificate: str | None = None
    bounce_key: str | None = None
    """PEM files: with both of them it offers STARTTLS."""
    smtp_connections: int = Field(8, ge=1, le=256)
    """To each mail host that says nothing else."""
    smtp_timeout_seconds: float = Field(60, gt=0)
    smtp_end_timeout_seconds: float = Field(600, gt=0)
    """For the end of DATA: less than ten minutes makes duplicates (RFC 5321 4.5.3.2.6)."""
    twilio_url: AnyHttpUrl = AnyHttpUrl(API)
    twilio_connections: int = Field(16, ge=1, le=100)
    twilio_machine_detection: bool = False
    """Whether Twilio tells who answers a call, a person or a machine; it bills each call for that."""
    twilio_timeout_seconds: float = Field(30, gt=0)
    """After which nobody knows whether Twilio took a message."""
    lease_seconds: int = Field(60, ge=5)
    reconcile_seconds: float = Field(60, gt=0)
    """Between two questions to Twilio about a text of unknown outcome; missing three times, it is sent again."""
    release_per_second: int = Field(100, ge=1, le=10_000)
    """How fast what waited for the end of a pause goes, of each company."""
    keep_words_days: int = Field(90, ge=7, le=800)
    """What a message said is kept so long after its month has ended; then the log says only that it was sent."""
    keep_words_of_days: dict[Category, int] = Field(default_factory=dict)
    """Categories whose words go earlier, so many days after they were planned: `{"invoice": 30}`."""
    keep_log_months: int = Field(25, ge=4, le=120)
    """Messages, tries and receipts are kept so many months after the end of theirs."""
    update_window_seconds: float = Field(300, ge=0, le=86_400)
    """In which changes of a job gather, to be told once."""
    volume_times: float = Field(10, gt=1)
    """A company that would send so many times its usual hour is paused ..."""
    volume_at_least: int = Field(1000, ge=1)
    """... if that is so many messages at least."""

    @field_validator("sender_keys")
    @classmethod
    def _can_seal(cls, keys: SecretStr) -> SecretStr:
        Seal(split(keys))
        return keys

    @field_validator("smtp_starttls")
    @classmethod
    def _has_another_name(cls, value: str | None) -> None:
        if value is not None:
            raise ValueError("instead of SMTP_STARTTLS set SMTP_SECURITY: none, starttls or tls")

    @field_validator("resend_unknown")
    @classmethod
    def _is_for_companies(cls, value: str | None) -> None:
        if value is not None:
            raise ValueError("instead of RESEND_UNKNOWN each company chooses, by PUT /v1/once-more")

    @model_validator(mode="after")
    def _can_sign(self) -> Self:
        if len({self.dkim_domain is None, self.dkim_selector is None, self.dkim_key is None}) > 1:
            raise ValueError("DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY are set together, or none of them")
        _ = self.dkim
        return self

    @model_validator(mode="after")
    def _can_speak_tls(self) -> Self:
        if (self.bounce_certificate is None) != (self.bounce_key is None):
            raise ValueError("BOUNCE_CERTIFICATE and BOUNCE_KEY are set together, or none of them")
        _ = self.bounce_tls
        return self

    @model_validator(mode="after")
    def _hears_of_sendgrid(self) -> Self:
        if self.sendgrid and not any(host.sendgrid for host in self.mail_hosts):
            raise ValueError(
                "SENDGRID_WEBHOOK_KEY needs a mail host that is SendGrid: SMTP_SENDGRID, or in SMTP_SECOND"
            )
        return self

    @property
    def sendgrid(self) -> Webhook | None:
        """Whose events are believed. Raises `ValueError`."""
        return Webhook(self.sendgrid_webhook_key) if self.sendgrid_webhook_key else None

    @property
    def dkim(self) -> Signer | None:
        """Who signs for the installation. Raises `ValueError`."""
        if not (self.dkim_domain and self.dkim_selector and self.dkim_key):
            return None
        return Signer(ascii_domain(self.dkim_domain), self.dkim_selector, key_of(self.dkim_key.get_secret_value()))

    @property
    def bounce_tls(self) -> ssl.SSLContext | None:
        """How bounces are taken by TLS, where they are. Raises `ValueError`."""
        if self.bounce_certificate is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self.bounce_certificate, self.bounce_key)
        except OSError as error:
            raise ValueError(f"BOUNCE_CERTIFICATE and BOUNCE_KEY can't be read together: {error}") from None
        return context

    @property
    def mail_hosts(self) -> list[MailAccount]:
        """The first mail host, and the second where there is one."""
        first = MailAccount.model_validate({name: getattr(self, f"smtp_{name}") for name in MailAccount.model_fields})
        return [first, self.smtp_second] if self.smtp_second else [first]

    @property
    def breaker(self) -> Breaker:
        """When a company is paused by itself."""
        return Breaker(self.volume_times, self.volume_at_least)

    @property
    def kept(self) -> Kept:
        """How long the log is kept."""
        words_of = {category: timedelta(days=days) for category, days in self.keep_words_of_days.items()}
        return Kept(timedelta(days=self.keep_words_days), self.keep_log_months, words_of)

    @property
    def update_window(self) -> timedelta:
        """In which changes of a job gather."""
        return timedelta(seconds=self.update_window_seconds)

    @property
    def seal(self) -> Seal:
        """Seals and opens the companies' credentials."""
        return Seal(split(self.sender_keys))


def split(keys: SecretStr) -> list[str]:
    """The keys of a list."""
    return [key.strip() for key in keys.get_secret_value().split(",") if key.strip()]
