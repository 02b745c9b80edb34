"""Every operation of every service, asked all kinds of things by all kinds of people: no answer is a surprise.

`make test` asks a little, with one seed; `make fuzz` (FUZZ=full) as everybody, with three seeds (SEEDS), and much more.
"""

import os
from collections.abc import Iterator
from functools import partial
from itertools import product

import pytest

from contracts.jobs import Role
from servicekit.testing import MakeDatabase, TestIssuer
from tests.contract.fuzz.report import Report
from tests.contract.fuzz.run import FIXED, Outcome, Pass, run
from tests.contract.fuzz.world import World
from tests.contract.fuzz.worlds import Customers, Jobs, Messages, Templates

WORLDS: dict[str, type[World]] = {"customer": Customers, "status": Jobs, "notifier": Messages, "template": Templates}
FULL = os.environ.get("FUZZ") == "full"
SEEDS = [int(seed) for seed in os.environ.get("SEEDS", "1 2 3").split()]
EXAMPLES, FEW, LEAST = 200, 20, 3
# What nobody is answered 2xx, and why.
SIGNED_IN = "nobody has a password here: test_portal.py signs in"
NEVER = {
    "GET /health/ready": "there is no broker here",
    "GET /v1/portal/invitations/{token}": SIGNED_IN,
    "GET /v1/portal/me": SIGNED_IN,
    "POST /v1/portal/invitations/{token}": SIGNED_IN,
    "POST /v1/portal/password": SIGNED_IN,
    "POST /v1/portal/sign-in": SIGNED_IN,
    "POST /v1/portal/token": SIGNED_IN,
}


def a_little() -> Iterator[Pass]:
    """Each operation as somebody who may."""
    yield Pass(None, 1, LEAST, lambda may: not may)
    yield Pass(Role.ADMIN, 1, LEAST, lambda may: Role.ADMIN in may)
    yield Pass(Role.SERVICE, 1, LEAST, lambda may: Role.SERVICE in may and Role.ADMIN not in may)
    yield Pass(Role.CUSTOMER, 1, LEAST, lambda may: may == {Role.CUSTOMER})


def much() -> Iterator[Pass]:
    """Each operation as everybody: its examples shared by those who may, and a few more by each who may not.

    What does not depend on chance, is asked once by one of them.
    """
    for role in Role:
        yield Pass(role, SEEDS[0], 1, partial(_is_first_of, role), FIXED)
    yield Pass(None, SEEDS[0], 1, lambda may: not may, FIXED)
    for seed in SEEDS:
        for role, n in product(Role, range(1, len(Role))):
            yield Pass(role, seed, -(-EXAMPLES // n), partial(_is_one_of, role, n))
        yield Pass(None, seed, EXAMPLES, lambda may: not may)
        for role in (None, *Role):
            yield Pass(role, seed, FEW, partial(_is_none_of, role))


def _is_first_of(role: Role, may: set[str]) -> bool:
    return role == next((one for one in Role if one in may), None)


def _is_one_of(role: Role, n: int, may: set[str]) -> bool:
    return role in may and len(may) == n


def _is_none_of(role: Role | None, may: set[str]) -> bool:
    return bool(may) and role not in may


@pytest.mark.parametrize("service", WORLDS)
def test_every_answer_is_one_that_the_openapi_promises(
    service: str, database: MakeDatabase, issuer: TestIssuer
) -> None:
    whole, report = Outcome(), Report(service)
    world = WORLDS[service](database(service), issuer)
    with world.running():
        for each in much() if FULL else a_little():
            outcome = run(world, each)
            world.publish()
            whole.add(outcome)
            if FULL:
                report.note(each, outcome)
    if FULL:
        report.show(whole)
        assert {operation for operation in whole.answers if not whole.done(operation)} <= NEVER.keys()
    assert not whole.failures, "\n\n".join(f"{' · '.join(key)}\n{told}" for key, told in whole.failures.items())
