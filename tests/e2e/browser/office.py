"""The office's pages as people use them: sign in, look, and have axe look, too."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from deploy.local.plan import Plan
from deploy.local.ports import HOST, free_ports
from deploy.local.services import BIN
from deploy.local.waiting import until
from tests.e2e.browser.chromium import AXE, UI

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@contextmanager
def served(plan: Plan) -> Iterator[str]:
    """The built pages and the APIs of a stack on one origin; its address."""
    [port] = free_ports(1)
    environment = os.environ | plan.variables() | {"PORT": str(port)}
    vite = UI / "node_modules" / "vite" / "bin" / "vite.js"
    process = subprocess.Popen([BIN / "node", vite, "preview"], cwd=UI, env=environment, stdout=subprocess.DEVNULL)
    origin = f"http://{HOST}:{port}"
    try:
        until(lambda: answers(f"{origin}/config.json"), "The pages are not served.", 60)
        yield origin
    finally:
        process.terminate()
        process.wait(10)


def answers(url: str) -> bool:
    """Whether somebody serves there."""
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


def sign_in(page: Page, name: str, path: str = "/") -> None:
    """Open a page as somebody of a demo company."""
    page.goto(path)
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def settled(page: Page) -> None:
    """Wait until nothing loads any more."""
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


def complaints(page: Page) -> list[str]:
    """What axe finds wrong with the page by WCAG 2.2 AA, a line each."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("tags => axe.run(document, {runOnly: tags})", WCAG)
    return [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]


def scrolls_sideways(page: Page) -> bool:
    """Whether something is wider than the window."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"))
