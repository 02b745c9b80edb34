"""Kafka in: what customers answer by text, by a key or by a link, and what became known of their phones."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from contracts import topics
from contracts.customer_requests import SmsAnswerConfirmed
from contracts.deliveries import Channel
from contracts.inbound import BlockChanged, Cause, InboundTextReceived, Meaning, PersonRef, PhoneRef
from contracts.profiles import Consent
from customer_svc.domain import consent
from customer_svc.domain.changes import By, Change
from customer_svc.domain.customer import Customer
from customer_svc.domain.permission import confirmation
from customer_svc.store import changes as log
from customer_svc.store import companies, customers
from customer_svc.store import consent as store
from customer_svc.store.consent import Said
from servicekit.cloudevents import Event
from servicekit.db import Tx
from servicekit.errors import NotFound
from servicekit.kafka import Consumer


async def on_inbound(tx: Tx, events: Sequence[Event[Any]]) -> None:
    """What customers answered goes to profile and ledger; so does a STOP that only the phone network saw."""
    for event in events:
        match event.data:
            case InboundTextReceived() as text:
                await _on_text(tx, text)
            case BlockChanged(channel=Channel.SMS, cause=Cause.OPTED_OUT, lifted=False) as block:
                source = f"opted out at the phone network, block {block.id}"
                for phone in block.phones:
                    await _hear(tx, block.company_id, phone, Meaning.STOP, source)
            case BlockChanged(channel=Channel.SMS, cause=Cause.LANDLINE) as block:
                network = By("phone network", "text not delivered")
                by = By(block.actor or "office", "office") if block.lifted else network
                for phone in block.phones:
                    await _mark(tx, block.company_id, phone, by, landline=not block.lifted)
            case BlockChanged(channel=Channel.VOICE, cause=Cause.OPTED_OUT) as block:
                for phone in block.phones:
                    await _on_call(tx, block, phone)
            case BlockChanged(channel=Channel.EMAIL, by=PersonRef() as person) as block:
                await _on_unsubscribe(tx, block, person)


async def _on_text(tx: Tx, text: InboundTextReceived) -> None:
    """A YES or NO that counts is confirmed once, however many phones have the number (D12)."""
    source = f"answered {text.meaning.upper()} by text, message {text.id}"
    wording = confirmation(text.meaning, await companies.get(tx, text.company_id))
    changed = [p for p in text.phones if await _hear(tx, text.company_id, p, text.meaning, source, wording)]
    if changed and wording:
        customer = await customers.get(tx, text.company_id, changed[0].customer_id)
        await store.request(tx, SmsAnswerConfirmed, customer, changed[0].phone_id, wording)


async def _on_call(tx: Tx, block: BlockChanged, phone: PhoneRef) -> None:
    """A phone opted out of calls by a key."""
    by = By("customer", "key pressed in a call")
    after = await _mark(tx, block.company_id, phone, by, calls_opted_out=not block.lifted)
    if after is not None:
        owner, _ = consent.find(after, phone.phone_id)
        said = Said(f"pressed a key in a call, block {block.id}", "customer")
        await store.note(tx, after, owner, phone.phone_id, Channel.VOICE, _said(block), said)


async def _on_unsubscribe(tx: Tx, block: BlockChanged, person: PersonRef) -> None:
    """Written down, by whoever it was done, as long as the customer is there; what counts is the notifier's block."""
    try:
        customer = await customers.get(tx, block.company_id, person.customer_id)
    except NotFound:
        return
    own = block.cause is Cause.UNSUBSCRIBED
    by = By("customer", "link in an email") if own else By(block.actor or "office", "office")
    did = "took back unsubscribing from" if block.lifted else "unsubscribed from"
    said = Said(f"{did} {block.scope} by the {by.how}, block {block.id}", by.actor)
    await store.note(tx, customer, person.person_id, None, Channel.EMAIL, _said(block), said)
    await log.add(
        tx, customer, by, [Change(f"unsubscribed.{block.scope}", person.person_id, block.lifted, not block.lifted)]
    )


def _said(block: BlockChanged) -> Consent:
    return Consent.GRANTED if block.lifted else Consent.REVOKED


async def _mark(tx: Tx, company_id: UUID, phone: PhoneRef, by: By, **known: bool) -> Customer | None:
    """The customer with what is known now about a phone; `None` where that is gone, or nothing new."""
    try:
        before = await customers.lock(tx, company_id, phone.customer_id)
        consent.find(before, phone.phone_id)
    except NotFound:
        return None
    after = await customers.save(tx, before, consent.marked(before, phone.phone_id, **known), by)
    return after if after != before else None


async def _hear(
    tx: Tx, company_id: UUID, phone: PhoneRef, meaning: Meaning, source: str, wording: str | None = None
) -> bool:
    """Whether this changed the phone's consent; one that is gone by now has none. `wording` is what is answered."""
    try:
        before = await customers.lock(tx, company_id, phone.customer_id)
        _, known = consent.find(before, phone.phone_id)
    except NotFound:
        return False
    now = consent.heard(known.sms_consent, meaning, await store.before_stop(tx, company_id, phone.phone_id))
    if now is known.sms_consent:
        return False
    after = await customers.save(tx, before, consent.put(before, phone.phone_id, now), By("customer", "text message"))
    await store.write_down(tx, after, phone.phone_id, Said(source, "customer", wording))
    return True


CONSUMERS = (Consumer(topics.INBOUND, "customer-svc.inbound", on_inbound),)
