"""What became of a message: the vocabulary of the delivery log, and `DeliveryUpdated` for who follows it."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.model import Contract, Instant


class Channel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"
    VOICE = "voice"


class Category(StrEnum):
    """What a message is, and so which preferences gate it (D7)."""

    CONFIRMATION = "confirmation"
    STATUS = "status"
    REQUEST = "request"
    FOLLOW_UP = "follow_up"
    RECEIPT = "receipt"
    INVOICE = "invoice"
    SERVICE_REMINDER = "service_reminder"
    INVOICE_REMINDER = "invoice_reminder"
    BROADCAST = "broadcast"
    MANUAL = "manual"
    DIRECT = "direct"
    ACCOUNT = "account"
    SYSTEM = "system"


class Lane(StrEnum):
    """Who goes first."""

    URGENT = "urgent"
    NORMAL = "normal"
    BULK = "bulk"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class Reason(StrEnum):
    """Why a message was not sent. The notifier tells the office in plain words."""

    RULE_INACTIVE = "rule_inactive"
    REGION_INACTIVE = "region_inactive"
    TOO_OLD = "too_old"
    TOO_NEAR = "too_near"
    UNKNOWN_CUSTOMER = "unknown_customer"
    ARCHIVED = "archived"
    NO_ADDRESS = "no_address"
    INVALID_ADDRESS = "invalid_address"
    BLOCKED = "blocked"
    UNSUBSCRIBED = "unsubscribed"
    SANDBOX = "sandbox"
    CONFIRMATIONS_OFF = "confirmations_off"
    ADDRESS_CONFIRMATIONS_OFF = "address_confirmations_off"
    STATUS_UPDATES_OFF = "status_updates_off"
    RECEIPTS_OFF = "receipts_off"
    INVOICES_OFF = "invoices_off"
    SERVICE_REMINDERS_OFF = "service_reminders_off"
    INVOICE_REMINDERS_OFF = "invoice_reminders_off"
    BROADCASTS_EXCLUDED = "broadcasts_excluded"
    BY_EMAIL_ONLY = "by_email_only"
    CLIENT_NOTIFICATIONS_OFF = "client_notifications_off"
    HEAD_OFFICE = "head_office"
    TEXT_OFF = "text_off"
    VOICE_OFF = "voice_off"
    NO_SMS_CONSENT = "no_sms_consent"
    CALLS_OPTED_OUT = "calls_opted_out"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"
    NOTIFY_DECLINED = "notify_declined"
    PHONE_NOT_SET_UP = "phone_not_set_up"
    NOTHING_CHANGED = "nothing_changed"
    JOB_CANCELLED = "job_cancelled"
    STATUS_MOVED_ON = "status_moved_on"
    ALREADY_TOLD = "already_told"
    VISIT_MOVED = "visit_moved"
    ESTIMATE_DECIDED = "estimate_decided"
    INVOICE_PAID = "invoice_paid"
    ADDRESS_REMOVED = "address_removed"
    NO_LONGER_SELECTED = "no_longer_selected"
    EXPIRED = "expired"
    CUSTOMER_DELETED = "customer_deleted"
    CANCELLED_BY_OFFICE = "cancelled_by_office"
    MISSING_VALUE = "missing_value"
    EMPTY_MESSAGE = "empty_message"
    TEMPLATE_UNUSABLE = "template_unusable"
    REPORT_UNUSABLE = "report_unusable"
    UNSAFE_CONTENT = "unsafe_content"
    UNREADABLE = "unreadable"
    REFUSED_BY_PROVIDER = "refused_by_provider"
    OPTED_OUT = "opted_out"
    LANDLINE = "landline"
    TOO_LONG = "too_long"
    NO_ANSWER = "no_answer"
    LINE_BUSY = "line_busy"
    GAVE_UP = "gave_up"
    OUTCOME_UNKNOWN = "outcome_unknown"


class DeliveryUpdated(Contract):
    """A delivery ended, or is planned for later. Carries ids and a masked address, nothing personal."""

    schema_version: ClassVar[int] = 1

    id: UUID
    company_id: UUID
    event_id: UUID
    """The event that it answers; of a reminder or follow-up an id of its own."""
    trigger: str
    category: Category
    channel: Channel
    state: DeliveryState
    reason: Reason | None = None
    rule_id: UUID | None = None
    template_id: UUID | None = None
    template_version: int | None = None
    job_id: UUID | None = None
    customer_id: UUID | None = None
    recipient_id: UUID | None = None
    """The contact or additional recipient."""
    masked_address: str | None = None
    """`m***@example.com`, `+1*******42`."""
    copy_number: int = 0
    """0 is the original, each resend counts one more."""
    attempt: int = 0
    occurred_at: Instant
    updated_at: Instant
    test: bool = False
    """Somebody of the office sent it to themself: it is about no customer, and counts for none."""
