"""The gate matrix: the table of requirement D7 as data, row by row, to be held beside it."""

from contracts.deliveries import Category, Channel, Reason
from contracts.inbound import Cause, Scope
from notifier_svc.domain.model import Flag

Needs = tuple[Flag, ...]

# Which preferences a category needs: (email, text and call). An empty cell: no further flag.
MATRIX: dict[Category, tuple[Needs, Needs]] = {
    Category.CONFIRMATION: ((Flag.CONFIRMATIONS_OF_ALL_JOBS, Flag.CONFIRMATIONS), (Flag.CONFIRMATIONS_OF_ALL_JOBS,)),
    Category.STATUS: ((Flag.STATUS_UPDATES,), ()),
    Category.REQUEST: ((Flag.STATUS_UPDATES,), ()),
    Category.FOLLOW_UP: ((Flag.STATUS_UPDATES,), ()),
    Category.RECEIPT: ((Flag.PAYMENT_RECEIPTS,), ()),
    Category.INVOICE: ((Flag.INVOICES,), ()),
    Category.SERVICE_REMINDER: ((Flag.SERVICE_REMINDERS,), (Flag.SERVICE_REMINDERS,)),
    Category.INVOICE_REMINDER: ((Flag.INVOICE_REMINDERS,), (Flag.INVOICE_REMINDERS,)),
    Category.BROADCAST: ((Flag.BROADCASTS,), (Flag.BY_EMAIL_ONLY,)),
    Category.MANUAL: ((), ()),
    Category.DIRECT: ((), ()),
    Category.ACCOUNT: ((), ()),
    Category.SYSTEM: ((), ()),
}
# What the channel needs on top, of an automated message ...
AUTOMATED: dict[Channel, Needs] = {
    Channel.EMAIL: (),
    Channel.SMS: (Flag.TEXT, Flag.SMS_CONSENT),
    Channel.VOICE: (Flag.VOICE, Flag.CALLS),
}
# ... and of the others, which nothing makes wait either.
NOT_AUTOMATED: dict[Category, dict[Channel, Needs]] = {
    Category.MANUAL: {Channel.SMS: (Flag.SMS_CONSENT,)},
    Category.DIRECT: {Channel.SMS: (Flag.SMS_CONSENT,)},
    Category.ACCOUNT: {},
    Category.SYSTEM: {},
}
# Whose unsubscribe stops it; what is not here obeys only blocks of everything.
GROUPS: dict[Category, Scope] = {
    Category.SERVICE_REMINDER: Scope.REMINDERS,
    Category.INVOICE_REMINDER: Scope.REMINDERS,
    Category.BROADCAST: Scope.BROADCASTS,
}
# What the office reads of a blocked address: what its owner said goes first; any other cause is just a block.
_UNSUBSCRIBED = {Cause.UNSUBSCRIBED: Reason.UNSUBSCRIBED}
BLOCKS: dict[Channel, dict[Cause, Reason]] = {
    Channel.EMAIL: _UNSUBSCRIBED,
    Channel.SMS: {Cause.OPTED_OUT: Reason.OPTED_OUT, Cause.LANDLINE: Reason.LANDLINE} | _UNSUBSCRIBED,
    Channel.VOICE: {Cause.OPTED_OUT: Reason.CALLS_OPTED_OUT} | _UNSUBSCRIBED,
}
REASONS: dict[Flag, Reason] = {
    Flag.CONFIRMATIONS_OF_ALL_JOBS: Reason.CONFIRMATIONS_OFF,
    Flag.CONFIRMATIONS: Reason.ADDRESS_CONFIRMATIONS_OFF,
    Flag.STATUS_UPDATES: Reason.STATUS_UPDATES_OFF,
    Flag.PAYMENT_RECEIPTS: Reason.RECEIPTS_OFF,
    Flag.INVOICES: Reason.INVOICES_OFF,
    Flag.SERVICE_REMINDERS: Reason.SERVICE_REMINDERS_OFF,
    Flag.INVOICE_REMINDERS: Reason.INVOICE_REMINDERS_OFF,
    Flag.BROADCASTS: Reason.BROADCASTS_EXCLUDED,
    Flag.BY_EMAIL_ONLY: Reason.BY_EMAIL_ONLY,
    Flag.TEXT: Reason.TEXT_OFF,
    Flag.VOICE: Reason.VOICE_OFF,
    Flag.SMS_CONSENT: Reason.NO_SMS_CONSENT,
    Flag.CALLS: Reason.CALLS_OPTED_OUT,
}
# What a phone itself must have to be the one that is written to (D1); all else is the person's.
OF_A_PHONE: dict[Channel, Flag] = {Channel.SMS: Flag.SMS_CONSENT, Channel.VOICE: Flag.CALLS}


def needs(category: Category, channel: Channel) -> Needs:
    """The preferences that this message needs, in the order in which a missing one is named."""
    email, phone = MATRIX[category]
    return (email if channel is Channel.EMAIL else phone) + NOT_AUTOMATED.get(category, AUTOMATED).get(channel, ())
