"""The whole stack once its business time moves, which no other test likes: these come last (../conftest.py)."""

import pytest

from deploy.local.stack import Stack
from tests.e2e.moved.clock import BusinessTime

NOTIFIER = "notifier-svc"


@pytest.fixture(scope="session")
def clock_of_stack(whole_stack: Stack) -> BusinessTime:
    """Its business time; the notifier connects to its database anew, and finds the clock there."""
    clock = BusinessTime(whole_stack.plan)
    whole_stack.stop(NOTIFIER)
    clock.begin()
    whole_stack.start(NOTIFIER)
    whole_stack.wait_ready(NOTIFIER)
    return clock


@pytest.fixture
def clock(clock_of_stack: BusinessTime, stack: Stack) -> BusinessTime:
    """The business time of the stack, with every part serving."""
    return clock_of_stack
