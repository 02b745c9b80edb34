"""What a report says, written as its reader reads it: words, amounts and dates, ready to be set."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from contracts.jobs import Job, Visit
from contracts.jobs import Line as WorkLine
from contracts.reports import IssuedInvoice, ReportContext, ReportKind, WorkNote
from servicekit.errors import Unprocessable
from template_svc.domain import wording
from template_svc.domain.colours import readable
from template_svc.domain.pictures import too_large
from template_svc.domain.report_words import LANGUAGES, words
from template_svc.domain.variants import nearest, told_in

MOST_LINES = 2_000
MOST_NOTE_BYTES = 100_000  # some thirty pages of letters, and fewer of signs that take longer to set
CENT = Decimal("0.01")
LETTER = frozenset({None, "US", "CA", "MX", "CL", "CO", "CR", "GT", "PA", "PH", "PR", "SV", "VE", "NI"})


class NoInvoice(Unprocessable):
    """This job has no such invoice."""

    slug = "no-invoice"


class Report:
    """One report being written."""

    def __init__(self, context: ReportContext) -> None:
        self._context = context
        self._language = nearest(context.locale, LANGUAGES)
        self._locale = told_in(context.locale, self._language)  # values in the language of the words around them
        self._territory = wording.nearest_known(context.locale).territory
        self._words = words(self._language)
        self._zone = _zone(context.company.zone)
        self._invoice = _invoice(context)

    @property
    def dated(self) -> datetime:
        """When what it tells happened: the same report is the same bytes, whenever it is made."""
        record = self._context.record
        if self._invoice:
            return self._invoice.issued_at
        if self._context.kind is ReportKind.ESTIMATE:
            return record.estimate_sent_at or record.job.created_at
        return record.job.closed_at or record.job.status_set_at or record.job.created_at

    def data(self) -> dict[str, Any]:
        """All that the page shows, as JSON can hold it: pictures as the values of their bytes."""
        kind, company, job = self._context.kind, self._context.company, self._context.record.job
        return {
            "words": {str(name): word for name, word in self._words.items()},
            "title": f"{self._words[kind]} {self._invoice.number if self._invoice else job.number}",
            "subject": _line(job.title),
            "language": self._language,
            "region": self._territory,
            "paper": "us-letter" if self._territory in LETTER else "a4",
            "colour": company.colour,
            "ink": readable(company.colour),
            "logo": list(company.logo) if company.logo and not too_large(company.logo) else None,
            "company": _line(company.name),
            "contact": _some(company.phone, company.email, company.website),
            "postal_address": _line(company.postal_address),
            "customer": self._context.customer.name,
            "address": list(self._context.customer.address),
            "facts": [[self._words[name], fact] for name, fact in self._facts(job) if fact],
            "lines": [self._line(line, job.currency) for line in job.lines[:MOST_LINES]],
            "remarks": list(self._remarks(job)),
            "sums": self._sums(job),
            "earlier": self._earlier(),
            "notes": [self._note(note) for note in self._notes()],
            "signature": self._signature(),
        }

    def _facts(self, job: Job) -> Iterable[tuple[str, str]]:
        """What stands at the head, in two columns."""
        if self._invoice:
            yield "date", self._date(self._invoice.issued_at)
            yield "due", wording.date(self._invoice.due_on.isoformat(), self._locale)
            yield "job", str(job.number)
            return
        if self._context.kind is ReportKind.WORK_ORDER:
            yield ("completed" if job.closed_at else "date"), self._date(self.dated)
            yield "status", job.status.name
        else:
            yield "date", self._date(self.dated)
        if visit := _last(job):
            yield "visit", self._window(visit)
            yield "technician", wording.names(tuple(t.name for t in visit.technicians), self._locale)

    def _line(self, line: WorkLine, currency: str) -> list[str]:
        quantity = wording.number(f"{line.quantity:f}", self._locale)
        prices = (self._money(price, currency) for price in (line.unit_price, _amount(line)))
        return [line.description, quantity, *prices]

    def _sums(self, job: Job) -> list[list[str]]:
        """What it costs, what was paid and what is left: the last one is what counts."""
        billed = self._invoice or job
        total, left = (self._money(amount, job.currency) for amount in (billed.total, abs(billed.balance)))
        if self._context.kind is ReportKind.ESTIMATE:
            return [[self._words["estimated"], total]]
        if billed.balance == billed.total:
            return [[self._words["balance_due" if self._invoice else "total"], total]]
        paid = self._money(billed.total - billed.balance, job.currency)
        name = "balance_due" if billed.balance > 0 else "credit" if billed.balance else "settled"
        return [[self._words["total"], total], [self._words["paid"], paid], [self._words[name], left]]

    def _remarks(self, job: Job) -> Iterator[str]:
        """Where not all lines are listed, and where an invoice's lines no longer add up to what it asks for."""
        if more := len(job.lines[MOST_LINES:]):
            yield self._counted("more_lines", more)
        if self._invoice and self._invoice.total != sum(map(_amount, job.lines), Decimal(0)):
            yield self._words["changed"]

    def _notes(self) -> tuple[WorkNote, ...]:
        """The newest ones, oldest first, as many as a report has pages for."""
        notes = self._context.record.notes if self._context.kind is ReportKind.WORK_ORDER else ()
        written = accumulate(len(note.text.encode()) for note in reversed(notes))
        fitting = sum(1 for size in written if size <= MOST_NOTE_BYTES)
        return notes[len(notes) - fitting :]

    def _earlier(self) -> str | None:
        """How many notes are not in it."""
        record = self._context.record
        left_out = record.notes_left_out + len(record.notes) - len(self._notes())
        return self._counted("earlier", left_out) if left_out and self._context.kind is ReportKind.WORK_ORDER else None

    def _counted(self, name: str, count: int) -> str:
        words = self._words[f"{name}_one" if count == 1 else name]
        return words.replace("{}", wording.number(str(count), self._locale))

    def _note(self, note: WorkNote) -> dict[str, Any]:
        return {"by": _some(note.author, self._moment(note.written_at)), "text": note.text.splitlines()}

    def _signature(self) -> dict[str, Any] | None:
        signature = self._context.record.signature
        if signature is None or self._context.kind is not ReportKind.WORK_ORDER:
            return None
        picture = list(signature.picture)
        return {"by": signature.signed_by, "at": self._moment(signature.signed_at), "picture": picture}

    def _money(self, amount: Decimal, currency: str) -> str:
        return wording.money(f"{amount:f} {currency}", self._locale)

    def _date(self, moment: datetime) -> str:
        return wording.date(moment.astimezone(self._zone).isoformat(), self._locale)

    def _moment(self, moment: datetime) -> str:
        here = moment.astimezone(self._zone)
        return f"{wording.date(here.isoformat(), self._locale, 'medium')}, {self._time(here)}"

    def _time(self, moment: datetime) -> str:
        """In one piece."""
        return wording.time(moment.isoformat(), self._locale).replace(" ", "\xa0")

    def _window(self, visit: Visit) -> str:
        """Told in the zone of the service address (D10)."""
        zone = _zone(visit.zone)
        starts, ends = visit.starts_at.astimezone(zone), visit.ends_at.astimezone(zone)
        return f"{wording.date(starts.isoformat(), self._locale)}, {self._time(starts)} – {self._time(ends)}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError):
        raise Unprocessable(f"There is no time zone {name}.") from None


def _invoice(context: ReportContext) -> IssuedInvoice | None:
    """The invoice that it is. Raises `NoInvoice` where it should be one and there is none."""
    if context.kind is not ReportKind.INVOICE:
        return None
    for invoice in reversed(context.record.invoices):
        if context.invoice_id in (None, invoice.id):
            return invoice
    raise NoInvoice


def _last(job: Job) -> Visit | None:
    """The last visit that was not called off."""
    return max((v for v in job.visits if not v.cancelled), key=lambda visit: visit.starts_at, default=None)


def _amount(line: WorkLine) -> Decimal:
    return (line.quantity * line.unit_price).quantize(CENT, ROUND_HALF_UP)


def _line(text: str) -> str:
    """On one line."""
    return " ".join(text.split())


def _some(*parts: str | None) -> list[str]:
    return [part for part in parts if part]
