"""The arithmetic of the benchmark, and that its mail host loses nothing."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from tests.bench import runs
from tests.bench.bare import measure
from tests.bench.profile import summary
from tests.bench.runs import percentiles
from tests.bench.sink import ENTRY, Book, Sink
from tests.bench.words import advice


def test_the_rate_is_that_of_the_steady_part() -> None:
    slow_start = [n * 1.0 for n in range(10)]
    middle = [10 + n * 0.01 for n in range(100)]
    slow_end = [11 + n * 1.0 for n in range(10)]
    messages, seconds = runs.steady([*slow_start, *middle, *slow_end])
    assert messages / seconds == pytest.approx(100, rel=0.05)


def test_percentiles_are_in_milliseconds() -> None:
    found = percentiles([n / 1000 for n in range(1, 101)])
    assert found == {"p50": pytest.approx(50.5), "p95": pytest.approx(95.05), "p99": pytest.approx(99.01)}


def test_a_profile_shows_who_ran_and_on_whose_behalf() -> None:
    text = summary("main;claim;decode 3\nmain;claim 1\nthread;Condition.wait (threading.py:295) 9\n")
    assert " 75.0%  75.0%  decode" in text
    assert "100.0%  main" in text


def test_what_is_measured_is_no_small_email() -> None:
    assert len(advice()) > 2_500


async def test_the_bare_loop_hands_every_message_to_the_mail_host(tmp_path: Path) -> None:
    id = uuid4()
    message = f"From: a@b.example\r\nMessage-ID: <{id}@b.example>\r\nSubject: x\r\n\r\n.dot\r\nbye\r\n".encode()
    book = Book(tmp_path)
    server = await asyncio.get_running_loop().create_server(lambda: Sink(book), "127.0.0.1", 0)
    flushing = asyncio.create_task(book.flush_for_ever())
    result = await measure(server.sockets[0].getsockname()[1], message, 50, 3)
    server.close()
    flushing.cancel()
    book.close()
    log = list(ENTRY.iter_unpack((tmp_path / "accepted.log").read_bytes()))
    assert [entry[0].decode() for entry in log] == [str(id)] * 50
    assert b"\r\n..dot\r\n" in (tmp_path / "first.eml").read_bytes()
    assert result["seconds"] > 0
