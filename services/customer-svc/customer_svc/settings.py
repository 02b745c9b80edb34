"""Settings of customer-svc."""

from pydantic import AnyHttpUrl

from servicekit.links import LinkKeys
from servicekit.settings import ServiceSettings


class CustomerSettings(ServiceSettings):
    """What customer-svc needs beyond what all services need."""

    http_port: int = 8102
    link_keys: LinkKeys
    """Read the links in emails: the same keys as the notifier's, which writes them."""
    public_url: AnyHttpUrl = AnyHttpUrl("http://127.0.0.1:8102")
    """Where people's mail programs reach this service: links to logos begin with it."""
