"""The words of reports, in the languages they come in."""

from types import MappingProxyType

from contracts.reports import ReportKind

ENGLISH = MappingProxyType(
    {
        ReportKind.WORK_ORDER: "Work order",
        ReportKind.ESTIMATE: "Estimate",
        ReportKind.INVOICE: "Invoice",
        "date": "Date",
        "completed": "Completed",
        "due": "Due",
        "job": "Job",
        "status": "Status",
        "visit": "Visit",
        "technician": "Technician",
        "customer": "Customer",
        "address": "Service address",
        "description": "Description",
        "quantity": "Quantity",
        "unit_price": "Unit price",
        "amount": "Amount",
        "total": "Total",
        "estimated": "Estimated total",
        "paid": "Paid",
        "balance_due": "Balance due",
        "credit": "Credit",
        "settled": "Paid in full",
        "nothing": "No work is listed.",
        "notes": "Notes on the work",
        "signature": "Signature",
        "signature_of": "Signature of",
        "signed": "Signed",
        "changed": "The work has changed since this invoice was issued; it is listed as it stands now.",
        "more_lines": "{} more lines are not listed; the sums count them.",
        "more_lines_one": "1 more line is not listed; the sums count it.",
        "earlier": "{} earlier notes are not shown here.",
        "earlier_one": "1 earlier note is not shown here.",
        "page": "Page",
        "of": "of",
        "logo_of": "Logo of",
    }
)
SPANISH = MappingProxyType(
    {
        ReportKind.WORK_ORDER: "Orden de trabajo",
        ReportKind.ESTIMATE: "Presupuesto",
        ReportKind.INVOICE: "Factura",
        "date": "Fecha",
        "completed": "Terminado",
        "due": "Vence",
        "job": "Trabajo",
        "status": "Estado",
        "visit": "Visita",
        "technician": "Técnico",
        "customer": "Cliente",
        "address": "Dirección del servicio",
        "description": "Descripción",
        "quantity": "Cantidad",
        "unit_price": "Precio",
        "amount": "Importe",
        "total": "Total",
        "estimated": "Total estimado",
        "paid": "Pagado",
        "balance_due": "Saldo pendiente",
        "credit": "Saldo a favor",
        "settled": "Pagado por completo",
        "nothing": "No hay trabajos en la lista.",
        "notes": "Notas del trabajo",
        "signature": "Firma",
        "signature_of": "Firma de",
        "signed": "Firmado",
        "changed": "El trabajo cambió después de emitir esta factura; se muestra como está ahora.",
        "more_lines": "No se muestran otras {} líneas; los totales las incluyen.",
        "more_lines_one": "No se muestra otra línea; los totales la incluyen.",
        "earlier": "No se muestran {} notas anteriores.",
        "earlier_one": "No se muestra una nota anterior.",
        "page": "Página",
        "of": "de",
        "logo_of": "Logotipo de",
    }
)


LANGUAGES = ("en", "es")


def words(language: str) -> MappingProxyType[str, str]:
    """In Spanish where that is the language, else in English."""
    return SPANISH if language == "es" else ENGLISH
