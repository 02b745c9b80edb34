"""Rows of S0, S1 and S3 about what starts a message and what keeps it from going, written beside the requirements."""

from collections.abc import Iterator
from typing import NamedTuple

from contracts.deliveries import Channel, Reason
from notifier_svc.tests.gates_oracle import BY_RECIPIENT, NOT_SELECTED, OLD, WITHOUT_RECIPIENT

CREATED = "estimate created, job created, estimate accepted"
REGIONS = "accepted, rejected, job created, estimate accepted, status set, work order closed, days after close"
EVERY = "email, sms, voice"
CONSENTS = "consent none, consent requested, consent refused, consent revoked"

# row | what starts the message | channels | what, each by itself, keeps it from going
COMPANY_ROWS = f"""
S0.7  | {CREATED}, updated               | email   | address's confirmations off, contact's confirmations off
S0.8  | {CREATED}                        | {EVERY} | inactive rule, of another kind
S0.9  | status set, work order closed    | email   | status updates off
S0.10 | deposit, invoice payment         | email   | payment receipts off
S0.11 | deposit, invoice payment         | email   | inactive rule
S0.12 | invoice issued                   | email   | invoices off
S0.13 | invoice issued                   | email   | inactive rule
S0.18 | {CREATED}                        | email   | address's confirmations off, contact's confirmations off
S0.18 | {CREATED}                        | email   | inactive rule
S0.19 | status set                       | sms     | text off
S0.20 | status set                       | voice   | voice off
S0.22 | visit, estimate                  | {EVERY} | service reminders off
S0.24 | until paid                       | {EVERY} | invoice reminders off
S1.6  | status set                       | {EVERY} | of another status
S1.7  | status set                       | {EVERY} | inactive rule
S1.10 | status set, work order closed    | {EVERY} | told not to notify
S1.11 | status set, work order closed    | {EVERY} | told not to notify
S1.12 | status set, work order closed    | sms     | text off, {CONSENTS}
S1.12 | status set, work order closed    | voice   | voice off, calls opted out
S1.19 | status set                       | sms     | {CONSENTS}
"""
REGION_ROWS = f"""
S3.1  | {REGIONS}                        | {EVERY} | left the region
S3.2  | accepted                         | email   | status updates off
S3.3  | rejected                         | email   | status updates off
S3.4  | job created, estimate accepted   | email   | address's confirmations off, contact's confirmations off
S3.5  | status set                       | {EVERY} | of another status
S3.6  | work order closed                | email   | status updates off
S3.7  | days after close                 | email   | status updates off
S3.8  | {REGIONS}                        | {EVERY} | inactive region
S3.9  | {REGIONS}                        | {EVERY} | inactive rule
S3.13 | {REGIONS}                        | {EVERY} | inactive region, inactive rule, left the region
S3.13 | {REGIONS}                        | {EVERY} | client notifications off, invalid address
S3.13 | {REGIONS}                        | sms, voice | phone not set up
S3.14 | {REGIONS}                        | {EVERY} | no address
S3.18 | {REGIONS}                        | {EVERY} | head office
"""


class Row(NamedTuple):
    """One line, for one channel and one thing that starts a message."""

    number: str
    starts: str
    channel: Channel
    against: dict[str, Reason | None]
    """Each no by its reason; without one it leaves no row at all."""


def rows(table: str) -> Iterator[Row]:
    """All that a table says."""
    reasons: dict[str, Reason | None] = dict.fromkeys(NOT_SELECTED)
    reasons |= {no: reason for no, (_, reason) in (WITHOUT_RECIPIENT | OLD | BY_RECIPIENT).items()}
    for line in table.strip().splitlines():
        number, started, channels, nos = (tuple(each.strip() for each in cell.split(",")) for cell in line.split("|"))
        for starts in started:
            for channel in channels:
                yield Row(number[0], starts, Channel(channel), {no: reasons[no] for no in nos})
