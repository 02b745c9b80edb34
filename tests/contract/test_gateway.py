"""The gateway gives up later than the services do: who asks hears from them what went wrong."""

from customer_svc.store.batches import CHOOSING_SECONDS
from deploy.gateway.clusters import IDLE
from deploy.gateway.routes import LONG_PATIENCE, PATIENCE, PATIENCE_WITH
from notifier_svc import reports
from servicekit.cli import KEEP_ALIVE_SECONDS
from servicekit.db import ACQUIRE_SECONDS, COMMAND_SECONDS


def test_the_gateway_waits_longer_than_a_service_works() -> None:
    assert PATIENCE > ACQUIRE_SECONDS + COMMAND_SECONDS
    assert PATIENCE > 2 * reports.SECONDS  # what a report tells, then its page
    assert PATIENCE_WITH["POST /v1/batch-edits/preview"] == LONG_PATIENCE > ACQUIRE_SECONDS + CHOOSING_SECONDS


def test_the_gateway_hangs_up_first_so_that_no_request_meets_a_closing_connection() -> None:
    assert float(IDLE.removesuffix("s")) < KEEP_ALIVE_SECONDS
