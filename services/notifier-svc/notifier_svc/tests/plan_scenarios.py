"""Generated customers, companies, rules and occurrences, as they come together in one plan."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from contracts import events
from contracts.deliveries import Channel, Lane
from contracts.inbound import Cause, Scope
from contracts.profiles import (
    AdditionalRecipient,
    CompanyProfile,
    Consent,
    Contact,
    ContactFlags,
    CustomerKind,
    CustomerProfile,
    EmailFlags,
    QuietHours,
    RecipientFlags,
    Region,
    SandboxMode,
    ServiceAddress,
)
from contracts.triggers import Trigger
from notifier_svc.domain.gates import Circumstances
from notifier_svc.domain.model import Block, Candidate, Decision, Rule, Send
from notifier_svc.domain.plan import plan
from notifier_svc.domain.timing import Limits
from notifier_svc.domain.triggers import Occurrence
from notifier_svc.tests import factories as make
from notifier_svc.tests.factories import NOW

MAILS = ("ann@example.com", "Ann@Example.com ", "bob@example.com", "cy@example.com", "nobody")
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
nearly_always = st.integers(0, 9).map(lambda n: n < 9)
"""What stops everything is rare, or too little would go that could break a promise."""
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
    limits: Limits

    def planned(self) -> list[Decision]:
        """What the planner makes of it."""
        circumstances = Circumstances(self.customer, self.company, self.blocked, self.phone_account)
        return plan(self.occurrence, self.rules, circumstances, NOW, self.limits)

    def sends(self) -> list[tuple[Decision, Candidate]]:
        """What goes, and to whom."""
        return [(d, d.candidate) for d in self.planned() if d.verdict == Send() and d.candidate]

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
    min_size=1,
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
    return st.builds(make.a_contact, primary=st.just(primary), emails=emails, phones=phones, flags=flags(ContactFlags))


def service_addresses(id: UUID) -> st.SearchStrategy[ServiceAddress]:
    recipients = st.builds(
        make.a_recipient,
        emails=st.lists(st.sampled_from(MAILS), max_size=2).map(tuple),
        phones=phones,
        flags=flags(RecipientFlags),
    )
    found = st.lists(recipients, max_size=2).map(tuple)
    return st.builds(make.an_address, id=st.just(id), additional_communication=mostly, recipients=found)


people = st.tuples(
    st.lists(contacts(primary=True), min_size=1, max_size=1), st.lists(contacts(primary=False), max_size=2)
).flatmap(lambda both: st.permutations(both[0] + both[1]).map(tuple))


def numbered(customer: CustomerProfile) -> CustomerProfile:
    """Everybody with an id of their own, by place: two customers have the same people, with other preferences."""
    contacts = [each.model_copy(update={"id": UUID(int=100 + n)}) for n, each in enumerate(customer.contacts)]
    places = []
    for m, place in enumerate(customer.service_addresses, 2):
        people = [r.model_copy(update={"id": UUID(int=100 * m + n)}) for n, r in enumerate(place.recipients)]
        places.append(place.model_copy(update={"recipients": tuple(people)}))
    return customer.model_copy(update={"contacts": tuple(contacts), "service_addresses": tuple(places)})


customers = st.builds(
    make.a_customer,
    contacts=people,
    service_addresses=st.tuples(service_addresses(HERE), service_addresses(THERE)),
    kind=st.sampled_from(CustomerKind),
    region_id=st.sampled_from([*REGIONS, None]),
    archived=nearly_always.map(lambda yes: not yes),
    head_office=nearly_always.map(lambda yes: not yes),
    send_client_notifications=nearly_always,
    tags=st.sampled_from([(), ("vip",), ("vip", "new")]),
).map(numbered)
companies = st.builds(
    make.a_company,
    regions=st.tuples(*(st.builds(Region, id=st.just(id), name=st.just("a region"), active=mostly) for id in REGIONS)),
    sandbox=st.builds(
        SandboxMode,
        on=nearly_always.map(lambda yes: not yes),
        allow_list=st.lists(st.sampled_from(MAILS + NUMBERS)).map(tuple),
    ),
)
blocks = st.frozensets(
    st.builds(
        Block,
        st.sampled_from(Channel),
        st.sampled_from([m.strip().lower() for m in MAILS] + [*NUMBERS]),
        st.sampled_from(Scope),
        st.sampled_from(Cause),
    ),
    max_size=2,
)


limits = st.builds(
    Limits,
    quiet_hours=st.none() | st.builds(QuietHours, starts=st.times(), ends=st.times(), hold_email=mostly),
    per_recipient_per_day=st.sampled_from([None, 1, 2]),
    planned=st.dictionaries(
        st.tuples(
            st.sampled_from(Channel),
            st.sampled_from([m.strip().lower() for m in MAILS] + [*NUMBERS]),
            st.sampled_from([NOW.date(), NOW.date() + timedelta(days=1)]),
        ),
        st.integers(0, 3),
        max_size=4,
    ),
    paused=rarely,
)


def rules(trigger: Trigger) -> st.SearchStrategy[Rule]:
    return st.builds(
        make.a_rule,
        st.sampled_from([trigger, trigger, trigger, Trigger.JOB_CANCELLED]),
        id=ids,
        channel=st.sampled_from(Channel),
        status_id=st.sampled_from([None, STATUS, UUID(int=99)]) if trigger is Trigger.STATUS_SET else st.none(),
        region_id=st.sampled_from([*[None] * 4, *REGIONS]),
        customer_kinds=st.sampled_from([*[frozenset(CustomerKind)] * 4, *(frozenset({kind}) for kind in CustomerKind)]),
        created_at=st.integers(0, 2).map(lambda days: NOW - timedelta(days=days)),
        active=nearly_always,
        tags=st.sampled_from([*[frozenset[str]()] * 4, frozenset({"VIP"}), frozenset({"gold", "New"})]),
        lane=st.sampled_from(Lane),
        expires_after=st.sampled_from([timedelta(hours=1), timedelta(hours=24)]),
    )


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    trigger = draw(st.sampled_from(list(TELLING)))
    data = TELLING[trigger].model_copy(update={"notify": draw(nearly_always)})
    occurred_at = NOW - timedelta(days=0 if draw(nearly_always) else 8)
    return Scenario(
        make.an_occurrence(data, id=draw(ids), occurred_at=occurred_at),
        tuple(draw(st.lists(rules(trigger), min_size=2, max_size=4, unique_by=lambda rule: rule.id))),
        draw(customers),
        draw(companies),
        draw(blocks),
        draw(nearly_always),
        draw(limits),
    )
