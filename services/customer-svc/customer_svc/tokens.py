"""Access tokens of the portal, signed with its own key (ES256); other services check them by its JWKS."""

from base64 import b64decode
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from jwt.algorithms import ECAlgorithm

from contracts.jobs import Role
from customer_svc.domain.portal import ACCESS_TOKEN, Account


class PortalTokens:
    """Signs with the first key; the JWKS has all of them, so that what an old one signed holds until it expires."""

    def __init__(self, keys: str, issuer: str, audience: str) -> None:
        """`keys`: EC P-256 private keys, PKCS #8 in base64, separated by commas. Raises `ValueError`."""
        loaded = [_load(key.strip()) for key in keys.split(",") if key.strip()]
        if not loaded:
            raise ValueError("needs a key")
        self._key, self._kid = loaded[0], _kid(loaded[0])
        self._issuer, self._audience = issuer, audience
        self.jwks = {"keys": [_public(key) for key in loaded]}

    def access(self, account: Account, now: datetime) -> str:
        """A token for one contact of one customer: no name and no address is in it."""
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(account.email_id),
            "iat": now,
            "exp": now + ACCESS_TOKEN,
            "roles": [Role.CUSTOMER.value],
            "company_id": str(account.company_id),
            "customer_id": str(account.customer_id),
        }
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": self._kid})


def _load(key: str) -> EllipticCurvePrivateKey:
    loaded = serialization.load_der_private_key(b64decode(key, validate=True), None)
    if not isinstance(loaded, EllipticCurvePrivateKey) or not isinstance(loaded.curve, SECP256R1):
        raise ValueError("is no EC key of P-256")
    return loaded


def _public(key: EllipticCurvePrivateKey) -> dict[str, Any]:
    public: dict[str, Any] = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return public | {"kid": _kid(key), "use": "sig", "alg": "ES256"}


def _kid(key: EllipticCurvePrivateKey) -> str:
    """The same for the same key."""
    digest = Hash(SHA256())
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digest.update(key.public_key().public_bytes(*form))
    return digest.finalize().hex()[:16]
