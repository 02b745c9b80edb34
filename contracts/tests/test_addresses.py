"""Addresses: spellings of one mailbox are equal, two mailboxes are not."""

import pytest

from contracts.addresses import ascii_domain, normalised_email


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maria.Lee@Example.COM", " maria.lee@example.com "),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@BÜCHER.example", "a@XN--BCHER-KVA.example"),
        ("a@ΟΔΟΣ.example", "a@οδοσ.example"),
        ("a@bu\u0308cher.example", "a@bücher.example"),  # u and two dots, as some keyboards write it
        ("a@bücher。example", "a@bücher.example"),
    ],
)
def test_spellings_of_one_mailbox_are_equal(one: str, other: str) -> None:
    assert normalised_email(one) == normalised_email(other)


@pytest.mark.parametrize(
    ("one", "other"), [("x@straße.example", "x@strasse.example"), ("ß@a.example", "ss@a.example"), ("a@b.c", "a@b.d")]
)
def test_two_mailboxes_are_not(one: str, other: str) -> None:
    assert normalised_email(one) != normalised_email(other)


@pytest.mark.parametrize("address", ["a@☃.example", "a@ü..example", "a@" + "ü" * 99, "a@\ud800", ""])
def test_what_has_no_ascii_domain_is_compared_as_it_is_written(address: str) -> None:
    assert normalised_email(address.upper()) == address.upper().lower()


@pytest.mark.parametrize("domain", ["☃.example", "ü..example", "ü" * 99])
def test_such_a_domain_cannot_be_written_to(domain: str) -> None:
    with pytest.raises(UnicodeError):
        ascii_domain(domain)
