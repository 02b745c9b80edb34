"""The programs that may ask for tokens: services with a secret, apps without."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from urllib.parse import unquote_plus, urlsplit

from deploy.sandbox.identity.errors import BadClient

APPS = frozenset({"office-ui"})


class Clients:
    """Knows the secret of each service."""

    def __init__(self, service_secrets: Mapping[str, str]) -> None:
        self._secrets = service_secrets

    def service(self, authorization: str, form: Mapping[str, str]) -> str:
        """The id of the service that proved itself by Basic auth or by form (RFC 6749 2.3.1). Raises BadClient."""
        client_id, secret = _basic(authorization) if authorization else _posted(form)
        known = self._secrets.get(client_id)
        if known is None or not secrets.compare_digest(known.encode(), secret.encode()):
            raise BadClient
        return client_id


def is_loopback(uri: str) -> bool:
    """Whether a redirect stays on this machine (RFC 8252 7.3)."""
    parts = urlsplit(uri)
    return parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost") and not parts.fragment


def _posted(form: Mapping[str, str]) -> tuple[str, str]:
    return form.get("client_id", ""), form.get("client_secret", "")


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise BadClient
    try:
        client_id, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise BadClient from None
    return unquote_plus(client_id), unquote_plus(secret)
