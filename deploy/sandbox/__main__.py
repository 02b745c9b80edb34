"""Runs the sandbox: `python -m deploy.sandbox`."""

import contextlib
import logging
import os
import socket
import sys

import uvicorn
import uvloop
from fastapi import FastAPI
from pydantic import ValidationError

from deploy.sandbox.app import create_app
from deploy.sandbox.errors import CannotStart
from deploy.sandbox.settings import SandboxSettings


def main() -> None:
    """Serve until SIGTERM or SIGINT; a fault at start-up is one sentence."""
    logging.basicConfig(level=logging.WARNING)
    try:
        settings = SandboxSettings()
        with (
            _listen(settings.host, settings.http_port, "SANDBOX_HTTP_PORT") as http,
            _listen(settings.host, settings.smtp_port, "SANDBOX_SMTP_PORT") as smtp,
        ):
            _serve(create_app(settings, smtp), http)
    except (CannotStart, ValidationError) as error:
        sys.exit(f"The sandbox can't start. {error}")


def _serve(app: FastAPI, listener: socket.socket) -> None:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(server.serve(sockets=[listener]))


def _listen(host: str, port: int, variable: str) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=1024)
    except OSError as error:
        raise CannotStart(
            f"Port {port} on {host}: {os.strerror(error.errno or 0)}. Choose another with {variable}."
        ) from None


if __name__ == "__main__":
    main()
