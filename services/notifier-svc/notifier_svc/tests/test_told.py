"""The table of what can be told on which trigger is what the notifier tells: no tag more, and none less (G9)."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args
from uuid import uuid4

import pytest
from pydantic import BaseModel

from contracts import events
from contracts.customer_requests import InvitationRequested, Purpose
from contracts.deliveries import Channel
from contracts.jobs import Actor, JobKind, Line, Role, Technician
from contracts.model import Contract
from contracts.profiles import Brand, Card, Region
from contracts.rendering import RenderContext
from contracts.triggers import EMAILS_ONLY, SCHEDULED, Trigger, triggers_of
from notifier_svc.domain.context import about, addressed
from notifier_svc.domain.scheduled import as_if
from notifier_svc.tests.factories import (
    COMPANY,
    NOW,
    a_company,
    a_customer,
    a_job,
    a_payment,
    a_status,
    a_visit,
    an_event,
    an_invoice,
    an_occurrence,
)

REGION = Region(id=uuid4(), name="West", portal_url="https://west.example")
BRAND = Brand(
    logo_url="https://n.example/logo.png",
    email="office@n.example",
    phone="(303) 555-0134",
    website="https://n.example",
    postal_address="1 Elm St",
    portal_url="https://n.example/portal",
)
WHO = a_customer(
    region_id=REGION.id, reward_balance=Decimal(25), cards=(Card(last_four="4242"),), sales_tax_exempt=True
)
WITH_ALL = a_company(regions=(REGION,), brand=BRAND)
ACTS: dict[Trigger, type[events.JobEvent]] = {
    Trigger.ESTIMATE_CREATED: events.JobCreated,
    Trigger.JOB_CREATED: events.JobCreated,
    Trigger.JOB_UPDATED: events.JobUpdated,
    Trigger.JOB_CANCELLED: events.JobCancelled,
    Trigger.STATUS_SET: events.StatusChanged,
    Trigger.WORK_ORDER_CLOSED: events.WOClosed,
    Trigger.PAYMENT_RECEIVED: events.PaymentReceived,
    Trigger.INVOICE_ISSUED: events.InvoiceIssued,
}
REQUESTS: dict[Trigger, type[events.ServiceRequestEvent]] = {
    Trigger.REQUEST_RECEIVED: events.ServiceRequestReceived,
    Trigger.REQUEST_ACCEPTED: events.ServiceRequestAccepted,
    Trigger.REQUEST_REJECTED: events.ServiceRequestRejected,
}
INVITATIONS = {Trigger.ACCOUNT_INVITED: Purpose.CONFIRM, Trigger.ACCOUNT_RESET: Purpose.RESET}


def happening(trigger: Trigger) -> Iterator[Any]:
    """Events that fire the trigger, with all that they can have: money still due, and money paid too much."""
    if trigger in INVITATIONS:
        ids = {name: uuid4() for name in ("id", "invitation_id", "person_id", "email_id")}
        facts = {"company_id": COMPANY, "customer_id": WHO.id, "customer_version": 1}
        yield InvitationRequested(**ids, **facts, purpose=INVITATIONS[trigger], expires_at=NOW)
    elif trigger in REQUESTS:
        yield a_request(REQUESTS[trigger])
    elif trigger in SCHEDULED:
        for balance in (Decimal(80), Decimal(-1)):
            issued = an_act(Trigger.INVOICE_ISSUED, balance)
            yield as_if(trigger, issued, issued.job.visits[0], NOW)
    else:
        yield from (an_act(trigger, balance) for balance in (Decimal(80), Decimal(-1)))


def a_request(kind: type[events.ServiceRequestEvent]) -> events.ServiceRequestEvent:
    ids = {"id": uuid4(), "company_id": COMPANY, "customer_id": WHO.id, "job_id": uuid4()}
    place = WHO.service_addresses[0].id
    request = events.ServiceRequest(**ids, version=1, service_address_id=place, summary="Leak", received_at=NOW)
    more = {"reason": "Too far"} if "reason" in kind.model_fields else {}
    return kind(request=request, command_id=uuid4(), actor=Actor(id="ann", role=Role.DISPATCHER), **more)


def an_act(trigger: Trigger, balance: Decimal) -> events.JobEvent:
    technician = Technician(id=uuid4(), name="Ana", photo_url="https://n.example/ana.jpg")
    job = a_job(
        kind=JobKind.ESTIMATE if trigger is Trigger.ESTIMATE_CREATED else JobKind.JOB,
        previous_status=a_status("scheduled"),
        lines=(Line(description="Heater", quantity=Decimal(1), unit_price=Decimal(480)),),
        visits=(a_visit(technicians=(technician,)),),
        total=Decimal(480),
        balance=balance,
    )
    own = {"payment": a_payment(), "invoice": an_invoice(balance=balance), "changes": (events.Change.VISIT,)}
    kind = ACTS[trigger]
    event: events.JobEvent = an_event(kind, job=job, **{n: own[n] for n in own.keys() & kind.model_fields.keys()})
    return event


def paths(context: BaseModel) -> set[str]:
    """What has a value, as tags name it."""
    parts = context.model_dump(exclude_none=True)
    return {f"{part}.{name}" for part, values in parts.items() for name, value in values.items() if value}


def every_path() -> Iterator[str]:
    for part, field in RenderContext.model_fields.items():
        [tags] = {*get_args(field.annotation), field.annotation} & set(Contract.__subclasses__())
        yield from (f"{part}.{name}" for name in tags.model_fields)


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("trigger", Trigger)
def test_what_the_table_says_is_told_and_nothing_else(trigger: Trigger, channel: Channel) -> None:
    told = set[str]()
    for data in happening(trigger):
        occurrence = replace(an_occurrence(), data=data)
        assert occurrence.trigger is trigger
        told |= paths(addressed(about(occurrence, WHO, WITH_ALL), WHO, None, channel))
    known = {path for path in every_path() if trigger in triggers_of(path)}
    silent = set() if channel is Channel.EMAIL else {path for path in known if path.partition(".")[0] in EMAILS_ONLY}
    assert told == known - silent
