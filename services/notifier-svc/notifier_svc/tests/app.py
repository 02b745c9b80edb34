"""The whole notifier app on a database of its own, and a look behind it."""

from dataclasses import dataclass

import asyncpg
import httpx
from cryptography.fernet import Fernet

from notifier_svc.settings import NotifierSettings
from servicekit.db import Database
from servicekit.testing import NOWHERE, DatabaseUrls, TestIssuer

PUBLIC_URL = "https://notify.example"
LINK_KEY = "a key of thirty-two letters or of more"


@dataclass
class App:
    """A running app without broker and mail host."""

    client: httpx.AsyncClient
    issuer: TestIssuer
    db: Database
    settings: NotifierSettings

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """Rows of the database, as the workers see it."""
        async with self.db.worker() as tx:
            return list(await tx.fetch(sql, *values))


def settings_for(urls: DatabaseUrls, issuer: TestIssuer, **over: object) -> NotifierSettings:
    """Of an app that reaches nobody."""
    return NotifierSettings.model_validate(
        {
            "api_database_url": urls.api_url,
            "worker_database_url": urls.worker_url,
            "kafka": {"bootstrap_servers": NOWHERE},
            "auth_issuers": [issuer.setting],
            "secret_key": "a secret of sixteen bytes",
            "sender_keys": Fernet.generate_key().decode(),
            "link_keys": LINK_KEY,
            "public_url": PUBLIC_URL,
            "invitation_url": f"{PUBLIC_URL}/invitations",
            "template_svc_url": f"http://{NOWHERE}",
            "status_svc_url": f"http://{NOWHERE}",
            "customer_svc_url": f"http://{NOWHERE}",
            "service_token_url": f"http://{NOWHERE}",
            "service_client_secret": "none",
            "smtp_host": "127.0.0.1",
            "smtp_from_address": "notifications@example.com",
        }
        | over
    )
