"""PostgreSQL and Kafka that somebody else runs: used where the environment names them."""

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local import postgres as server
from deploy.local.errors import StackError
from deploy.local.plan import Plan
from deploy.local.ports import HOST, free_ports
from deploy.local.stack import Stack, refuse_absent_servers

ELSEWHERE = {"DATABASE_URL": "postgresql://boss:secret@db.example:6432/postgres?sslmode=require"}


def a_plan(state_folder: Path, **env: str) -> Plan:
    return Plan.from_env({"FIELDBELL_STATE": str(state_folder)} | env)


def test_named_servers_are_not_started(state_folder: Path) -> None:
    stack = Stack(a_plan(state_folder, KAFKA_BOOTSTRAP_SERVERS="kafka.example:9092", **ELSEWHERE))
    assert not {"postgresql", "kafka"} & stack.parts.keys()
    assert stack.parts["status-svc"].env["KAFKA_BOOTSTRAP_SERVERS"] == "kafka.example:9092"


def test_services_reach_a_named_server_as_their_own_roles(state_folder: Path) -> None:
    plan = a_plan(state_folder, **ELSEWHERE)
    password = plan.state.secret("status_api")
    expected = f"postgresql://status_api:{password}@db.example:6432/status?sslmode=require"
    assert plan.role_url("status-svc", "api") == expected


@pytest.mark.parametrize("variable", ["DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"])
def test_a_named_server_that_does_not_answer_is_told(state_folder: Path, variable: str) -> None:
    address = f"{HOST}:{free_ports(1)[0]}"
    value = f"postgresql://boss:secret@{address}/postgres" if variable == "DATABASE_URL" else address
    with pytest.raises(StackError, match=rf"{variable}: no .* answers at {address}") as refusal:
        refuse_absent_servers(a_plan(state_folder, **{variable: value}))
    assert "secret" not in str(refusal.value)


def test_a_refused_password_is_told_without_it(postgres: str, infrastructure: Stack) -> None:
    password = infrastructure.plan.state.secret("postgres")
    wrong = replace(infrastructure.plan, database_url=postgres.replace(password, "wrong"))
    with pytest.raises(StackError, match="refuses its administrator") as refusal:
        server.answers(wrong.admin_url)
    assert "wrong" not in str(refusal.value)
