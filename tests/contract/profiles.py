"""The snapshots of the story: the company, its customer and what it uses."""

from datetime import timedelta

from contracts.deliveries import Channel
from contracts.model import starter_id
from contracts.profiles import (
    AdditionalRecipient,
    Brand,
    Card,
    CompanyProfile,
    Consent,
    Contact,
    ContactFlags,
    CustomerDeleted,
    CustomerKind,
    CustomerProfile,
    EmailAddress,
    EmailFlags,
    PauseCause,
    PauseEntry,
    Phone,
    RecipientFlags,
    Region,
    RuleEntry,
    ServiceAddress,
    StatusEntry,
    TemplateEntry,
    TemplateState,
)
from tests.contract.story import ADDRESS_ID, COMPANY_ID, CUSTOMER_ID, MORNING, ON_THE_WAY, ZONE, an_id

LONG_AGO = MORNING - timedelta(days=90)

NORTH = Region(
    id=an_id("region north"),
    name="Front Range North",
    reply_to="north@northside-plumbing.example",
    portal_url="https://portal.northside-plumbing.example",
)
COMPANY = CompanyProfile(
    id=COMPANY_ID,
    company_id=COMPANY_ID,
    version=4,
    name="Northside Plumbing & Heating",
    slug="northside-plumbing",
    zone=ZONE,
    brand=Brand(
        email="office@northside-plumbing.example",
        phone="+13035550100",
        website="https://northside-plumbing.example",
        postal_address="410 Larimer St, Denver, CO 80204",
    ),
    regions=(NORTH,),
)
MARIA = Contact(
    id=an_id("contact"),
    name="Maria Alvarez",
    primary=True,
    emails=(
        EmailAddress(id=an_id("email"), address="maria.alvarez@example.com", flags=EmailFlags()),
        EmailAddress(id=an_id("email 2"), address="accounts@example.com", flags=EmailFlags(status_updates=False)),
    ),
    phones=(Phone(id=an_id("phone"), number="+13035550142", sms_consent=Consent.GRANTED),),
    flags=ContactFlags(),
)
TENANT = AdditionalRecipient(
    id=an_id("tenant"),
    name="Jörg Böhm",
    role="tenant",
    emails=("joerg.boehm@example.org",),
    flags=RecipientFlags(payment_receipts=False, invoices=False),
)
HOME = ServiceAddress(
    id=ADDRESS_ID,
    line="12 Elm St",
    city="Denver",
    state="CO",
    postal_code="80203",
    zone=ZONE,
    additional_communication=True,
    recipients=(TENANT,),
)
CUSTOMER = CustomerProfile(
    id=CUSTOMER_ID,
    company_id=COMPANY_ID,
    version=7,
    name="Maria Alvarez",
    kind=CustomerKind.RESIDENTIAL,
    region_id=NORTH.id,
    tags=("maintenance plan",),
    contacts=(MARIA,),
    service_addresses=(HOME,),
    cards=(Card(last_four="4242", default=True),),
)
ERASED = CustomerDeleted(id=an_id("customer who left"), company_id=COMPANY_ID, version=12)
STATUS = StatusEntry(
    id=ON_THE_WAY.id,
    company_id=COMPANY_ID,
    version=2,
    name=ON_THE_WAY.name,
    colour=ON_THE_WAY.colour,
    position=2,
    closes=False,
    allow_tech_skip=True,
    hold_seconds=60,
)
TEMPLATE = TemplateEntry(
    id=starter_id(COMPANY_ID, "template", "job-created"),
    company_id=COMPANY_ID,
    version=1,
    name="Job booked",
    channel=Channel.EMAIL,
    published_version=1,
    state=TemplateState.PUBLISHED,
    untold={"request_received": ("job.number",), "account_invited": ("job.number",)},
)
PAUSE = PauseEntry(id=COMPANY_ID, company_id=COMPANY_ID, version=2, paused=True, cause=PauseCause.OFFICE)
RULE = RuleEntry(
    id=starter_id(COMPANY_ID, "rule", "job-created"),
    company_id=COMPANY_ID,
    version=1,
    name="Job booked",
    trigger="job_created",
    channel=Channel.EMAIL,
    template_id=TEMPLATE.id,
    active=True,
)
