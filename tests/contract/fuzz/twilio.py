"""Requests as Twilio signs them."""

from collections.abc import Mapping

from twilio.request_validator import RequestValidator

from notifier_svc.channels.callbacks import Callbacks
from notifier_svc.tests.app import PUBLIC_URL
from notifier_svc.tests.factories import TOKEN

SID, OURS = "AC" + "1" * 32, "+17205550100"


def signed(path: str, form: Mapping[str, str]) -> dict[str, str]:
    """The header that says the company's account made this request."""
    url = Callbacks(PUBLIC_URL).public(path)
    return {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, dict(form))}
