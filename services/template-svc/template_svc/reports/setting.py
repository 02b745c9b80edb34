"""A context becomes a PDF: words by the domain, the page by Typst. Runs in a process of its own."""

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import typst

from contracts.reports import ReportContext
from servicekit.errors import Unprocessable
from template_svc.domain.report import Report

HERE = Path(__file__).parent
FONTS = ("font_source_sans_pro", "cvttf_NotoSansCJK_Regular")


class NotSettable(Unprocessable):
    """The report can't be set: the logo or the signature is damaged, say."""

    slug = "not-settable"


def pdf(context: ReportContext) -> bytes:
    """The PDF: the same bytes for the same context. Raises `Problem`."""
    report = Report(context)
    project: Any = {
        "main": HERE.joinpath(f"{context.kind}.typ").read_bytes(),
        "house.typ": HERE.joinpath("house.typ").read_bytes(),
        "data.json": orjson.dumps(report.data()),
    }
    timestamp = int(report.dated.timestamp())
    try:
        return _compiled(project, timestamp, accessible=True)
    except typst.TypstError:
        # PDF/UA wants a glyph for each character; who writes one that no font of ours has gets a box, and their report.
        return _compiled(project, timestamp, accessible=False)


def _compiled(project: Any, timestamp: int, *, accessible: bool) -> bytes:
    try:
        return typst.compile(
            project,
            root=HERE,  # nothing outside is read
            font_paths=_fonts(),
            timestamp=timestamp,
            pdf_standards=["ua-1"] if accessible else [],
        )
    except typst.TypstError as error:
        if accessible:
            raise
        raise NotSettable from error


@cache
def _fonts() -> typst.Fonts:
    """Ours alone: what the machine has would make other pages on each."""
    folders = [_folder(package) for package in FONTS]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


def _folder(package: str) -> str:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent)
