"""Changes of preferences: whichever flags a request names; the others stay as they are."""

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from contracts.model import Flag

_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
class EmailFlagChanges(TypedDict, total=False):
    """Of an email address (S0.6)."""

    confirmations: Flag
    status_updates: Flag
    payment_receipts: Flag
    invoices: Flag


@with_config(_STRICT)
class ContactFlagChanges(TypedDict, total=False):
    """Of a contact (S0.14)."""

    confirmations: Flag
    text: Flag
    voice: Flag
    service_specials: Flag
    service_reminders: Flag
    invoice_reminders: Flag
    exclude_from_broadcasts: Flag


@with_config(_STRICT)
class RecipientFlagChanges(TypedDict, total=False):
    """Of an additional recipient (D8)."""

    confirmations: Flag
    status_updates: Flag
    payment_receipts: Flag
    invoices: Flag
    text: Flag
    voice: Flag
    service_reminders: Flag
    invoice_reminders: Flag
