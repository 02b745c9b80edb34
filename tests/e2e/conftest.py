"""The whole stack as processes, once a session, and companies of each test's own on it."""

import itertools
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from deploy.local.errors import StackError
from deploy.local.plan import SERVICES, Plan
from deploy.local.ports import Ports
from deploy.local.stack import Stack, last_lines
from deploy.local.state import State
from tests.chaos.doors import standing
from tests.chaos.stack import FaultyStack, targets
from tests.e2e.collector import Collector, running_collector
from tests.e2e.companies import Company, founded
from tests.e2e.moved.clock import BusinessTime
from tests.e2e.playing import play_demo

NUMBERS = itertools.count(1)

# What this stack's services find in their environment besides what every local stack gives them.
SETTINGS = {
    "LEASE_SECONDS": "5",  # what a killed sender held is taken up again this soon
    "RECONCILE_SECONDS": "2",
    "OTEL_BSP_SCHEDULE_DELAY": "200",
    "VOLUME_AT_LEAST": "1000000",  # a thousand at once are meant
}


# First who looks at the demo as it was played, then the browser, which changes it; where time moves, comes last.
ORDER = ("/e2e/test_demo_story.py", "/e2e/browser/", "/e2e/test_", "/e2e/moved/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On the stack that all share, in this order."""
    items.sort(key=lambda item: next((n for n, part in enumerate(ORDER, 1) if part in item.nodeid), 0))


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """Where the services of the stack send their traces."""
    with running_collector() as collector:
        yield collector


@pytest.fixture(scope="session")
def whole_stack(collector: Collector) -> Iterator[FaultyStack]:
    """PostgreSQL, Kafka, the sandbox and the four services, on free ports, gone at the end; faults can be had of it."""
    with tempfile.TemporaryDirectory(prefix="fieldbell-") as folder, ExitStack() as closing:
        plan = Plan(State(Path(folder).resolve()), Ports.free())
        stack = FaultyStack(plan, closing.enter_context(standing(targets(plan, "smtp", "twilio"))))
        clock = BusinessTime(plan)
        clock.write()
        own = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "CLOCK_FILE": str(clock.file)}
        try:
            with explained(stack):
                with pytest.MonkeyPatch.context() as environment:
                    for name, value in (SETTINGS | own).items():
                        environment.setenv(name, value)
                    stack.open()
                stack.up()
            yield stack
        finally:
            stack.down()


@contextmanager
def explained(stack: Stack) -> Iterator[None]:
    """Tell with a failure what the services and the broker last wrote: their logs go with the stack."""
    try:
        yield
    except StackError as error:
        for title, text in ends_of_logs(stack):
            error.add_note(f"{title}:\n{text}")
        raise


def ends_of_logs(stack: Stack) -> list[tuple[str, str]]:
    """The last lines of each service's log, and of the broker's."""
    logs = [stack.plan.state.log(name) for name in (*SERVICES, "kafka")]
    return [(f"the end of {log.name}", last_lines(log)) for log in logs if log.exists()]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the logs' ends with a test that failed on the stack."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.failed and isinstance(stack, Stack):
        report.sections += ends_of_logs(stack)
    return report


@pytest.fixture
def stack(whole_stack: FaultyStack) -> Iterator[FaultyStack]:
    """The stack with every part serving; what a test stops is started again after it."""
    yield whole_stack
    for name in whole_stack.parts:
        whole_stack.start(name)
    for name in whole_stack.parts:
        whole_stack.wait_ready(name)


@pytest.fixture
def clients() -> Iterator[ExitStack]:
    """Closes the connections that a test's people made."""
    with ExitStack() as clients:
        yield clients


@pytest.fixture
def company(stack: Stack, clients: ExitStack) -> Company:
    """A company that only this test knows, with the defaults that every new company gets."""
    return founded(stack.plan, f"company-{next(NUMBERS)}", clients)


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Write a line for whoever reads the run, also where the test passes; one of several workers has no terminal."""
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    capture = request.config.pluginmanager.get_plugin("capturemanager")
    if reporter is None:
        return print
    assert capture is not None

    def write(line: str) -> None:
        with capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            reporter.write_line(line)

    return write


@pytest.fixture(scope="session")
def demo(whole_stack: Stack) -> str:
    """What `make demo` printed, played once a session; both demo companies exist from then on."""
    played = play_demo(whole_stack.plan)
    assert played.returncode == 0, played.stdout + played.stderr
    return played.stdout
