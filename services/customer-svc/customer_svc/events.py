"""Kafka in: what customers answer by text changes the consent of their phones."""

from collections.abc import Sequence
from typing import Any

from contracts import topics
from contracts.customer_requests import SmsAnswerConfirmed
from contracts.inbound import InboundTextReceived, Meaning, PhoneRef
from customer_svc.domain import consent
from customer_svc.domain.permission import confirmation
from customer_svc.store import companies, customers
from customer_svc.store import consent as store
from customer_svc.store.consent import Said
from servicekit.cloudevents import Event
from servicekit.db import Tx
from servicekit.errors import NotFound
from servicekit.kafka import Consumer

# START is confirmed where the STOP was; what only the office reads changes nothing.
CONFIRMED = frozenset({Meaning.YES, Meaning.NO})


async def on_inbound(tx: Tx, events: Sequence[Event[Any]]) -> None:
    """Each text changes the consent of every phone it may be from; a YES or NO that counts is confirmed once (D12)."""
    for event in events:
        text = event.data
        if not isinstance(text, InboundTextReceived):
            continue
        changed = [phone for phone in text.phones if await _hear(tx, text, phone)]
        if changed and text.meaning in CONFIRMED:
            await _confirm(tx, text, changed[0])


async def _hear(tx: Tx, text: InboundTextReceived, phone: PhoneRef) -> bool:
    """Whether the text changed this phone's consent; one that is gone by now has none."""
    try:
        before = await customers.lock(tx, text.company_id, phone.customer_id)
        _, known = consent.find(before, phone.phone_id)
    except NotFound:
        return False
    earlier = await store.before_stop(tx, text.company_id, phone.phone_id)
    now = consent.heard(known.sms_consent, text.meaning, earlier)
    if now is known.sms_consent:
        return False
    after = await customers.save(tx, before, consent.put(before, phone.phone_id, now))
    said = Said(f"answered {text.meaning.upper()} by text, message {text.id}", "customer")
    await store.write_down(tx, after, phone.phone_id, said)
    return True


async def _confirm(tx: Tx, text: InboundTextReceived, phone: PhoneRef) -> None:
    customer = await customers.get(tx, text.company_id, phone.customer_id)
    _, known = consent.find(customer, phone.phone_id)
    wording = confirmation(known.sms_consent, await companies.get(tx, text.company_id))
    if wording:
        await store.request(tx, SmsAnswerConfirmed, customer, phone.phone_id, wording)


CONSUMERS = (Consumer(topics.INBOUND, "customer-svc.inbound", on_inbound),)
