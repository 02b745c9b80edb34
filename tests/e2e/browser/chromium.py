"""A headless Chromium, as npm brought it, and the axe rules that its pages are looked at with."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from deploy.local.services import BIN
from deploy.local.state import REPOSITORY

UI = REPOSITORY / "services" / "office-ui"
UNPACKED = REPOSITORY / ".fieldbell" / "cache" / "chromium"
AXE = UI / "node_modules" / "axe-core" / "axe.min.js"
# No sandbox of its own: as root it has none. Nothing that a browser protects its reader by is off.
ARGUMENTS = ["--no-sandbox", "--no-zygote", "--disable-gpu", "--font-render-hinting=none"]


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """The browser; its pages are contexts of their own."""
    environment: dict[str, str | float | bool] = {
        **os.environ,
        "LD_LIBRARY_PATH": str(UNPACKED / "al2023" / "lib"),
        "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf"),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=unpacked(), args=ARGUMENTS, env=environment)
        yield browser
        browser.close()


def unpacked() -> Path:
    """Where the browser is; the first call unpacks it."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with (UNPACKED / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [BIN / "node", UI / "build" / "browser.mjs", UNPACKED]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Path(done.stdout.strip())
