"""Twilio's requests, each signed by the company's account over the public URL or refused unread; and our answers."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response
from starlette.datastructures import FormData
from twilio.request_validator import RequestValidator

from notifier_svc.channels.callbacks import Callbacks
from notifier_svc.domain.sender import PhoneAccount
from notifier_svc.sealing import Seal
from servicekit.errors import Forbidden

LONGEST = 64  # of a status, a sid or a number; Twilio's have 34 at most


_SIGNATURE = {
    "name": "X-Twilio-Signature",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "By the company's account, over the public URL and the form.",
}
# The answer of an operation that tells Twilio what to do.
TWIML: dict[int | str, dict[str, Any]] = {200: {"content": {"application/xml": {"schema": {"type": "string"}}}}}


class Unsigned(Forbidden):
    """The request is not signed by the company's account at Twilio."""

    slug = "unsigned"


def form_of(*names: str) -> dict[str, Any]:
    """OpenAPI of a signed form, of which these fields are read."""
    text = {"type": "string"}
    form = {"type": "object", "properties": dict.fromkeys(("AccountSid", *names), text), "additionalProperties": text}
    content = {"application/x-www-form-urlencoded": {"schema": form}}
    return {"parameters": [_SIGNATURE], "requestBody": {"required": True, "content": content}}


def check_signature(request: Request, form: FormData, company_id: UUID, phone: PhoneAccount | None) -> None:
    """Raise `Unsigned` unless the company's account signed this request for the public URL."""
    if phone is None or field(form, "AccountSid") != phone.account_sid or not _is_text(form):
        raise Unsigned
    seal: Seal = request.app.state.seal
    callbacks: Callbacks = request.app.state.callbacks
    token = seal.open(company_id, phone.sealed_token)
    url = callbacks.public(request.url.path, request.url.query)
    if not RequestValidator(token).validate(url, form, request.headers.get("x-twilio-signature", "")):
        raise Unsigned


def as_twiml(document: str) -> Response:
    """The answer that tells Twilio what to do."""
    return Response(document, media_type="application/xml")


def _is_text(form: FormData) -> bool:
    return all(isinstance(value, str) for _, value in form.multi_items())


def field(form: FormData, name: str, longest: int = LONGEST) -> str:
    """A field of the form, no longer than it may be, and without NUL, which no column takes; empty where missing."""
    value = form.get(name, "")
    return value.replace("\0", "")[:longest] if isinstance(value, str) else ""
