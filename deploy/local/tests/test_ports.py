"""Ports: defaults, overrides, and a clear word about the one that is taken."""

import os
import socket

import pytest

from deploy.local.errors import StackError
from deploy.local.parts import Part, listens
from deploy.local.ports import HOST, Ports, free_ports
from deploy.local.stack import refuse_taken_ports


def test_every_port_can_be_overridden() -> None:
    assert Ports.from_env({"FIELDBELL_PORT_SANDBOX_HTTP": "9110"}) == Ports(sandbox_http=9110)


@pytest.mark.parametrize("value", ["abc", "0", "80", "80000", "-1", ""])
def test_what_is_no_port_is_told_in_a_sentence(value: str) -> None:
    with pytest.raises(StackError, match=f"FIELDBELL_PORT_STATUS is '{value}'; it must be a number from 1024 to 65535"):
        Ports.from_env({"FIELDBELL_PORT_STATUS": value})


def test_two_parts_on_one_port_are_refused_by_both_names() -> None:
    with pytest.raises(StackError, match="FIELDBELL_PORT_STATUS and FIELDBELL_PORT_CUSTOMER are both 8102"):
        Ports.from_env({"FIELDBELL_PORT_STATUS": "8102"})


def test_a_misspelled_port_is_told_with_the_closest_name() -> None:
    with pytest.raises(StackError, match="FIELDBELL_PORT_STATSU is unknown; perhaps FIELDBELL_PORT_STATUS is meant"):
        Ports.from_env({"FIELDBELL_PORT_STATSU": "9101"})


def test_free_ports_are_all_different() -> None:
    assert len(set(free_ports(50))) == 50


def test_a_free_port_waits_for_whoever_listens_there() -> None:
    [port] = free_ports(1)
    with socket.socket() as somebody, pytest.raises(OSError, match="in use"):
        somebody.bind((HOST, port))
    for _ in range(2):
        with socket.create_server((HOST, port)):
            assert listens(port)
    assert not listens(port)


def test_a_taken_port_is_refused_with_its_holder_and_the_variable_that_moves_it() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        part = Part("kafka", ("true",), ready=lambda: True, ports=(port,))
        with pytest.raises(StackError) as refusal:
            refuse_taken_ports(part, Ports(kafka=port))
    assert f"kafka needs port {port}, which is taken by" in str(refusal.value)
    assert f"(process {os.getpid()})" in str(refusal.value)
    assert "FIELDBELL_PORT_KAFKA=" in str(refusal.value)
