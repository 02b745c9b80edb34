"""Settings of customer-svc."""

from pydantic import AnyHttpUrl, SecretStr, field_validator

from customer_svc.tokens import PortalTokens
from servicekit.links import LinkKeys
from servicekit.settings import ServiceSettings


class CustomerSettings(ServiceSettings):
    """What customer-svc needs beyond what all services need."""

    http_port: int = 8102
    link_keys: LinkKeys
    """Read the links in emails: the same keys as the notifier's, which writes them."""
    portal_keys: SecretStr
    """Sign the portal's access tokens: EC P-256 private keys, PKCS #8 in base64, separated by commas, newest first."""
    public_url: AnyHttpUrl
    """Where mail programs and browsers reach this service: links to logos and the portal's issuer begin with it."""

    @property
    def portal_issuer(self) -> str:
        """Who signs the portal's access tokens; its keys are at `/jwks` below it."""
        return f"{str(self.public_url).rstrip('/')}/v1/portal"

    @property
    def portal_tokens(self) -> PortalTokens:
        """Signs them."""
        return PortalTokens(self.portal_keys.get_secret_value(), self.portal_issuer, self.auth_audience)

    @field_validator("portal_keys")
    @classmethod
    def _can_sign(cls, keys: SecretStr) -> SecretStr:
        PortalTokens(keys.get_secret_value(), "", "")
        return keys
