"""Fetches the reports that go along with emails: a few at a time, apart from the messages that need none."""

import logging

from contracts.deliveries import Reason
from notifier_svc.domain import outcome
from notifier_svc.domain.outcome import Outcome
from notifier_svc.domain.report import Wanted
from notifier_svc.reports import Report, Reports
from servicekit.errors import Problem, Unavailable

log = logging.getLogger(__name__)

AT_ONCE = 16
BUSY_SECONDS = 1.0
MISTAKE = "Its report met an error of our own. Tell your administrator."


class Attaching:
    """Where reports are fetched; never is an email sent without the one it needs."""

    def __init__(self, reports: Reports, retry_seconds: float) -> None:
        self._reports = reports
        self._retry_seconds = retry_seconds
        self._free = AT_ONCE

    def take_place(self) -> bool:
        """Take one of the places, which `report` gives back. False: who comes now waits in the queue."""
        if not self._free:
            return False
        self._free -= 1
        return True

    async def report(self, want: Wanted) -> Report | Outcome:
        """The report, or how the delivery ends without it: for now, or where no report can be made, for good."""
        try:
            record = await self._reports.record(want.company.id, want.job_id)
            return await self._reports.made(want, record)
        except Unavailable as error:
            log.warning("a report could not be made", extra={"job_id": str(want.job_id), "kind": want.kind})
            return outcome.again(error.detail or error.title, delay=self._retry_seconds)
        except Problem as refusal:
            return outcome.failed(Reason.REPORT_UNUSABLE, refusal.detail or refusal.title)
        except Exception:  # one message's trouble, never everybody's
            log.exception("a report met an error", extra={"job_id": str(want.job_id), "kind": want.kind})
            return outcome.again(MISTAKE, delay=self._retry_seconds)
        finally:
            self._free += 1


def busy() -> Outcome:
    """Others go first."""
    return outcome.again("Other reports are made first.", delay=BUSY_SECONDS)
