"""Consent over HTTP: permission that was given or refused elsewhere, on paper or in another system."""

from uuid import UUID

from fastapi import APIRouter, Response

from customer_svc.domain import consent
from customer_svc.domain.consent import ConsentGiven
from customer_svc.domain.customer import Customer
from customer_svc.http.changing import ByAdminOrService
from customer_svc.store import consent as store

router = APIRouter(prefix="/v1/customers/{customer_id}/phones/{phone_id}/consent", tags=["consent"])


@router.put("", response_model=Customer)
async def set_consent(phone_id: UUID, body: ConsentGiven, by: ByAdminOrService) -> Response:
    """Write down what a phone's owner said about texts, and how that is known; a 409 after a STOP (S1.19)."""
    return await by.change(
        lambda customer, _: consent.write_down(customer, phone_id, body),
        lambda tx, who, customer: store.write_down(
            tx, customer.company_id, customer.id, phone_id, body.sms, body.source, who.subject
        ),
    )
