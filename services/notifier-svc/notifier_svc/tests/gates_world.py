"""Turns what stands against a message into people, companies and blocks."""

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from contracts.deliveries import Channel
from contracts.inbound import Cause, Scope
from contracts.profiles import (
    CompanyProfile,
    Consent,
    ContactFlags,
    CustomerKind,
    CustomerProfile,
    EmailFlags,
    Phone,
    RecipientFlags,
    Region,
    SandboxMode,
)
from notifier_svc.domain.gates import Circumstances
from notifier_svc.domain.model import Block
from notifier_svc.tests.factories import a_company, a_contact, a_customer, a_phone, a_recipient, an_address, an_email

REGION = UUID(int=3)
PLACE = UUID(int=7)
CONTACT, RECIPIENT = UUID(int=11), UUID(int=12)
TAG = "VIP"
MAIL, NUMBER = "maria@example.com", "+13035550142"


@dataclass(frozen=True)
class World:
    """Someone with everything on, but for what stands against them."""

    customer: CustomerProfile
    circumstances: Circumstances


@cache
def a_world(against: frozenset[str], recipient: bool) -> World:
    """A world in which just this stands against a message to a contact, or to an additional recipient."""
    return made_world(against, recipient, MAIL, NUMBER)


def made_world(against: frozenset[str], recipient: bool, mail: str, number: str) -> World:
    """The same, of somebody at these addresses."""
    mail = mail.replace("@", ".") if "invalid address" in against else mail
    phone = _phone(against, number)
    none = {"emails": (), "phones": ()} if "no address" in against else {}
    email = an_email(mail, **_address_flags(against))
    contact = a_contact(id=CONTACT, **{"emails": (email,), "phones": (phone,), "flags": _flags(against)} | none)
    other = a_recipient(
        id=RECIPIENT, **{"emails": (mail,), "phones": (phone,), "flags": _recipient_flags(against)} | none
    )
    customer = a_customer(
        contacts=() if recipient else (contact,),
        service_addresses=(an_address(id=PLACE, recipients=(other,) if recipient else ()),),
        region_id=UUID(int=4) if "left the region" in against else REGION,
        kind=CustomerKind.COMMERCIAL if "of another kind" in against else CustomerKind.RESIDENTIAL,
        tags=() if "lost the tag" in against else ("new", TAG.lower()),
        archived="archived" in against,
        blocked="blocked customer" in against,
        head_office="head office" in against,
        send_client_notifications="client notifications off" not in against,
    )
    company, blocked = _company(against, mail, phone.number), _blocked(against, mail, phone.number)
    return World(customer, Circumstances(customer, company, blocked, "phone not set up" not in against))


def _phone(against: frozenset[str], number: str) -> Phone:
    consent = [no.removeprefix("consent ") for no in against if no.startswith("consent ")]
    return a_phone(
        number.lstrip("+") if "invalid address" in against else number,
        Consent(consent[0]) if consent else Consent.GRANTED,
        landline="landline" in against,
        calls_opted_out="calls opted out" in against,
    )


def _flags(against: frozenset[str]) -> ContactFlags:
    return ContactFlags(
        confirmations="contact's confirmations off" not in against,
        text="text off" not in against,
        voice="voice off" not in against,
        service_specials="service specials off" not in against,
        service_reminders="service reminders off" not in against,
        invoice_reminders="invoice reminders off" not in against,
        exclude_from_broadcasts="excluded from broadcasts" in against,
    )


def _address_flags(against: frozenset[str]) -> dict[str, bool]:
    return {
        "confirmations": "address's confirmations off" not in against,
        "status_updates": "status updates off" not in against,
        "payment_receipts": "payment receipts off" not in against,
        "invoices": "invoices off" not in against,
    }


def _recipient_flags(against: frozenset[str]) -> RecipientFlags:
    contact, address = _flags(against), EmailFlags(**_address_flags(against))
    both = address.model_dump() | contact.model_dump(include=set(RecipientFlags.model_fields))
    return RecipientFlags(**both)


def _spelled(number: str) -> str:
    """As people write a number: `+1 (303) 555-0142`."""
    return f" {number[:2]} ({number[2:5]}) {number[5:8]}-{number[8:]}"


def _company(against: frozenset[str], mail: str, number: str) -> CompanyProfile:
    listed = (
        (f" {mail.title()}", _spelled(number))
        if "on the sandbox's allow-list" in against
        else ("someone@else.example",)
    )
    sandbox = SandboxMode(on=bool(against & {"sandbox", "on the sandbox's allow-list"}), allow_list=listed)
    region = Region(id=REGION, name="North", active="inactive region" not in against)
    return a_company(sandbox=sandbox, regions=(Region(id=UUID(int=4), name="South"), region))


def _blocked(against: frozenset[str], mail: str, number: str) -> frozenset[Block]:
    kinds = {
        "blocked": (Scope.EVERYTHING, Cause.OFFICE),
        "unsubscribed from reminders": (Scope.REMINDERS, Cause.UNSUBSCRIBED),
        "unsubscribed from broadcasts": (Scope.BROADCASTS, Cause.UNSUBSCRIBED),
    }
    of_channel = {Channel.EMAIL: mail, Channel.SMS: number, Channel.VOICE: number}
    blocks = {Block(channel, of_channel[channel], *kinds[no]) for no in against & kinds.keys() for channel in Channel}
    if "blocked on the other channels" in against:
        others = ((Channel.EMAIL, number), (Channel.SMS, mail))
        blocks |= {Block(*place, Scope.EVERYTHING, Cause.OFFICE) for place in others}
    return frozenset(blocks)
