"""Service addresses and the additional recipients of each."""

import pytest

from contracts.profiles import Consent
from customer_svc.domain import addresses
from customer_svc.domain.addresses import NewRecipient, NewServiceAddress
from customer_svc.domain.phones import NewPhone
from customer_svc.tests.factories import a_company, a_customer
from servicekit.errors import Conflict

JO = {"name": "Jo", "emails": ["jo@example.com", "jo@work.example.com"], "phones": [{"number": "303 555 0188"}]}


def test_a_service_address_without_zone_has_the_customers_or_the_companys() -> None:
    assert a_customer().service_addresses[0].zone == "America/Denver"
    assert a_customer(zone="America/New_York").service_addresses[0].zone == "America/New_York"


def test_a_recipient_belongs_to_one_service_address() -> None:  # S2.2
    customer = a_customer(service_addresses=[{"line": "A", "recipients": [JO]}, {"line": "B"}])
    assert [len(address.recipients) for address in customer.service_addresses] == [1, 0]


def test_additional_communication_is_switched_on_with_email_and_phone_for_a_new_address() -> None:  # S2.4
    new = NewServiceAddress.model_validate({"line": "1 Oak", "additional_communication": True, "recipients": [JO]})
    customer, address_id = addresses.add(a_customer(), new, a_company())
    address = customer.service_addresses[-1]
    assert (address.id, address.additional_communication) == (address_id, True)
    assert address.recipients[0].phones[0].number == "+13035550188"


def test_the_first_recipient_of_an_existing_address_switches_its_communication_on() -> None:  # S2.3, S2.4
    customer, new = a_customer(), NewRecipient.model_validate(JO)
    address_id = customer.service_addresses[0].id
    customer, _ = addresses.add_recipient(customer, address_id, new, a_company())
    assert customer.service_addresses[0].additional_communication
    assert customer.service_addresses[0].recipients[0].name == "Jo"
    customer = addresses.change(customer, address_id, {"additional_communication": False})
    customer, _ = addresses.add_recipient(customer, address_id, new, a_company())
    assert not customer.service_addresses[0].additional_communication  # it was switched off for those who are there


def test_a_recipient_has_several_emails() -> None:  # S2.5
    customer = a_customer(service_addresses=[{"line": "A", "recipients": [JO]}])
    assert customer.service_addresses[0].recipients[0].emails == ("jo@example.com", "jo@work.example.com")


def test_switching_it_off_keeps_the_recipients() -> None:  # S2.6
    customer = a_customer(service_addresses=[{"line": "A", "additional_communication": True, "recipients": [JO]}])
    address = customer.service_addresses[0]
    off = addresses.change(customer, address.id, {"additional_communication": False}).service_addresses[0]
    assert (off.additional_communication, off.recipients) == (False, address.recipients)


def test_a_recipients_flags_change_and_the_customers_do_not() -> None:  # D8
    customer = a_customer(service_addresses=[{"line": "A", "recipients": [JO]}])
    address = customer.service_addresses[0]
    changed = addresses.change_recipient(
        customer, address.id, address.recipients[0].id, {"flags": {"invoices": False}}, a_company()
    )
    assert not changed.service_addresses[0].recipients[0].flags.invoices
    assert changed.contacts == customer.contacts


@pytest.mark.parametrize(("told", "landline"), [(None, True), (True, True), (False, False)])
def test_a_recipients_phone_stays_a_landline_unless_told_otherwise(told: bool | None, landline: bool) -> None:  # G3
    jo = JO | {"phones": [{"number": "303 555 0188", "landline": True}]}
    customer = a_customer(service_addresses=[{"line": "A", "recipients": [jo]}])
    address = customer.service_addresses[0]
    wanted = (NewPhone(number="(303) 555-0188", landline=told), NewPhone(number="303 555 0142"))
    changed = addresses.change_recipient(
        customer, address.id, address.recipients[0].id, {"phones": wanted}, a_company()
    )
    phones = changed.service_addresses[0].recipients[0].phones
    assert [phone.landline for phone in phones] == [landline, False]


def test_a_recipients_phone_that_stays_keeps_its_consent() -> None:
    customer = a_customer(service_addresses=[{"line": "A", "recipients": [JO]}])
    address = customer.service_addresses[0]
    recipient = address.recipients[0]
    phone = recipient.phones[0].model_copy(update={"sms_consent": Consent.GRANTED})
    recipient = recipient.model_copy(update={"phones": (phone,)})
    address = address.model_copy(update={"recipients": (recipient,)})
    customer = customer.model_copy(update={"service_addresses": (address,)})
    wanted = (NewPhone(number="303 555 0142"), NewPhone(number="(303) 555-0188"))
    changed = addresses.change_recipient(customer, address.id, recipient.id, {"phones": wanted}, a_company())
    new, kept = changed.service_addresses[0].recipients[0].phones
    assert (new.sms_consent, kept) == (Consent.NONE, phone)


def test_a_recipients_mailbox_is_there_once() -> None:
    with pytest.raises(Conflict):
        a_customer(service_addresses=[{"line": "A", "recipients": [JO | {"emails": ["a@b.com", "A@B.com"]}]}])
