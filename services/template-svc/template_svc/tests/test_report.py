"""What a report says, and what the page looks like: the PDF itself is read, and looked at as an image."""

import io
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pypdf
import pypdfium2
import pytest

from contracts.jobs import Line
from contracts.reports import MOST_NOTES, IssuedInvoice, ReportContext, ReportKind, WorkNote
from template_svc.domain.colours import readable
from template_svc.domain.pictures import too_large
from template_svc.domain.report import MOST_LINES, MOST_NOTE_BYTES, NoInvoice, Report
from template_svc.domain.report_words import ENGLISH, SPANISH
from template_svc.reports.press import Press
from template_svc.reports.sample import SAMPLE, SCRAWL
from template_svc.reports.setting import NotSettable, pdf

DOTS = 2  # pixels a point
TEAL = (0x0B, 0x72, 0x85)
WHITE = (255, 255, 255)
MARGIN = 20 * 72 / 25.4
KINDS = list(ReportKind)
HOSTILE = (
    '#import "@preview/x:1.0.0": *',
    '#read("/etc/passwd") #sys.inputs $x^2$ [*bold*] _it_ `raw` @label <label> \\u{1f600}',
    "\"quotes' and ` ticks",
    "\u202eright to left override\u202c שלום עולם مرحبا بالعالم",
    "😀👩‍🔧🇲🇽 e\u0301 \ufeff\u200b\u00ad",
    "中文 日本語 한국어",
    "<script>alert(1)</script> &amp; %PDF-1.4 endobj",
    "= Heading\n- list\n+ enum\n/ term: x\n// comment /* open",
)


def a_context(kind: ReportKind = ReportKind.WORK_ORDER, **over: Any) -> ReportContext:
    """The sample; `job`, `record`, `company` and `customer` change parts of it."""
    job = SAMPLE.record.job.model_copy(update=over.pop("job", {}))
    record = SAMPLE.record.model_copy(update={"job": job} | over.pop("record", {}))
    company = SAMPLE.company.model_copy(update=over.pop("company", {}))
    customer = SAMPLE.customer.model_copy(update=over.pop("customer", {}))
    changes = {"kind": kind, "record": record, "company": company, "customer": customer}
    return SAMPLE.model_copy(update=changes | over)


def a_line(description: str = "A part", quantity: str = "1", unit_price: str = "10.00") -> Line:
    return Line(description=description, quantity=Decimal(quantity), unit_price=Decimal(unit_price))


def a_note(text: str) -> WorkNote:
    return WorkNote(text=text, author="Sam Rivera", written_at=datetime(2026, 11, 24, tzinfo=UTC))


def text_of(content: bytes) -> str:
    """All that can be read in it, with plain spaces."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def pages_of(content: bytes) -> Iterator["Page"]:
    """Each page as an image."""
    document = pypdfium2.PdfDocument(content)
    for page in document:
        bitmap = page.render(scale=DOTS)
        yield Page(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer), bitmap.n_channels)
        bitmap.close()
    document.close()


class Page:
    """Pixels of a page; places are in points from the top left."""

    def __init__(self, width: int, height: int, stride: int, content: bytes, channels: int) -> None:
        self.width, self.height = width / DOTS, height / DOTS
        self._stride, self._content, self._channels = stride, content, channels

    def colour(self, x: float, y: float) -> tuple[int, int, int]:
        """Red, green and blue there."""
        at = int(y * DOTS) * self._stride + int(x * DOTS) * self._channels
        blue, green, red = self._content[at : at + 3]
        return red, green, blue

    def inked(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether anything is printed there."""
        rows = range(int(top * DOTS), int(bottom * DOTS))
        start, end = int(left * DOTS) * self._channels, int(right * DOTS) * self._channels
        blank = self._content[0:0].ljust(end - start, b"\xff")
        return any(self._content[y * self._stride + start : y * self._stride + end] != blank for y in rows)


def overflows(page: Page) -> bool:
    """Whether something is printed outside of the margins, but for the bar on top."""
    bar, slack = 16, 2
    beside = ((0, MARGIN - slack), (page.width - MARGIN + slack, page.width))
    return any(page.inked(left, bar, right, page.height) for left, right in beside) or page.inked(
        0, page.height - 20, page.width, page.height
    )


@pytest.mark.proves("S3.6", "S3.19")
def test_the_work_order_has_every_line_the_notes_the_signature_and_the_totals() -> None:
    text = text_of(pdf(SAMPLE))
    for said in (
        "Northside Plumbing & Heating",
        "Work order 1042",
        "Replace water heater",
        "Maria Lopez",
        "48 Juniper Court",
        "November 24, 2026, 9:30 AM – 11:30 AM",
        "50-gallon water heater 1 $1,180.00 $1,180.00",
        "Installation, hours 2.5 $95.00 $237.50",
        "Haul away the old tank 1 $60.00 $60.00",
        "Total $1,477.50",
        "Paid $400.00",
        "Balance due $1,077.50",
        "The old tank leaked at its lower seam; it is drained and gone.",
        "Please flush the tank once a year.",
        "Signed Nov 24, 2026, 11:30 AM",
        "1200 Larimer Street, Denver, CO 80204",
        "Page 1 of 1",
    ):
        assert said in text


def test_an_estimate_and_an_invoice_have_their_own_facts_and_no_notes() -> None:
    estimate, invoice = (text_of(pdf(a_context(kind))) for kind in (ReportKind.ESTIMATE, ReportKind.INVOICE))
    assert "Estimate 1042" in estimate
    assert "Date November 22, 2026" in estimate
    assert "Estimated total $1,477.50" in estimate
    assert "Invoice 1042-1" in invoice
    assert "Due December 8, 2026" in invoice
    assert "Balance due $1,077.50" in invoice
    for text in (estimate, invoice):
        assert "flush the tank" not in text
        assert "Signature" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_spanish_speaker_reads_spanish_amounts_and_dates(kind: ReportKind) -> None:
    text = text_of(pdf(a_context(kind, locale="es-US")))
    assert SPANISH[kind] in text
    assert "de noviembre de 2026" in text
    assert "Descripción Cantidad Precio Importe" in text
    assert "Página 1 de 1" in text
    assert "Date" not in text


def test_where_there_are_no_words_of_a_language_all_is_english() -> None:
    content = pdf(a_context(ReportKind.ESTIMATE, locale="fr-FR"))
    text = text_of(content)
    assert "November" in text
    assert "novembre" not in text
    root: dict[str, Any] = dict(pypdf.PdfReader(io.BytesIO(content)).root_object)
    assert root["/Lang"] == "en-FR"


def test_both_languages_have_the_same_words() -> None:
    assert ENGLISH.keys() == SPANISH.keys()
    assert set(ReportKind) <= ENGLISH.keys()


def test_the_paper_is_the_one_of_the_country() -> None:
    def size(locale: str) -> tuple[int, int]:
        [page] = pages_of(pdf(a_context(locale=locale)))
        return round(page.width), round(page.height)

    assert size("en-US") == size("es-MX") == (612, 792)
    assert size("es-ES") == size("en-GB") == (596, 842)
    assert size("no locale") == size("es") == (612, 792)


@pytest.mark.parametrize("kind", KINDS)
def test_the_bar_on_top_has_the_companys_colour_and_nothing_leaves_the_margins(kind: ReportKind) -> None:
    [page] = pages_of(pdf(a_context(kind)))
    for x in (2, page.width / 2, page.width - 2):
        assert page.colour(x, 5) == TEAL
    assert page.colour(page.width / 2, 30) == WHITE
    assert page.inked(MARGIN, 40, page.width / 2, 90), "the letterhead"
    assert not overflows(page)


def test_the_signature_and_the_logo_are_shown() -> None:
    [plain] = pages_of(pdf(a_context(record={"signature": None})))
    [signed] = pages_of(pdf(SAMPLE))
    [with_logo] = pages_of(pdf(a_context(company={"logo": SCRAWL.read_bytes()})))
    place = (MARGIN, 560, 270, 620)
    assert signed.inked(*place)
    assert not plain.inked(*place)
    assert with_logo.inked(MARGIN, 50, MARGIN + 160, 105)
    text = text_of(pdf(a_context(company={"logo": SCRAWL.read_bytes()})))
    assert text.count("Northside Plumbing & Heating") == 1, "in the footer alone: the logo stands for it"


def a_png(width: int, height: int) -> bytes:
    """A picture without a colour, however large, in few bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = zlib.compress((b"\0" + b"\0" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_logo_of_too_many_pixels_gives_way_to_the_companys_name() -> None:
    shown, too_many = (text_of(pdf(a_context(company={"logo": a_png(2000, height)}))) for height in (2000, 2001))
    name = "Northside Plumbing & Heating"
    assert (shown.count(name), too_many.count(name)) == (1, 2)


def test_a_jpeg_says_its_size_behind_what_else_it_says() -> None:
    def a_jpeg(width: int, height: int) -> bytes:
        frame = struct.pack(">BBHBHH", 0xFF, 0xC2, 17, 8, height, width)
        return b"\xff\xd8\xff\xe0\x00\x10" + b"\xc0" * 14 + b"\xff" + frame + b"\0" * 10

    assert too_large(a_jpeg(4000, 1001))
    assert not too_large(a_jpeg(4000, 1000))
    for broken in (b"", b"\xff\xd8", b"\xff\xd8\xff\xe0\0\0" * 3, a_jpeg(4000, 1001)[:26], b"GIF89a"):
        assert not too_large(broken)


def test_many_lines_flow_over_pages_under_the_same_head() -> None:
    lines = tuple(
        a_line(f"Part {n} of many, with a description that takes more than one line of paper") for n in range(90)
    )
    content = pdf(a_context(job={"lines": lines}))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    assert len(pages) >= 3
    assert all("Description Quantity" in " ".join(text.split()) for text in pages[:3])
    assert all(f"Page {n} of {len(pages)}" in text for n, text in enumerate(pages, 1))
    text = text_of(content)
    assert all(f"Part {n} of" in text for n in range(90))
    assert not any(map(overflows, pages_of(content)))


@pytest.mark.parametrize("word", ["W" * 300, "i" * 500, "_" * 200, "長" * 300, "ñ" * 450])
def test_a_word_longer_than_the_page_breaks(word: str) -> None:
    content = pdf(
        a_context(
            job={"lines": (a_line(word, "9999999.999", "9999999999.99"),), "title": word[:200]},
            record={"notes": (a_note(word),)},
            customer={"name": word, "address": (word, word)},
            company={"name": word, "postal_address": word, "email": word, "website": word},
        )
    )
    assert not any(map(overflows, pages_of(content)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_is_text_and_never_source(kind: ReportKind, text: str) -> None:
    content = pdf(
        a_context(
            kind,
            job={"lines": (a_line(text),), "title": text},
            record={"notes": (a_note(text),)},
            customer={"name": text, "address": (text,)},
            company={"name": text, "postal_address": text},
        )
    )
    assert not any(map(overflows, pages_of(content)))
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert reader.metadata
    assert reader.metadata.author == " ".join(text.split())


def test_typst_markup_is_shown_as_it_was_written() -> None:
    markup = '#read("x") *bold* $x$ <label> // no comment'
    assert markup in text_of(pdf(a_context(record={"notes": (a_note(markup),)})))


def test_the_same_job_makes_the_same_bytes_and_says_when_it_was() -> None:
    first, again = pdf(SAMPLE), pdf(SAMPLE)
    assert first == again
    metadata = pypdf.PdfReader(io.BytesIO(first)).metadata
    assert metadata
    assert metadata.creation_date == SAMPLE.record.job.closed_at


@pytest.mark.parametrize("kind", KINDS)
def test_who_can_not_see_it_has_it_read_to_them(kind: ReportKind) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf(a_context(kind, locale="es-MX"))))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "es-MX"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode(), "PDF/UA-1"
    assert reader.metadata
    assert reader.metadata.title == f"{SPANISH[kind]} {'1042-1' if kind is ReportKind.INVOICE else '1042'}"


def test_every_font_is_in_the_file() -> None:
    content = pdf(a_context(record={"notes": (a_note("ñandú Ángström 日本語"),)}))
    fonts = [font.get_object() for page in pypdf.PdfReader(io.BytesIO(content)).pages for font in _fonts(page)]
    assert len(fonts) >= 3
    for font in fonts:
        [of_glyphs] = font["/DescendantFonts"]
        descriptor = of_glyphs.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & descriptor.keys()


def _fonts(page: Any) -> Iterator[Any]:
    yield from page["/Resources"]["/Font"].values()


def test_a_sign_that_no_font_has_costs_the_seal_and_not_the_report() -> None:
    text = text_of(pdf(a_context(record={"notes": (a_note("Fixed 👩‍🔧 it"),)})))
    assert "Fixed" in text


@pytest.mark.parametrize(
    ("total", "balance", "said"),
    [
        ("100.00", "100.00", "Total $100.00"),
        ("100.00", "40.00", "Balance due $40.00"),
        ("100.00", "0.00", "Paid in full $0.00"),
        ("100.00", "-5.00", "Credit $5.00"),
        ("0.00", "0.00", "Total $0.00"),
    ],
)
def test_the_sums_say_what_is_left(total: str, balance: str, said: str) -> None:
    assert said in text_of(pdf(a_context(job={"total": Decimal(total), "balance": Decimal(balance)})))


def test_an_invoice_that_the_work_has_left_behind_says_so() -> None:
    lines = (a_line(), a_line())
    assert ENGLISH["changed"] in text_of(pdf(a_context(ReportKind.INVOICE, job={"lines": lines})))
    assert ENGLISH["changed"] not in text_of(pdf(a_context(ReportKind.INVOICE)))


def test_an_invoice_is_the_one_asked_for_or_the_newest() -> None:
    first, second = (
        IssuedInvoice(
            id=uuid4(),
            number=f"1042-{n}",
            total=Decimal("1477.50"),
            balance=Decimal(0),
            due_on=date(2026, 12, 8),
            issued_at=datetime(2026, 11, n, tzinfo=UTC),
        )
        for n in (1, 2)
    )
    record = {"invoices": (first, second)}
    titles = [
        Report(a_context(ReportKind.INVOICE, record=record, invoice_id=id)).data()["title"] for id in (None, first.id)
    ]
    assert titles == ["Invoice 1042-2", "Invoice 1042-1"]
    with pytest.raises(NoInvoice):
        Report(a_context(ReportKind.INVOICE, record=record, invoice_id=uuid4()))


def test_a_job_without_lines_notes_or_visits_still_has_a_report() -> None:
    job = {"lines": (), "visits": (), "closed_at": None, "total": Decimal(0), "balance": Decimal(0)}
    text = text_of(pdf(a_context(job=job, record={"notes": (), "signature": None})))
    assert "No work is listed." in text
    assert "Date November 21, 2026" in text


@pytest.mark.parametrize(
    ("locale", "more", "said"),
    [
        ("en-US", 1, "1 more line is not listed; the sums count it."),
        ("es-US", 12, "No se muestran otras 12 líneas; los totales las incluyen."),
    ],
)
def test_of_more_lines_than_a_report_lists_the_first_are_listed_and_the_others_counted(
    locale: str, more: int, said: str
) -> None:
    data = Report(a_context(locale=locale, job={"lines": (a_line(),) * (MOST_LINES + more)})).data()
    assert (len(data["lines"]), data["remarks"]) == (MOST_LINES, [said])
    assert said in text_of(pdf(a_context(locale=locale, job={"lines": (a_line(),) * (MOST_LINES + more)})))


@pytest.mark.parametrize(
    ("locale", "left_out", "said"),
    [
        ("en-US", 1234, "1,234 earlier notes are not shown here."),
        ("es-US", 1, "No se muestra una nota anterior."),
        ("es-MX", 1234, "No se muestran 1,234 notas anteriores."),
    ],
)
def test_earlier_notes_that_the_record_has_no_room_for_are_counted(locale: str, left_out: int, said: str) -> None:
    record = {"notes": (a_note("The last one"),), "notes_left_out": left_out}
    text = text_of(pdf(a_context(locale=locale, record=record)))
    assert said in text
    assert text.index(said) < text.index("The last one")
    assert said not in text_of(pdf(a_context(ReportKind.ESTIMATE, locale=locale, record=record)))


def test_of_very_long_notes_the_newest_are_shown() -> None:
    notes = tuple(a_note(f"{n:02} " + "x" * 3997) for n in range(60))
    data = Report(a_context(record={"notes": notes, "notes_left_out": 3})).data()
    assert len(data["notes"]) == MOST_NOTE_BYTES // 4000
    assert data["notes"][-1]["text"][0].startswith("59 ")
    assert data["earlier"] == f"{60 + 3 - len(data['notes'])} earlier notes are not shown here."


@pytest.mark.parametrize("note", ["x\n" * 2000, "😀" * 4000])
@pytest.mark.survives(44)
async def test_whatever_is_in_its_notes_a_work_order_is_made(note: str) -> None:
    context = a_context(record={"notes": (a_note(note[:4000]),) * MOST_NOTES})
    press = Press(processes=1)
    try:
        assert (await press.pdf(context)).startswith(b"%PDF")
    finally:
        await press.close()


@pytest.mark.parametrize("content", [b"no picture", b"\x89PNG\r\n\x1a\n", SCRAWL.read_bytes()[:300]])
def test_a_damaged_picture_is_refused(content: bytes) -> None:
    signature = SAMPLE.record.signature
    assert signature
    damaged = type(signature).model_validate(signature.model_dump() | {"picture": b64encode(content)})
    with pytest.raises(NotSettable):
        pdf(a_context(record={"signature": damaged}))


@pytest.mark.parametrize("colour", ["#ffffff", "#ffd43b", "#00ff00", "#1f6feb", "#000000"])
def test_a_pale_brand_is_darkened_until_one_can_read_it(colour: str) -> None:
    def luminance(name: str) -> float:
        parts = [int(name[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    assert 1.05 / (luminance(readable(colour)) + 0.05) >= 4.5
    if colour in ("#1f6feb", "#000000"):
        assert readable(colour) == colour
