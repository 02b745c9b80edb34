"""Made up, so that there is something to say: payments, invoices, requests, invitations, and words about work."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from contracts import events
from contracts.customer_requests import InvitationRequested, Purpose
from contracts.jobs import Actor, Job, Role
from notifier_svc.domain.trial import NOBODY

ACTOR = Actor(id="sample", role=Role.DISPATCHER)


@dataclass(frozen=True, slots=True)
class Words:
    """What people write about work."""

    title: str
    lines: tuple[str, str]
    status: str
    previous: str
    request: str
    reason: str


_WORDS = {
    "en": Words(
        title="Replace kitchen faucet",
        lines=("Kitchen faucet, brushed steel", "Labor"),
        status="On the way",
        previous="Scheduled",
        request="The kitchen faucet drips.",
        reason="We are fully booked that week.",
    ),
    "es": Words(
        title="Cambiar el grifo de la cocina",
        lines=("Grifo de cocina, acero cepillado", "Mano de obra"),
        status="En camino",
        previous="Programado",
        request="El grifo de la cocina gotea.",
        reason="Esa semana ya no tenemos citas.",
    ),
}


def words_of(locale: str) -> Words:
    """Those of this language; English ones where there are none."""
    return _WORDS.get(locale[:2], _WORDS["en"])


def a_payment(kind: events.PaymentKind, amount: Decimal, now: datetime) -> events.Payment:
    """A payment by card."""
    return events.Payment(id=NOBODY, kind=kind, amount=amount, method="card", received_at=now)


def an_invoice(job: Job, due: datetime) -> events.Invoice:
    """An invoice of all that the job costs, as far as it is not paid."""
    return events.Invoice(
        id=NOBODY, number=f"INV-{job.number}", total=job.total, balance=job.balance, due_on=due.date()
    )


def a_request(
    kind: type[events.ServiceRequestEvent],
    company_id: UUID,
    customer_id: UUID,
    address_id: UUID,
    locale: str,
    now: datetime,
) -> events.ServiceRequestEvent:
    """Something that a customer might ask for, received, accepted or rejected, in the words of this language."""
    words = words_of(locale)
    request = events.ServiceRequest(
        id=NOBODY,
        company_id=company_id,
        version=1,
        customer_id=customer_id,
        service_address_id=address_id,
        summary=words.request,
        received_at=now,
    )
    why = {"reason": words.reason} if kind is events.ServiceRequestRejected else {}
    return kind(request=request, command_id=NOBODY, actor=ACTOR, **why)


def an_invitation(
    purpose: Purpose, company_id: UUID, customer_id: UUID, to: tuple[UUID, UUID], now: datetime
) -> InvitationRequested:
    """An invitation of a contact at an email address, by their ids."""
    person_id, email_id = to
    return InvitationRequested(
        id=NOBODY,
        company_id=company_id,
        customer_id=customer_id,
        customer_version=1,
        person_id=person_id,
        email_id=email_id,
        invitation_id=NOBODY,
        purpose=purpose,
        expires_at=now + timedelta(days=7),
    )
