"""What the reader of an email may choose, and what the page of it says, in the company's language."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from contracts.inbound import Scope


class Choice(BaseModel):
    """One kind of emails, and whether they come."""

    scope: Scope
    stopped: bool
    """By whoever reads them."""
    by_company: bool
    """Whether the company has stopped them, which only the company can undo."""
    since: datetime | None
    """When they were stopped."""


@dataclass(frozen=True, slots=True)
class Words:
    """All of it in one language; `{company}` and `{address}` are filled in."""

    title: str
    to: str
    kinds: dict[Scope, tuple[str, str]]
    """By kind of emails: what it is called, and what it is."""
    stop: str
    again: str
    stopped: str
    by_company: str
    comes: str
    covered: str
    """Of a kind that does not come because no emails come."""
    promise: str
    all: str
    """Leads to the page with each kind of message, texts and calls too."""
    broken: str
    broken_hint: str


WORDS = {
    "en": Words(
        title="Emails from {company}",
        to="for {address}",
        kinds={
            Scope.REMINDERS: ("Reminders", "Before a visit, and of open estimates and invoices"),
            Scope.BROADCASTS: ("News and offers", "What goes to all customers"),
            Scope.EVERYTHING: (
                "All emails",
                "Everything: confirmations, receipts, and the link for a new password, too",
            ),
        },
        stop="Stop",
        again="Get them again",
        stopped="Stopped",
        by_company="Stopped by {company}: ask them to have these again",
        comes="You get these",
        covered="Stopped with all emails",
        promise="Your choice counts at once. You can come back to this page by the link in any of our emails.",
        all="Choose by kind of message, and texts and calls, too",
        broken="This link is not complete",
        broken_hint="Please open it again from the email, or copy all of it.",
    ),
    "es": Words(
        title="Correos de {company}",
        to="para {address}",
        kinds={
            Scope.REMINDERS: ("Recordatorios", "Antes de una visita, y de presupuestos y facturas pendientes"),
            Scope.BROADCASTS: ("Novedades y ofertas", "Lo que se envía a todos los clientes"),
            Scope.EVERYTHING: (
                "Todos los correos",
                "Todo: también confirmaciones, recibos y el enlace para una contraseña nueva",
            ),
        },
        stop="Dejar de recibir",
        again="Volver a recibir",
        stopped="No los recibe",
        by_company="{company} dejó de enviarlos: pídaselos para volver a recibirlos",
        comes="Los recibe",
        covered="No los recibe, como los demás correos",
        promise="Su elección vale de inmediato. Puede volver a esta página con el enlace de cualquier correo nuestro.",
        all="Elegir por tipo de mensaje, también los mensajes de texto y las llamadas",
        broken="Este enlace no está completo",
        broken_hint="Ábralo de nuevo desde el correo, o cópielo entero.",
    ),
}
