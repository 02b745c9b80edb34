"""Broken constraints that a request can cause, in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from servicekit.errors import Conflict

SENTENCES = {
    "company_pkey": "There is a company with this id already.",
    "company_slug": "There is a company with this slug already.",
    "customer_external_id": "There is a customer with this external id already.",
    "customer_region": "A region that has customers can't be removed.",
}


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a broken constraint that has a sentence into `Conflict`; any other one is our mistake."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        sentence = SENTENCES.get(error.constraint_name or "")
        if sentence is None:
            raise
        raise Conflict(sentence) from error
