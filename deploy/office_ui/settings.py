"""What the server of the web app reads from its environment."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

DIST = Path(__file__).parents[2] / "services" / "office-ui" / "dist"


class OfficeUiSettings(BaseSettings):
    """Where the app lies, and what it is told at its start in the browser."""

    model_config = SettingsConfigDict(env_prefix="OFFICE_UI_", extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8105
    dist: Path = DIST
    issuer: str
    """Who signs people in (OpenID Connect); its discovery document says the rest."""
    client_id: str = "office-ui"
    """As which program the app asks there."""
