"""Addresses: one form in which every service recognises a mailbox, and how they are shown in logs."""

import idna


def normalised_email(address: str) -> str:
    """The form in which two spellings of one mailbox are equal; never the form that is shown.

    Lower case throughout: RFC 5321 lets a local part be case-sensitive, no mailbox in use is. The domain is ASCII; one
    that can't be is compared as it is written.
    """
    local, at, domain = address.strip().rpartition("@")
    try:
        return local.lower() + at + ascii_domain(domain)
    except ValueError:
        return address.strip().lower()


def ascii_domain(domain: str) -> str:
    """The domain as DNS knows it: IDNA 2008, where `straße` is not `strasse`. Raises `ValueError` if there is none."""
    if domain.isascii():
        return domain.lower()
    return idna.encode(domain, uts46=True).decode()


def mask(address: str) -> str:
    """An email address or phone number as logs show it, enough to recognise it: `m***@example.com`, `+1*******42`."""
    local, at, domain = address.rpartition("@")
    if at:
        return f"{local[:1]}***@{domain}"
    return f"{address[:2]}{'*' * max(0, len(address) - 4)}{address[-2:]}"
