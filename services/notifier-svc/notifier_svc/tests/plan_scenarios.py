"""Generated customers, companies, rules and occurrences, as they come together in one plan."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from contracts import events
from contracts.deliveries import Channel
from contracts.profiles import (
    AdditionalRecipient,
    CompanyProfile,
    Consent,
    Contact,
    ContactFlags,
    CustomerKind,
    CustomerProfile,
    EmailFlags,
    RecipientFlags,
    Region,
    SandboxMode,
    ServiceAddress,
)
from notifier_svc.domain.gates import Circumstances
from notifier_svc.domain.model import Block, Decision, Rule, Scope, Trigger
from notifier_svc.domain.plan import plan
from notifier_svc.domain.triggers import Occurrence
from notifier_svc.tests import factories as make
from notifier_svc.tests.factories import NOW

MAILS = ("ann@example.com", "Ann@Example.com ", "bob@example.com", "cy@example.com", "no-address")
NUMBERS = ("+13035550101", "+13035550102", "+13035550103")
HERE, THERE = UUID(int=7), UUID(int=8)
REGIONS = (UUID(int=31), UUID(int=32))
TELLING: dict[Trigger, Any] = {
    Trigger.STATUS_SET: make.an_event(),
    Trigger.JOB_CREATED: make.an_event(events.JobCreated),
    Trigger.PAYMENT_RECEIVED: make.an_event(events.PaymentReceived, payment=make.a_payment()),
    Trigger.INVOICE_ISSUED: make.an_event(events.InvoiceIssued, invoice=make.an_invoice()),
}
STATUS = TELLING[Trigger.STATUS_SET].job.status.id

mostly = st.sampled_from([True, True, True, False])
rarely = mostly.map(lambda yes: not yes)
ids = st.uuids()


@dataclass(frozen=True)
class Scenario:
    """All that one plan is made from."""

    occurrence: Occurrence
    rules: tuple[Rule, ...]
    customer: CustomerProfile
    company: CompanyProfile
    blocked: frozenset[Block]
    phone_account: bool

    def planned(self) -> list[Decision]:
        """What the planner makes of it."""
        circumstances = Circumstances(self.customer, self.company, self.blocked, self.phone_account)
        return plan(self.occurrence, self.rules, circumstances, NOW)

    @property
    def recipients(self) -> tuple[AdditionalRecipient, ...]:
        """Those of the job's own service address, if they are switched on."""
        here = [place for place in self.customer.service_addresses if place.id == HERE]
        return tuple(r for place in here if place.additional_communication for r in place.recipients)

    def with_contacts(self, contacts: tuple[Contact, ...]) -> "Scenario":
        """The same with other contacts."""
        return replace(self, customer=self.customer.model_copy(update={"contacts": contacts}))


def flags(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, **dict.fromkeys(kind.model_fields, mostly))


phones = st.lists(
    st.builds(
        make.a_phone,
        st.sampled_from(NUMBERS),
        st.sampled_from([Consent.GRANTED, Consent.GRANTED, *Consent]),
        landline=rarely,
        calls_opted_out=rarely,
    ),
    max_size=2,
    unique_by=lambda phone: phone.number,
).map(tuple)
email_flags = flags(EmailFlags).map(dict)
emails = st.lists(  # a contact's are unique, spelling aside
    st.builds(lambda address, on: make.an_email(address, **on), st.sampled_from(MAILS), email_flags),
    max_size=2,
    unique_by=lambda email: email.address.strip().lower(),
).map(tuple)


def contacts(*, primary: bool) -> st.SearchStrategy[Contact]:
    return st.builds(
        make.a_contact, id=ids, primary=st.just(primary), emails=emails, phones=phones, flags=flags(ContactFlags)
    )


def service_addresses(id: UUID) -> st.SearchStrategy[ServiceAddress]:
    recipients = st.builds(
        make.a_recipient,
        id=ids,
        emails=st.lists(st.sampled_from(MAILS), max_size=2).map(tuple),
        phones=phones,
        flags=flags(RecipientFlags),
    )
    found = st.lists(recipients, max_size=2).map(tuple)
    return st.builds(make.an_address, id=st.just(id), additional_communication=mostly, recipients=found)


people = st.tuples(st.lists(contacts(primary=True), max_size=1), st.lists(contacts(primary=False), max_size=2)).flatmap(
    lambda both: st.permutations(both[0] + both[1]).map(tuple)
)
customers = st.builds(
    make.a_customer,
    contacts=people,
    service_addresses=st.tuples(service_addresses(HERE), service_addresses(THERE)),
    kind=st.sampled_from(CustomerKind),
    region_id=st.sampled_from([*REGIONS, None]),
    archived=st.integers(0, 9).map(lambda n: n == 9),
    head_office=rarely,
    send_client_notifications=mostly,
)
companies = st.builds(
    make.a_company,
    regions=st.tuples(*(st.builds(Region, id=st.just(id), name=st.just("a region"), active=mostly) for id in REGIONS)),
    sandbox=st.builds(SandboxMode, on=rarely, allow_list=st.lists(st.sampled_from(MAILS + NUMBERS)).map(tuple)),
)
blocks = st.frozensets(
    st.tuples(
        st.sampled_from(Channel),
        st.sampled_from([m.strip().lower() for m in MAILS] + [*NUMBERS]),
        st.sampled_from(Scope),
    ),
    max_size=2,
)


def rules(trigger: Trigger) -> st.SearchStrategy[Rule]:
    return st.builds(
        make.a_rule,
        st.sampled_from([trigger, trigger, trigger, Trigger.JOB_CANCELLED]),
        id=ids,
        channel=st.sampled_from(Channel),
        status_id=st.sampled_from([None, STATUS, UUID(int=99)]) if trigger is Trigger.STATUS_SET else st.none(),
        region_id=st.sampled_from([None, None, *REGIONS]),
        customer_kinds=st.frozensets(st.sampled_from(CustomerKind), min_size=1),
        created_at=st.integers(0, 2).map(lambda days: NOW - timedelta(days=days)),
        active=mostly,
    )


def distinct(customer: CustomerProfile) -> bool:
    """Whether everybody has an id of their own."""
    recipients = [recipient.id for place in customer.service_addresses for recipient in place.recipients]
    people = [contact.id for contact in customer.contacts] + recipients
    return len(set(people)) == len(people)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    trigger = draw(st.sampled_from(list(TELLING)))
    data = TELLING[trigger].model_copy(update={"notify": draw(st.integers(0, 9)) != 9})
    occurred_at = NOW - timedelta(days=draw(st.sampled_from([0, 0, 0, 8])))
    return Scenario(
        make.an_occurrence(data, id=draw(ids), occurred_at=occurred_at),
        tuple(draw(st.lists(rules(trigger), min_size=1, max_size=4, unique_by=lambda rule: rule.id))),
        draw(customers.filter(distinct)),
        draw(companies),
        draw(blocks),
        draw(mostly),
    )
