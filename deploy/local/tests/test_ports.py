"""Ports: defaults, overrides, and a clear word about the one that is taken."""

import os
import socket

import pytest

from deploy.local.errors import StackError
from deploy.local.parts import Part
from deploy.local.ports import HOST, Ports, free_ports
from deploy.local.stack import refuse_taken_ports


def test_every_port_can_be_overridden() -> None:
    assert Ports.from_env({"FIELDBELL_PORT_SANDBOX_HTTP": "9110"}) == Ports(sandbox_http=9110)


def test_free_ports_are_all_different() -> None:
    assert len(set(free_ports(50))) == 50


def test_a_taken_port_is_refused_with_its_number_and_its_holder() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        part = Part("kafka", ("true",), ready=lambda: True, ports=(port,))
        with pytest.raises(
            StackError, match=rf"kafka needs port {port}, which is taken by .*\(process {os.getpid()}\)"
        ):
            refuse_taken_ports(part)
