"""`python -m deploy.office_ui`: serve the web app until SIGTERM."""

import sys

import uvicorn
from pydantic import ValidationError

from deploy.office_ui.app import create_app
from deploy.office_ui.settings import OfficeUiSettings


def main() -> None:
    """What is missing is told in a sentence."""
    try:
        settings = OfficeUiSettings()
    except ValidationError as error:
        names = ", ".join(f"OFFICE_UI_{e['loc'][0]}".upper() for e in error.errors())
        sys.exit(f"The web app can't be served; check these settings: {names}")
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    main()
