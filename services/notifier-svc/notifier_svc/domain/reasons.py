"""What the office reads where a message was not sent: one plain sentence per reason, with the next step in it."""

from contracts.deliveries import DeliveryState, Reason
from notifier_svc.domain.model import Wait

SENTENCES: dict[Reason, str] = {
    Reason.RULE_INACTIVE: "Not sent: this notification is switched off in the settings.",
    Reason.REGION_INACTIVE: "Not sent: notifications of this region are switched off.",
    Reason.TOO_OLD: "Not sent: by the time it could be planned, the news was too old to tell.",
    Reason.TOO_NEAR: "Not sent: when this was booked, or moved, the time of the reminder had passed already.",
    Reason.UNKNOWN_CUSTOMER: "Not sent: the customer's profile did not arrive within a day, or was deleted.",
    Reason.ARCHIVED: "Not sent: the customer is archived. Restore the customer to send again.",
    Reason.NO_ADDRESS: "Not sent: there is no address or number on file. Add one to the contact.",
    Reason.INVALID_ADDRESS: "Not sent: the address or number can't be right. Correct it on the contact.",
    Reason.BLOCKED: (
        "Not sent: this address or phone is blocked. The list of blocks says why, and whether the office can lift it."
    ),
    Reason.UNSUBSCRIBED: (
        "Not sent: the recipient unsubscribed from these messages. Only they can undo that, by the link in an email."
    ),
    Reason.SANDBOX: "Not sent: the company is in sandbox mode, and this address or number is not on its allow-list.",
    Reason.CONFIRMATIONS_OFF: "Not sent: the contact has confirmations of jobs switched off.",
    Reason.ADDRESS_CONFIRMATIONS_OFF: "Not sent: confirmations are switched off for this address.",
    Reason.STATUS_UPDATES_OFF: "Not sent: status updates are switched off for this address.",
    Reason.RECEIPTS_OFF: "Not sent: payment receipts are switched off for this address.",
    Reason.INVOICES_OFF: "Not sent: invoices are switched off for this address.",
    Reason.SERVICE_REMINDERS_OFF: "Not sent: the contact has service reminders switched off.",
    Reason.INVOICE_REMINDERS_OFF: "Not sent: the contact has invoice reminders switched off.",
    Reason.BROADCASTS_EXCLUDED: "Not sent: the contact is excluded from broadcasts.",
    Reason.BY_EMAIL_ONLY: "Not sent: broadcasts go by email only, never as a text or call.",
    Reason.CLIENT_NOTIFICATIONS_OFF: "Not sent: the customer's client notifications by region are switched off.",
    Reason.HEAD_OFFICE: "Not sent: head offices get no notifications of a region.",
    Reason.TEXT_OFF: "Not sent: the contact has texts switched off.",
    Reason.VOICE_OFF: "Not sent: the contact has calls switched off.",
    Reason.NO_SMS_CONSENT: "Not sent: this phone has not agreed to get texts. Ask its owner for permission.",
    Reason.CALLS_OPTED_OUT: "Not sent: this phone has opted out of calls.",
    Reason.SUPERSEDED: "Not sent: another rule, which goes first, told the same news to this address.",
    Reason.DUPLICATE: "Not sent: the same address gets this message already.",
    Reason.NOTIFY_DECLINED: "Not sent: whoever made the change chose not to tell the customer.",
    Reason.PHONE_NOT_SET_UP: (
        "Not sent: texts and calls are not set up for the company. Add its Twilio account in the settings."
    ),
    Reason.NOTHING_CHANGED: "Not sent: in the end nothing had changed; what was changed was soon changed back.",
    Reason.JOB_CANCELLED: "Not sent: before its changes could be told the job was cancelled.",
    Reason.STATUS_MOVED_ON: (
        "Not sent: before the message left, the job had another status, or its work order was open again."
    ),
    Reason.ALREADY_TOLD: "Not sent: this notification goes once per job, and it has told of this job before.",
    Reason.VISIT_MOVED: "Not sent: before the message left, the visit was moved or cancelled, or its job was closed.",
    Reason.ESTIMATE_DECIDED: (
        "Not sent: before the message left, the estimate was accepted, declined, expired, or sent anew."
    ),
    Reason.INVOICE_PAID: "Not sent: before the message left, the invoice was paid, or its job was cancelled.",
    Reason.ADDRESS_REMOVED: "Not sent: the contact or this address was changed or removed before the message left.",
    Reason.NO_LONGER_SELECTED: "Not sent: the notification stopped applying to this customer before the message left.",
    Reason.EXPIRED: "Not sent: it could not be sent in time, and the news is stale by now.",
    Reason.CUSTOMER_DELETED: "Cancelled: the customer was deleted before the message left.",
    Reason.CANCELLED_BY_OFFICE: "Cancelled: the office stopped it before it left. It can be sent after all.",
    Reason.MISSING_VALUE: "Failed: the template uses a value that this job does not have. Give the tag a default.",
    Reason.EMPTY_MESSAGE: "Failed: the template came out empty. Check its text.",
    Reason.TEMPLATE_UNUSABLE: "Failed: the template is missing, not published, or can't be rendered. Check it.",
    Reason.REPORT_UNUSABLE: "Failed: the report that goes along with it can't be made. The detail says why.",
    Reason.UNSAFE_CONTENT: "Failed: a name, the subject or the text holds characters that can't be sent. Correct it.",
    Reason.UNREADABLE: (
        "Failed: the stored data of this message can't be read by this version. Tell your administrator."
    ),
    Reason.REFUSED_BY_PROVIDER: (
        "Failed: the recipient's mail server or phone network refused it for good. Check the address or number."
    ),
    Reason.OPTED_OUT: "This phone has opted out of texts (STOP). Only its owner can undo that, by texting START.",
    Reason.LANDLINE: "This phone is a landline, which takes no texts. Add a mobile number to the contact.",
    Reason.TOO_LONG: "Failed: it is too long for a text or a call. Shorten its template.",
    Reason.NO_ANSWER: "Undelivered: nobody answered the call.",
    Reason.LINE_BUSY: "Undelivered: the line was busy.",
    Reason.GAVE_UP: "Failed: it was tried until it was too late, without getting through.",
    Reason.OUTCOME_UNKNOWN: (
        "Unknown: there was no clear answer at the last moment. It may have arrived; it is not sent again by itself."
    ),
}


WAITS: dict[Wait, str] = {
    Wait.PAUSE: "Waiting: sending was paused. Once it is resumed, what waited goes out bit by bit, while it is news.",
    Wait.CAP: "Waiting for another day: the recipient has had as many messages today as the company allows.",
    Wait.QUIET_HOURS: "Waiting for the end of the quiet hours, by the customer's clock.",
    Wait.MONTHLY_CAP: "Waiting: this month's cap on texts or calls is used up. An administrator can raise it.",
    Wait.NEWS_OF_CUSTOMERS: "Waiting: what customers wish by now is not known for the moment. It goes once it is.",
}
WOULD_WAIT: dict[Wait, str] = {
    Wait.PAUSE: "Would have been sent after the end of a pause.",
    Wait.CAP: "Would have been sent on a later day: the recipient had as many messages as the company allows.",
    Wait.QUIET_HOURS: "Would have been sent when the quiet hours ended, by the customer's clock.",
    Wait.MONTHLY_CAP: "Would have been sent once the monthly cap on texts or calls was raised, or the month over.",
    Wait.NEWS_OF_CUSTOMERS: "Would have been sent once it was known what customers wished by then.",
}
TOO_LATE: dict[Wait, str] = {
    Wait.PAUSE: "Not sent: sending was paused for so long that the news is stale by now.",
    Wait.CAP: "Not sent: its time ran out while the recipient had as many messages a day as the company allows.",
    Wait.QUIET_HOURS: "Not sent: its time ran out before the quiet hours ended.",
    Wait.MONTHLY_CAP: "Not sent: its time ran out while the month's cap on texts or calls was used up.",
    Wait.NEWS_OF_CUSTOMERS: "Not sent: its time ran out before it was known again what customers wish.",
}

AFTERWARDS = {
    DeliveryState.DELIVERED: "",
    DeliveryState.UNDELIVERED: "Undelivered: ",
    DeliveryState.BOUNCED: "Bounced: ",
}
"""What a provider said after it had taken the message comes with words of its own, after these."""


def why(state: DeliveryState, reason: Reason | None, detail: str | None, wait: Wait | None = None) -> str | None:
    """Why a delivery was not sent, or is not yet; nothing where it was. `wait`: what it waits for, or did."""
    if wait and state is DeliveryState.QUEUED:
        return WAITS[wait]
    if wait and reason is Reason.EXPIRED:
        return TOO_LATE[wait]
    if state in AFTERWARDS:
        return AFTERWARDS[state] + detail if detail else None
    if state is DeliveryState.QUEUED:
        return f"Waiting. {detail}" if detail else "Waiting for its time, or for its turn."
    return SENTENCES[reason] if reason else None


def in_hindsight(reason: Reason | None, wait: Wait | None) -> str:
    """What would have become of a delivery that never was."""
    if reason is None:
        return WOULD_WAIT[wait] if wait else "Would have been sent."
    return f"Would not have been sent: {_lowered(SENTENCES[reason].removeprefix('Not sent: '))}"


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
