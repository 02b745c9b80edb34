"""The stack's own processes: started once, back after a crash, gone at the end. PostgreSQL and Kafka stand for all."""

import os
import signal
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from deploy.local import leftovers, postgres
from deploy.local.errors import StackError
from deploy.local.ports import Ports, free_ports
from deploy.local.stack import Stack
from deploy.local.waiting import run_async, until

PARTS = ("postgresql", "kafka")


@pytest.fixture
def stack(state_folder: Path) -> Iterator[Stack]:
    stack = Stack.in_folder(state_folder)
    yield stack
    stack.down()


def start(stack: Stack, *names: str) -> None:
    stack.open()
    for name in names:
        stack.start(name)
    for name in names:
        stack.wait_ready(name)


def execute(stack: Stack, sql: str) -> object:
    async def work() -> object:
        connection = await asyncpg.connect(stack.plan.admin_url)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return run_async(work())


def pid_of(stack: Stack, name: str) -> int:
    return int(stack.supervisor.parts()[name]["pid"])


@pytest.mark.usefixtures("postgres", "kafka")
def test_a_second_start_leaves_what_runs_alone(infrastructure: Stack) -> None:
    before = [pid_of(infrastructure, name) for name in PARTS]
    start(infrastructure, *PARTS)
    assert [pid_of(infrastructure, name) for name in PARTS] == before


@pytest.mark.usefixtures("postgres")
def test_no_password_stands_on_a_command_line(infrastructure: Stack) -> None:
    state = infrastructure.plan.state
    lines = [" ".join(process.cmdline()) for process in leftovers.of_stack(state.folder)]
    assert lines
    assert not any(state.secret("postgres") in line for line in lines)


@pytest.mark.usefixtures("postgres")
def test_down_spares_the_processes_of_another_stack(infrastructure: Stack, stack: Stack) -> None:
    stack.down()
    assert infrastructure.parts["postgresql"].ready()


def test_a_killed_part_comes_back_with_its_data(stack: Stack) -> None:
    start(stack, *PARTS)
    execute(stack, "create table kept (id int)")
    for name in PARTS:
        before = pid_of(stack, name)
        stack.kill(name)
        stack.wait_ready(name)
        assert pid_of(stack, name) != before
    assert execute(stack, "select count(*) from kept") == 0


def test_a_stopped_part_stays_stopped_until_it_is_started(stack: Stack) -> None:
    start(stack, "postgresql")
    stack.stop("postgresql")
    assert stack.state_of("postgresql") == "STOPPED"
    assert not stack.parts["postgresql"].ready()
    start(stack, "postgresql")


def test_down_leaves_no_process_and_the_data_may_move_to_other_ports(stack: Stack) -> None:
    start(stack, *PARTS)
    execute(stack, "create table kept (id int)")
    assert stack.down() == 0
    assert leftovers.of_stack(stack.plan.state.folder) == []
    moved = Stack(replace(stack.plan, ports=Ports.free()))
    start(moved, *PARTS)
    assert execute(moved, "select count(*) from kept") == 0


def test_down_ends_what_a_killed_supervisor_left_behind(stack: Stack) -> None:
    start(stack, "postgresql")
    pid = stack.supervisor.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: stack.supervisor.pid() is None, "supervisord survived SIGKILL")
    assert stack.down() > 0
    assert leftovers.of_stack(stack.plan.state.folder) == []


def test_a_running_stack_refuses_other_settings(stack: Stack) -> None:
    stack.open()
    ports = replace(stack.plan.ports, postgres=free_ports(1)[0])
    with pytest.raises(StackError, match="runs with other settings"):
        Stack(replace(stack.plan, ports=ports)).open()


def test_data_of_another_major_version_of_postgresql_is_refused(stack: Stack) -> None:
    postgres.create_cluster(stack.plan.state)
    (postgres.data_folder(stack.plan.state) / "PG_VERSION").write_text("12\n")
    stack.open()
    with pytest.raises(StackError, match="was made by PostgreSQL 12; this is PostgreSQL"):
        stack.start("postgresql")


def test_half_made_data_is_made_anew(stack: Stack) -> None:
    half = postgres.data_folder(stack.plan.state).with_name("postgresql.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    (stack.plan.state.folder / "kafka").mkdir()
    start(stack, *PARTS)


def test_a_part_that_cannot_start_is_told_with_the_end_of_its_log(stack: Stack) -> None:
    start(stack, "postgresql")
    stack.stop("postgresql")
    (postgres.data_folder(stack.plan.state) / "postgresql.conf").write_text("no_such_setting = 1\n")
    stack.start("postgresql")
    with pytest.raises(StackError, match=r"(?s)postgresql does not start.*no_such_setting"):
        stack.wait_ready("postgresql")


def test_passwords_are_for_their_owner_only(stack: Stack) -> None:
    stack.open()
    private = [stack.plan.state.folder / "secrets.json", stack.supervisor.config]
    assert [stat.S_IMODE(file.stat().st_mode) for file in private] == [0o600, 0o600]
