"""`BENCH=office make bench`: the office's pages in a headless Chromium, through the gateway, with the demo played.

When the largest part of a page stands (LCP), how much of it moved (CLS), how long its thread was blocked (long tasks),
and how much script was loaded: at first, when nothing is cached, and again. QUICK=1 looks once.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, CDPSession, Page
from rich.console import Console
from rich.table import Table

from deploy.local.stack import Stack
from tests.e2e.browser.chromium import running_chromium
from tests.e2e.browser.office import settled, sign_in
from tests.e2e.playing import play_demo

TIMES = 1 if os.environ.get("QUICK") else 5
ADMIN = "Dana Whitfield"
PAGES = {
    "Home": "/home",
    "Jobs": "/jobs",
    "Board": "/jobs?view=board",
    "Booking": "/jobs/new",
    "Requests": "/requests",
    "Customers": "/customers",
    "Deliveries": "/deliveries?view=all",
    "Templates": "/templates",
    "Statuses and messages": "/settings/messages",
}
# https://web.dev/articles/vitals: what moves within half a second of an input is meant, and doesn't count.
OBSERVE = """
const seen = (window.seen = { lcp: 0, cls: 0, longest: 0, blocked: 0 });
const watch = (type, note) =>
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
watch("largest-contentful-paint", (entry) => (seen.lcp = entry.startTime));
watch("layout-shift", (entry) => (seen.cls += entry.hadRecentInput ? 0 : entry.value));
watch("longtask", ({ duration }) => {
  seen.longest = Math.max(seen.longest, duration);
  seen.blocked += duration - 50;
});
"""
SCRIPT_KB = """() => performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1000"""

Figures = dict[str, float]


def main() -> int:
    """Exit code 0; figures are never judged here."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    with tempfile.TemporaryDirectory(prefix="fieldbell-bench-") as folder:
        stack = Stack.in_folder(Path(folder))
        try:
            stack.open()
            stack.up()
            play_demo(stack.plan).check_returncode()
            with running_chromium() as browser:
                found = measured(browser, stack.plan.public_url)
        finally:
            stack.down()
    show(found, console)
    target = Path(os.environ.get("BENCH_JSON", ".fieldbell/bench-office.json"))
    target.write_text(json.dumps(found, indent=2) + "\n")
    console.print(f"As JSON: {target}")
    return 0


def measured(browser: Browser, origin: str) -> dict[str, Figures]:
    """Each page by its name."""
    context = browser.new_context(base_url=origin, viewport={"width": 1280, "height": 900}, locale="en-US")
    page = context.new_page()
    page.add_init_script(OBSERVE)
    sign_in(page, ADMIN)
    cache = context.new_cdp_session(page)
    found = {name: looked_at(page, cache, address) for name, address in PAGES.items()}
    context.close()
    return found


def looked_at(page: Page, cache: CDPSession, address: str) -> Figures:
    """Medians over the times it was opened; of what moved and blocked, the worst."""
    first, again = [], []
    for _ in range(TIMES):
        first.append(opened(page, cache, address, cached=False))
        again.append(opened(page, cache, address, cached=True))
    every = first + again
    return {
        "first ms": median(each["lcp"] for each in first),
        "again ms": median(each["lcp"] for each in again),
        "CLS": max(each["cls"] for each in every),
        "longest task ms": max(each["longest"] for each in every),
        "blocked ms": median(each["blocked"] for each in first),
        "script KB": median(each["script"] for each in first),
    }


def opened(page: Page, cache: CDPSession, address: str, *, cached: bool) -> Figures:
    """What one look at it takes."""
    cache.send("Network.setCacheDisabled", {"cacheDisabled": not cached})
    page.goto(address)
    settled(page)
    seen: Figures = page.evaluate("() => window.seen")
    return seen | {"script": page.evaluate(SCRIPT_KB)}


def show(found: dict[str, Figures], console: Console) -> None:
    """As a table, a page a row."""
    table = Table("page", "LCP, first", "again", "CLS", "longest task", "blocked", "script", title="The office's pages")
    for name, figures in found.items():
        cells = ("{:.0f} ms", "{:.0f} ms", "{:.3f}", "{:.0f} ms", "{:.0f} ms", "{:.0f} KB")
        table.add_row(name, *(cell.format(value) for cell, value in zip(cells, figures.values(), strict=True)))
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
