"""The table of who may do what is whole, and the services say the same of themselves (G20)."""

import pytest

from contracts.access import Door, access
from contracts.topics import SERVICES
from tests.contract.test_services import operations


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_one_line_and_no_line_is_about_another(service: str) -> None:  # G20
    lines = [line.operation for line in access(service)]
    assert set(lines) ^ set(operations(service)) == set()
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("service", SERVICES)
def test_openapi_names_the_roles_of_the_table(service: str) -> None:  # G20
    described = operations(service)
    for line in access(service):
        if line.door is Door.TOKEN:
            [security] = described[line.operation]["security"]
            assert set(security["bearer"]) == line.may != set(), line.operation
        else:
            assert "security" not in described[line.operation], line.operation
            assert not line.may, line.operation
