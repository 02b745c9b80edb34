"""Events as SendGrid signs them."""

from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from notifier_svc.channels.sendgrid import SIGNATURE, TIMESTAMP

KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = b64encode(KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def signed(body: bytes) -> dict[str, str]:
    """The headers that say SendGrid sent this body."""
    return {TIMESTAMP: "1", SIGNATURE: b64encode(KEY.sign(b"1" + body, ec.ECDSA(SHA256()))).decode()}
