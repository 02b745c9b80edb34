"""Company defaults: copied when something is created, and never again."""

from contracts.profiles import ContactFlags, EmailFlags
from customer_svc.domain import addresses, company, contacts
from customer_svc.domain.addresses import NewRecipient
from customer_svc.domain.contacts import NewEmail
from customer_svc.tests.factories import a_company, a_contact, a_customer


def test_there_are_exactly_four_flags_of_an_email_address() -> None:  # S0.6
    assert set(EmailFlags.model_fields) == {"confirmations", "status_updates", "payment_receipts", "invoices"}


def test_there_are_seven_flags_of_a_contact() -> None:  # S0.14
    assert len(ContactFlags.model_fields) == 7


def test_a_new_email_address_has_the_companys_default_flags() -> None:  # S0.2
    customer = a_customer(a_company(email_defaults={"invoices": False}))
    assert customer.contacts[0].emails[0].flags == EmailFlags(invoices=False)


def test_a_flag_that_is_named_wins_over_the_default() -> None:  # S0.2
    known = a_company(email_defaults={"invoices": False})
    customer = a_customer(known)
    new = NewEmail.model_validate(
        {"address": "second@example.com", "flags": {"invoices": True, "confirmations": False}}
    )
    customer, _ = contacts.add_email(customer, customer.contacts[0].id, new, known)
    assert customer.contacts[0].emails[1].flags == EmailFlags(confirmations=False)


def test_two_addresses_of_one_contact_can_differ() -> None:  # S0.1
    emails = [{"address": "a@example.com", "flags": {"invoices": False}}, {"address": "b@example.com"}]
    first, second = a_customer(contacts=[a_contact(emails=emails)]).contacts[0].emails
    assert (first.flags.invoices, second.flags.invoices) == (False, True)


def test_a_new_contact_has_the_companys_default_preferences() -> None:  # S0.15
    customer = a_customer(a_company(contact_defaults={"voice": True, "service_specials": False}))
    assert customer.contacts[0].flags == ContactFlags(voice=True, service_specials=False)


def test_changed_defaults_leave_existing_addresses_and_contacts_alone() -> None:  # S0.3, S1.16
    known = a_company()
    customer = a_customer(known)
    later = company.change(known, {"email_defaults": {"invoices": False}, "contact_defaults": {"text": False}})
    customer, _ = contacts.add_email(
        customer, customer.contacts[0].id, NewEmail.model_validate({"address": "new@example.com"}), later
    )
    old, new = customer.contacts[0].emails
    assert (old.flags.invoices, new.flags.invoices) == (True, False)
    assert customer.contacts[0].flags.text


def test_a_new_recipient_has_the_companys_default_flags() -> None:  # D8
    known = a_company(recipient_defaults={"voice": True})
    customer = a_customer(known)
    address = customer.service_addresses[0]
    customer, _ = addresses.add_recipient(customer, address.id, NewRecipient(name="Jo"), known)
    flags = customer.service_addresses[0].recipients[0].flags
    assert (flags.voice, flags.invoices) == (True, True)


def test_a_tenant_hears_nothing_about_money_unless_someone_says_so() -> None:  # D8, G12
    recipients = [
        {"name": "Jo", "role": "tenant"},
        {"name": "Kim", "role": "tenant", "flags": {"invoices": True}},
    ]
    customer = a_customer(service_addresses=[{"line": "1 Oak", "recipients": recipients}])
    jo, kim = (r.flags for r in customer.service_addresses[0].recipients)
    assert (jo.invoices, jo.payment_receipts, jo.status_updates) == (False, False, True)
    assert (kim.invoices, kim.payment_receipts) == (True, False)
