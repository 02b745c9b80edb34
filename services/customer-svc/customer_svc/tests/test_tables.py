"""A customer written out and read in again is the same, whatever signs its words hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_svc.domain.customer import Customer
from customer_svc.domain.imports import read, written
from customer_svc.domain.intake import NewCustomer
from customer_svc.domain.merge import merge
from customer_svc.tests.factories import a_company, a_contact, a_customer

COMPANY = a_company(regions=[{"name": "'=North"}])

odd = st.sampled_from("'\"=+-@;,. \\\u00e9\u200b7a")
lines = st.text(odd | st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20)
names = lines.filter(str.strip)
notes = st.text(odd | st.sampled_from("\r\n\t") | st.characters(codec="utf-8", exclude_characters="\0"))


def read_again(customer: Customer, table: str) -> Customer:
    [row], problems = read(table, COMPANY)
    assert (row.id, problems) == (customer.id, [])
    return merge(customer, NewCustomer.model_validate(row.data), COMPANY)


def exported(customer: Customer) -> str:
    return "".join(written([customer], COMPANY))


@given(
    st.fixed_dictionaries(
        {
            "name": names,
            "external_id": st.none() | names.map(str.strip),
            "region_id": st.sampled_from([None, COMPANY.regions[0].id]),
            "tags": st.lists(names, max_size=5),
            "notes": notes,
            "contacts": st.lists(
                st.builds(
                    lambda name, user: a_contact(name=name, emails=[{"address": f"{user}@example.com"}]),
                    names,
                    st.text("'+-=_a", min_size=1, max_size=9),
                ),
                max_size=2,
            ),
            "service_addresses": st.lists(
                st.fixed_dictionaries({"line": names, "city": lines, "state": lines, "postal_code": lines}), max_size=2
            ),
        }
    )
)
def test_a_table_that_nobody_worked_on_changes_nothing(fields: Any) -> None:
    customer = a_customer(COMPANY, **fields)
    assert read_again(customer, exported(customer)) == customer


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("vip;pool ; ", ("vip", "pool")),
        ('"a; b"; "say ""hi"""', ("a; b", 'say "hi"')),
        ('5" pipe; "open', ('5" pipe', "open")),
        ("vip\npool", ("vip", "pool")),
    ],
)
def test_tags_are_read_as_people_write_them(cell: str, tags: tuple[str, ...]) -> None:
    customer = a_customer(COMPANY, tags=["TAGS"])
    quoted = cell.replace('"', '""')
    assert read_again(customer, exported(customer).replace("TAGS", f'"{quoted}"')).tags == tags


def test_the_contacts_name_and_only_email_are_changed() -> None:
    customer = a_customer(COMPANY, name="Oakland LLC", contacts=[a_contact(name="Ann"), a_contact(name="Bo")])
    table = exported(customer).replace("Ann,Maria.Lee@", "Ann Lee,ann@")
    changed = read_again(customer, table)
    assert [contact.name for contact in changed.contacts] == ["Ann Lee", "Bo"]
    addresses = [email.address for email in changed.contacts[0].emails]
    assert addresses == ["ann@Example.com"]


def test_a_table_without_contacts_names_leaves_them_and_a_first_contact_has_the_name_that_is_told() -> None:
    customer = a_customer(COMPANY, name="Oakland LLC", contacts=[a_contact(name="Ann")])
    changed = read_again(customer, f"id,name,email\n{customer.id},Oakland LLC,office@oakland.example\n")
    assert [contact.name for contact in changed.contacts] == ["Ann"]
    assert [email.address for email in changed.contacts[0].emails] == ["office@oakland.example"]
    nobody = a_customer(COMPANY, name="Oakland LLC", contacts=[])
    added = read_again(nobody, f"id,name,contact\n{nobody.id},Oakland LLC,Cy\n")
    assert [(contact.name, contact.primary) for contact in added.contacts] == [("Cy", True)]
