"""Companies and customers for tests, complete unless told otherwise."""

from base64 import b64encode
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from contracts.profiles import CompanyProfile
from customer_svc.domain import company, intake
from customer_svc.domain.company import CompanySettings
from customer_svc.domain.customer import Customer
from customer_svc.domain.intake import NewCustomer


def signing_key() -> str:
    """A key of the portal's."""
    form = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return b64encode(generate_private_key(SECP256R1()).private_bytes(*form)).decode()


PUBLIC_URL = "https://customers.example"
LINK_KEY = "a key of thirty-two letters or of more"
PORTAL_KEY = signing_key()
COMPANY_ID = UUID("11111111-1111-4111-8111-111111111111")


def company_body(**over: Any) -> dict[str, Any]:
    """The body that creates a company."""
    return {"name": "Northside Plumbing", "slug": "northside", "zone": "America/Denver", **over}


def customer_body(**over: Any) -> dict[str, Any]:
    """The body that creates a customer with one contact and one service address."""
    return {
        "name": "Maria Lee",
        "notes": "Dog bites.",
        "contacts": [a_contact()],
        "service_addresses": [{"line": "12 Elm St", "city": "Denver", "state": "CO", "postal_code": "80203"}],
        **over,
    }


def a_contact(**over: Any) -> dict[str, Any]:
    """A contact of that body."""
    return {
        "name": "Maria Lee",
        "emails": [{"address": "Maria.Lee@Example.com"}],
        "phones": [{"number": "(303) 555-0123"}],
        **over,
    }


def a_company(**over: Any) -> CompanyProfile:
    """A company."""
    return company.new(COMPANY_ID, CompanySettings.model_validate(company_body(**over)))


def a_customer(known: CompanyProfile | None = None, **over: Any) -> Customer:
    """A customer of `known`, or of a company with the product's defaults."""
    return intake.admit(NewCustomer.model_validate(customer_body(**over)), known or a_company())
