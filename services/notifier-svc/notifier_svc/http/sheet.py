"""The log as a sheet: CSV that a spreadsheet opens, and takes nothing in it for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from notifier_svc.http.delivery_views import DeliveryView

COLUMNS = (
    "happened_at",
    "planned_at",
    "recipient",
    "customer",
    "channel",
    "address",
    "rule",
    "trigger",
    "category",
    "job",
    "state",
    "reason",
    "explanation",
    "detail",
    "attempts",
    "updated_at",
    "copy",
    "id",
)
_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def header() -> str:
    """The first line."""
    return _written([COLUMNS])


def lines(views: Iterable[DeliveryView]) -> str:
    """A line each."""
    return _written([[safe(cell) for cell in _cells(view)] for view in views])


def safe(cell: str) -> str:
    """The cell, with a quote in front where a spreadsheet would compute it; a phone number is no formula."""
    number = cell.removeprefix("+").isdecimal()
    return f"'{cell}" if cell.startswith(_SIGNS) and not number else cell


def _cells(view: DeliveryView) -> Sequence[str]:
    found = (
        view.occurred_at.isoformat(),
        view.planned_at.isoformat(),
        view.recipient_name,
        view.customer_name,
        view.channel,
        view.address or view.masked_address,
        view.rule_name,
        view.trigger,
        view.category,
        view.job_number,
        view.state,
        view.reason,
        view.explanation,
        view.detail,
        view.attempts,
        view.updated_at.isoformat(),
        view.copy_number or None,
        view.id,
    )
    return ["" if cell is None else str(cell) for cell in found]


def _written(rows: Iterable[Sequence[str]]) -> str:
    sheet = io.StringIO()
    csv.writer(sheet, lineterminator="\r\n").writerows(rows)
    return sheet.getvalue()
