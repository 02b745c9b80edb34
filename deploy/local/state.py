"""The one folder that holds all the stack writes: data, logs, generated configuration and passwords."""

import json
import os
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = REPOSITORY / ".fieldbell" / "tools"
JARS = TOOLS / "kafka"


@dataclass(frozen=True)
class State:
    """A state folder; `.fieldbell/stack` of the repository unless FIELDBELL_STATE names another."""

    folder: Path

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        return cls(Path(env.get("FIELDBELL_STATE", REPOSITORY / ".fieldbell" / "stack")).resolve())

    def create(self) -> None:
        for folder in (self.folder, self.logs):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def log(self, part: str) -> Path:
        return self.logs / f"{part}.log"

    def secret(self, name: str) -> str:
        """The password of that name, made up on first use."""
        return self._kept(name, lambda: secrets.token_urlsafe(24))

    def fernet_key(self, name: str) -> str:
        """The encryption key of that name, made up on first use."""
        return self._kept(f"{name}_key", lambda: Fernet.generate_key().decode())

    def signing_key(self, name: str) -> str:
        """The EC key of that name that signs tokens, made up on first use: PKCS #8 in base64."""
        return self._kept(f"{name}_signing_key", _new_signing_key)

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        file = self.folder / "secrets.json"
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        if name not in known:
            known[name] = make()
            write_private(file, json.dumps(known, indent=2))
        return known[name]


def _new_signing_key() -> str:
    form = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return b64encode(generate_private_key(SECP256R1()).private_bytes(*form)).decode()


def write_private(file: Path, text: str) -> None:
    """Write a file that only this user can read, in one step."""
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    with open(draft, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        out.write(text)
    draft.replace(file)
