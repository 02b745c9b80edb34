"""The signing key: made once, kept in the state folder, published as a JWKS."""

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

KEY_NAME = "identity-key.pem"


class SigningKey:
    """An RS256 key whose `kid` is its RFC 7638 thumbprint."""

    def __init__(self, private: RSAPrivateKey) -> None:
        self._private = private
        public = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
        self.kid = thumbprint(public)
        self.jwks = {
            "keys": [{"kty": "RSA", "n": public["n"], "e": public["e"], "kid": self.kid, "use": "sig", "alg": "RS256"}]
        }

    def sign(self, claims: dict[str, Any]) -> str:
        """The claims as a compact JWT."""
        return jwt.encode(claims, self._private, algorithm="RS256", headers={"kid": self.kid})


def thumbprint(jwk: dict[str, Any]) -> str:
    """RFC 7638: SHA-256 over the required members in lexicographic order, without white space."""
    canonical = json.dumps({name: jwk[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).rstrip(b"=").decode()


def load_or_create_key(state: Path) -> SigningKey:
    """The key of this state folder; a restart finds the same one."""
    path = state / KEY_NAME
    if not path.exists():
        _create(path)
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, RSAPrivateKey):
        raise TypeError(f"{path} holds no RSA key.")
    return SigningKey(private)


def _create(path: Path) -> None:
    pem = generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    fresh.replace(path)  # whole or not at all
