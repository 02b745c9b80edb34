"""Things that tests are about, with sensible defaults: `a_customer(archived=True)`."""

from dataclasses import fields
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from cryptography.fernet import Fernet

from contracts import events
from contracts.deliveries import Channel
from contracts.jobs import Actor, Job, JobKind, Role, Status, Visit
from contracts.model import starter_id
from contracts.profiles import (
    AdditionalRecipient,
    CompanyProfile,
    Consent,
    Contact,
    ContactFlags,
    CustomerKind,
    CustomerProfile,
    EmailAddress,
    EmailFlags,
    Phone,
    QuietHours,
    RecipientFlags,
    ServiceAddress,
    StatusEntry,
    TemplateEntry,
    TemplateState,
)
from contracts.triggers import Trigger
from notifier_svc.domain.course import closing_version
from notifier_svc.domain.delivery import deliveries
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.model import Decision, Rule
from notifier_svc.domain.recheck import Due
from notifier_svc.domain.scheduled import Scheduled
from notifier_svc.domain.sender import PhoneAccount, Sender
from notifier_svc.domain.starters import starter_rules
from notifier_svc.domain.triggers import CATEGORY, Occurrence
from notifier_svc.sealing import Seal

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
COMPANY = UUID(int=1)
TEMPLATE = UUID(int=42)
"""One that is published, in tests that name one."""
NO_QUIET_HOURS = QuietHours(starts=time(0), ends=time(0))
"""So that a test is the same at any hour."""


SEAL = Seal([Fernet.generate_key().decode()])
TOKEN = "the token of the account"


def a_phone_account(company_id: UUID = COMPANY, **over: Any) -> PhoneAccount:
    defaults: dict[str, Any] = {
        "account_sid": "AC" + "1" * 32,
        "sealed_token": SEAL.seal(company_id, TOKEN),
        "numbers": ("+17205550100",),
        "messages_per_second": 100.0,
    }
    return PhoneAccount(**defaults | over)


def a_sender(company_id: UUID = COMPANY, **over: Any) -> Sender:
    return Sender(company_id, **{"phone": a_phone_account(company_id)} | over)


def ruled(decision: Decision) -> Rule:
    """The rule that a decision comes from."""
    assert isinstance(decision.rule, Rule)
    return decision.rule


def a_company(**over: Any) -> CompanyProfile:
    return CompanyProfile(
        **{
            "id": COMPANY,
            "company_id": COMPANY,
            "version": 1,
            "name": "Northside",
            "slug": "n",
            "zone": "America/Denver",
            "quiet_hours": NO_QUIET_HOURS,
        }
        | over
    )


def an_email(address: str = "maria@example.com", **flags: bool) -> EmailAddress:
    return EmailAddress(id=uuid4(), address=address, flags=EmailFlags(**flags))


def a_phone(number: str = "+13035550142", consent: Consent = Consent.GRANTED, **over: Any) -> Phone:
    return Phone(id=uuid4(), number=number, sms_consent=consent, **over)


def a_contact(**over: Any) -> Contact:
    defaults: dict[str, Any] = {
        "id": uuid4(),
        "name": "Maria Lee",
        "primary": True,
        "emails": (an_email(),),
        "phones": (a_phone(),),
        "flags": ContactFlags(voice=True),
    }
    return Contact(**defaults | over)


def a_recipient(**over: Any) -> AdditionalRecipient:
    defaults: dict[str, Any] = {
        "id": uuid4(),
        "name": "Jo Park",
        "role": "tenant",
        "emails": ("jo@example.com",),
        "phones": (a_phone("+13035550199"),),
        "flags": RecipientFlags(voice=True),
    }
    return AdditionalRecipient(**defaults | over)


def an_address(**over: Any) -> ServiceAddress:
    defaults: dict[str, Any] = {
        "id": UUID(int=7),
        "line": "12 Elm St",
        "city": "Denver",
        "state": "CO",
        "postal_code": "80203",
        "zone": "America/Denver",
        "additional_communication": True,
    }
    return ServiceAddress(**defaults | over)


def a_customer(**over: Any) -> CustomerProfile:
    defaults: dict[str, Any] = {
        "id": UUID(int=5),
        "company_id": COMPANY,
        "version": 1,
        "name": "Lee Family",
        "kind": CustomerKind.RESIDENTIAL,
        "contacts": (a_contact(),),
        "service_addresses": (an_address(),),
    }
    return CustomerProfile(**defaults | over)


def a_status(slug: str = "on-the-way", **over: Any) -> Status:
    defaults: dict[str, Any] = {
        "id": starter_id(COMPANY, "status", slug),
        "name": slug,
        "colour": "#1f6feb",
        "closes": False,
        "allow_tech_skip": False,
        "hold_seconds": 0,
    }
    return Status(**defaults | over)


def a_visit(**over: Any) -> Visit:
    defaults: dict[str, Any] = {
        "id": uuid4(),
        "starts_at": NOW + timedelta(hours=1),
        "ends_at": NOW + timedelta(hours=3),
        "zone": "America/Denver",
    }
    return Visit(**defaults | over)


def a_job(**over: Any) -> Job:
    defaults: dict[str, Any] = {
        "id": UUID(int=9),
        "company_id": COMPANY,
        "version": 1,
        "number": 1042,
        "kind": JobKind.JOB,
        "title": "Water heater",
        "status": a_status(),
        "customer_id": UUID(int=5),
        "service_address_id": UUID(int=7),
        "visits": (a_visit(),),
        "currency": "USD",
        "total": Decimal("480.00"),
        "balance": Decimal("480.00"),
        "created_at": NOW,
    }
    return Job(**defaults | over)


def an_event(kind: type[events.JobEvent] = events.StatusChanged, **over: Any) -> Any:
    defaults: dict[str, Any] = {"job": a_job(), "command_id": uuid4(), "actor": Actor(id="ann", role=Role.DISPATCHER)}
    return kind(**defaults | over)


def a_payment(**over: Any) -> events.Payment:
    defaults: dict[str, Any] = {
        "id": uuid4(),
        "kind": events.PaymentKind.INVOICE,
        "amount": Decimal("480.00"),
        "method": "card",
        "received_at": NOW,
    }
    return events.Payment(**defaults | over)


def an_invoice(**over: Any) -> events.Invoice:
    defaults: dict[str, Any] = {
        "id": uuid4(),
        "number": "INV-7",
        "total": Decimal("480.00"),
        "balance": Decimal("480.00"),
        "due_on": NOW.date(),
    }
    return events.Invoice(**defaults | over)


def a_reminder(trigger: Trigger, **over: Any) -> Scheduled:
    """What the schedule tells of a job with one visit, an open estimate or invoice, or that was closed."""
    job = a_job(closed_at=NOW - timedelta(days=7) if trigger is Trigger.FOLLOW_UP else None)
    invoice = an_invoice() if trigger is Trigger.INVOICE_REMINDER else None
    about = {Trigger.VISIT_REMINDER: job.visits[0].id, Trigger.INVOICE_REMINDER: invoice.id if invoice else None}
    defaults: dict[str, Any] = {
        "job": job,
        "trigger": trigger,
        "rule_id": uuid4(),
        "subject_id": about.get(trigger, job.id),
        "version": closing_version(job.closed_at) if job.closed_at else 1,
        "number": 1,
        "due_at": NOW,
        "days": 1,
        "invoice": invoice,
    }
    told: Scheduled = an_event(Scheduled, **defaults | over)
    return told


def an_occurrence(data: Any = None, **over: Any) -> Occurrence:
    defaults: dict[str, Any] = {"id": uuid4(), "company_id": COMPANY, "occurred_at": NOW, "data": data or an_event()}
    return Occurrence(**defaults | over)


def a_due(occurrence: Occurrence, decision: Decision, **over: Any) -> Due:
    """The delivery of a decision, in the hands of a sender."""
    [row] = deliveries(occurrence, [decision], {}, Keys(b"a secret of sixteen bytes"))
    stored = {field.name: getattr(row, field.name) for field in fields(Due) if hasattr(row, field.name)}
    more = {"fence": 1, "event_id": row.occurrence_id, "occurrence": occurrence}
    return Due(**stored | more | {"copy_number": 0, "attempts": 0} | over)


def a_rule(trigger: Trigger = Trigger.STATUS_SET, **over: Any) -> Rule:
    defaults: dict[str, Any] = {
        "id": uuid4(),
        "company_id": COMPANY,
        "name": "a rule",
        "trigger": trigger,
        "channel": Channel.EMAIL,
        "category": CATEGORY[trigger],
        "template_id": uuid4(),
        "created_at": NOW,
    }
    return Rule(**defaults | over)


def a_template(**over: Any) -> TemplateEntry:
    defaults: dict[str, Any] = {
        "id": TEMPLATE,
        "company_id": COMPANY,
        "version": 2,
        "name": "Booked",
        "channel": Channel.EMAIL,
        "published_version": 1,
        "state": TemplateState.PUBLISHED,
    }
    return TemplateEntry(**defaults | over)


def a_status_entry(slug: str = "on-the-way", **over: Any) -> StatusEntry:
    """A status of the company's catalogue, as status-svc publishes it."""
    defaults = a_status(slug).model_dump() | {"company_id": COMPANY, "version": 1, "position": 0}
    return StatusEntry(**defaults | over)


def email_rules(company_id: UUID = COMPANY) -> list[Rule]:
    """What a company that only writes emails starts with."""
    return [rule for rule in starter_rules(company_id, NOW) if rule.channel is Channel.EMAIL]
