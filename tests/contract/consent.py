"""What is asked and answered by text in the story: may the company text Maria?"""

from datetime import timedelta

from contracts.customer_requests import InvitationRequested, Purpose, SmsAnswerConfirmed, SmsPermissionRequested
from contracts.deliveries import Channel
from contracts.inbound import BlockChanged, Cause, InboundTextReceived, Meaning, PhoneRef, Scope
from contracts.profiles import Consent
from tests.contract.story import COMPANY_ID, CUSTOMER_ID, MORNING, an_id

WHEN = MORNING - timedelta(days=60)
MARIAS_PHONE = PhoneRef(customer_id=CUSTOMER_ID, phone_id=an_id("phone"))

ASKED = SmsPermissionRequested(
    id=an_id("asked by text"),
    company_id=COMPANY_ID,
    customer_id=CUSTOMER_ID,
    customer_version=5,
    person_id=an_id("contact"),
    phone_id=MARIAS_PHONE.phone_id,
    consent=Consent.REQUESTED,
    wording="Northside Plumbing & Heating would like to text you about your service visits. Reply YES to agree.",
)
ANSWERED = InboundTextReceived(
    id=an_id("yes"), company_id=COMPANY_ID, meaning=Meaning.YES, phones=(MARIAS_PHONE,), received_at=WHEN
)
CONFIRMED = SmsAnswerConfirmed(
    **ASKED.model_dump(exclude={"id", "customer_version", "consent", "wording"}),
    id=an_id("confirmed by text"),
    customer_version=6,
    consent=Consent.GRANTED,
    wording="Northside Plumbing & Heating: thank you, we will text you about your service visits.",
)
STOPPED = BlockChanged(
    id=an_id("block"),
    company_id=COMPANY_ID,
    channel=Channel.SMS,
    scope=Scope.EVERYTHING,
    cause=Cause.OPTED_OUT,
    changed_at=MORNING + timedelta(days=40),
)
INVITED = InvitationRequested(
    **ASKED.model_dump(include={"company_id", "customer_id", "customer_version", "person_id"}),
    id=an_id("invitation"),
    email_id=an_id("email"),
    invitation_id=an_id("link"),
    purpose=Purpose.CONFIRM,
    expires_at=WHEN + timedelta(days=7),
)
