"""Phone numbers of a contact or recipient, each with the consent that belongs to this number and no other."""

from uuid import UUID, uuid4

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from contracts.model import Flag
from contracts.profiles import Phone
from customer_svc.domain.parts import appended, find, replaced
from customer_svc.domain.values import Body, PhoneText, e164
from servicekit.errors import Conflict

MOST = 20


class NewPhone(Body):
    """A phone number as typed; whether it may be texted is asked later, never assumed."""

    number: PhoneText
    landline: Flag | None = None
    """None: not known, or as it was."""


@with_config(ConfigDict(extra="forbid"))
class PhoneChanges(TypedDict, total=False):
    """What can change about a phone."""

    number: PhoneText
    landline: Flag


def add(phones: tuple[Phone, ...], new: NewPhone, locale: str) -> tuple[tuple[Phone, ...], UUID]:
    """The phones and one more, and its id."""
    phone = Phone(id=uuid4(), number=e164(new.number, locale), landline=new.landline or False)
    return _distinct(appended(phones, phone, MOST)), phone.id


def change(phones: tuple[Phone, ...], phone_id: UUID, changes: PhoneChanges, locale: str) -> tuple[Phone, ...]:
    """The phones with one changed. Another number is another phone: with an id of its own, and without the old consent.

    So an id names one number for ever, and what its owner answers can never be taken for another's.
    """
    old = find(phones, phone_id)
    number = e164(changes["number"], locale) if "number" in changes else old.number
    kept = old if number == old.number else Phone(id=uuid4(), number=number, landline=old.landline)
    changed = kept.model_copy(update={"landline": changes.get("landline", kept.landline)})
    return _distinct(replaced(phones, phone_id, lambda _: changed))


def listed(old: tuple[Phone, ...], wanted: tuple[NewPhone, ...], locale: str) -> tuple[Phone, ...]:
    """The wanted phones; those that were there before keep their id and consent, and the landline mark unless told."""
    known = {phone.number: phone for phone in old}
    phones: tuple[Phone, ...] = ()
    for new in wanted:
        number = e164(new.number, locale)
        phone = known.get(number) or Phone(id=uuid4(), number=number)
        landline = phone.landline if new.landline is None else new.landline
        phones = (*phones, phone.model_copy(update={"landline": landline}))
    return _distinct(phones)


def _distinct(phones: tuple[Phone, ...]) -> tuple[Phone, ...]:
    if len({phone.number for phone in phones}) < len(phones):
        raise Conflict("This phone number is there already.")
    return phones
