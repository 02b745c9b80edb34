"""Every starter in both languages as its reader gets it, kept below golden/.

`python -m template_svc.tests.golden` writes the files anew.
"""

from functools import cache
from pathlib import Path

from contracts.deliveries import Channel
from contracts.rendering import RenderContext
from contracts.segments import segments
from template_svc.domain.rendering import Message
from template_svc.domain.samples import SAMPLE
from template_svc.starters import Starter, starters
from template_svc.tests.factories import shown

FOLDER = Path(__file__).parent / "golden"


def _spanish() -> RenderContext:
    """The sample of an office that works in Spanish."""
    assert SAMPLE.job
    assert SAMPLE.request
    descriptions = ("Llave de cocina, acero cepillado", "Mano de obra")
    lines = zip(SAMPLE.job.lines, descriptions, strict=True)
    job = {
        "title": "Cambiar llave de cocina",
        "lines": tuple(line.model_copy(update={"description": words}) for line, words in lines),
    }
    request = {"summary": "La llave de la cocina gotea.", "reason": "Esa semana no tenemos lugar."}
    return SAMPLE.model_copy(
        update={
            "job": SAMPLE.job.model_copy(update=job),
            "request": SAMPLE.request.model_copy(update=request),
        }
    )


SAMPLES = {"en": SAMPLE, "es": _spanish()}
"""By language: what the starters are filled in with."""


def on_the_occasion(slug: str, context: RenderContext) -> RenderContext:
    """What a context has of its parts where this starter is sent."""
    absent = {"request", "invitation"}
    if "reminder" not in slug and not slug.startswith("follow-up"):
        absent |= {"reminder"}
    if slug.startswith("request-"):
        absent = {"job", "visit", "payment", "invoice", "invitation", "reminder"}
    elif slug in {"account-invitation", "password-reset"}:
        absent = {"job", "visit", "payment", "invoice", "request", "service_address", "reminder"}
    elif slug.startswith("estimate-") and context.job:
        context = context.model_copy(update={"job": context.job.model_copy(update={"kind": "estimate"})})
    return context.model_copy(update=dict.fromkeys(absent))


def said(starter: Starter, language: str) -> Message:
    """What a starter reads to somebody in the United States."""
    context = on_the_occasion(starter.slug, SAMPLES[language])
    return shown(starter.version.by_locale[language], context, f"{language}-US")


@cache
def golden() -> dict[str, str]:
    """The files by name: of an email its HTML and its text, of texts and calls one line each."""
    files = {"en/job-created.yellow.html": _yellow().html + "\n"}
    for language in SAMPLES:
        for starter in starters():
            message = said(starter, language)
            if starter.channel is Channel.EMAIL:
                files[f"{language}/{starter.slug}.html"] = message.html + "\n"
                files[f"{language}/{starter.slug}.txt"] = f"Subject: {message.subject}\n\n{message.text}\n"
            else:
                name = f"{language}/{'texts' if starter.channel is Channel.SMS else 'calls'}.txt"
                files[name] = files.get(name, "") + _line(starter, message)
    return files


def _yellow() -> Message:
    """Of a company that picked a colour which white can't be read on, and has no logo."""
    company = SAMPLE.company.model_copy(update={"colour": "#ffd400", "logo_url": None})
    context = on_the_occasion("job-created", SAMPLE.model_copy(update={"company": company}))
    (starter,) = (s for s in starters() if s.slug == "job-created")
    return shown(starter.version.main, context)


def _line(starter: Starter, message: Message) -> str:
    size = f" ({segments(message.text)})" if starter.channel is Channel.SMS else ""
    return f"{starter.slug}{size}: {message.text}\n"


def write() -> None:
    """Make the files what the starters read now."""
    for old in FOLDER.glob("*/*"):
        old.unlink()
    for name, content in golden().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


if __name__ == "__main__":
    write()
