"""The office's pages as people use them: sign in, look, and have axe look, too."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.browser.chromium import AXE

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


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
