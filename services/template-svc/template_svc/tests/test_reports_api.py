"""Reports over HTTP, and the press behind it: what is slow or hostile ends, and holds nobody up."""

import asyncio
import signal
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import psutil
import pytest

from contracts.jobs import Role
from contracts.reports import MOST_NOTES, MOST_PICTURE_BYTES, ReportKind
from servicekit.testing import until
from template_svc.reports.press import MOST_OF_ONE, MOST_WAITING, Busy, Interrupted, Press, Refused, TooMuch
from template_svc.reports.sample import SAMPLE
from template_svc.reports.setting import pdf
from template_svc.tests.conftest import Service
from template_svc.tests.test_report import a_context, a_line, a_note, a_png, text_of

SERVICE = (Role.SERVICE, None)


def a_monster() -> Any:
    """As much as fits into a context."""
    line = a_line("w " * 2000)
    return a_context(job={"lines": (line,) * 2000}, record={"notes": (a_note("W" * 4000),) * MOST_NOTES})


@pytest.fixture
async def press() -> AsyncIterator[Press]:
    """One process, that has made a report already."""
    press = Press(processes=1)
    await press.pdf(SAMPLE)
    yield press
    await press.close()


def processes() -> list[psutil.Process]:
    """Those that set reports here."""
    found = []
    for each in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # it has just ended
            if "template_svc.reports.setter" in each.cmdline():
                found.append(each)
    return found


async def test_a_service_gets_the_pdf_of_a_job(service: Service) -> None:  # S3.19
    answer = await service.call("POST", "/v1/reports", SAMPLE.model_dump(mode="json"), who=SERVICE)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content == pdf(SAMPLE), "whichever process makes it"


async def test_a_service_names_a_language_and_nothing_else(service: Service) -> None:
    body = SAMPLE.model_dump(mode="json") | {"locale": "a-" * 100_000}
    answer = await service.call("POST", "/v1/reports", body, who=SERVICE)
    assert answer.status_code == 422
    assert "locale" in answer.text


async def test_only_services_have_reports_made(service: Service) -> None:  # G20
    body = SAMPLE.model_dump(mode="json")
    for role in (Role.ADMIN, Role.DISPATCHER, Role.TECH, Role.CUSTOMER):
        assert (await service.call("POST", "/v1/reports", body, who=(role, uuid4()))).status_code == 403


@pytest.mark.parametrize("kind", list(ReportKind))
async def test_the_office_looks_at_a_sample_on_its_own_paper(service: Service, kind: ReportKind) -> None:  # G10
    body = {"kind": kind, "locale": "es-US", "company": {"name": "Brightway", "zone": "UTC", "colour": "#ffd43b"}}
    answer = await service.call("POST", "/v1/reports/preview", body, who=(Role.DISPATCHER, uuid4()))
    assert answer.headers["content-type"] == "application/pdf"
    assert "Brightway" in text_of(answer.content)
    assert "Página 1 de 1" in text_of(answer.content)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "novel"}, "kind"),
        ({"locale": "no locale"}, "locale"),
        ({"locale": "a-" * 100_000}, "locale"),
        ({"company": {"name": "N", "zone": "UTC", "colour": "red"}}, "company.colour"),
        ({"company": {"name": "N" * 501, "zone": "UTC"}}, "company.name"),
        ({"company": {"name": "N", "zone": "UTC", "logo": "not base64!"}}, "company.logo"),
        ({"company": {"name": "N", "zone": "UTC", "logo": "A" * (MOST_PICTURE_BYTES * 2)}}, "company.logo"),
        ({"company": {"name": "N", "zone": "Mars/Olympus"}}, "Mars/Olympus"),
        ({"company": {"name": "N", "zone": "UTC", "logo": b64encode(b"no picture").decode()}}, "damaged"),
        (
            {"company": {"name": "N", "zone": "UTC", "logo": b64encode(a_png(2001, 2000)).decode()}},
            "Upload a smaller one",
        ),
    ],
)
async def test_what_is_no_report_is_refused_in_plain_words(service: Service, change: Any, said: str) -> None:
    body = {"kind": "work_order"} | change
    answer = await service.call("POST", "/v1/reports/preview", body, who=(Role.ADMIN, uuid4()))
    assert answer.status_code == 422
    assert said in answer.text


async def test_what_is_refused_says_why_and_the_press_goes_on(press: Press) -> None:
    with pytest.raises(Refused) as refusal:
        await press.pdf(a_context(ReportKind.INVOICE, record={"invoices": ()}))
    assert refusal.value.extra == {"code": "no-invoice"}
    assert (await press.pdf(SAMPLE)).startswith(b"%PDF")


async def test_ten_thousand_lines_are_listed_as_far_as_there_is_room(press: Press) -> None:
    assert (await press.pdf(a_context(job={"lines": (a_line(),) * 10_000}))).startswith(b"%PDF")


async def test_what_takes_too_long_is_killed_and_the_next_one_is_made() -> None:
    press = Press(processes=1, seconds=1.0)
    with pytest.raises(TooMuch):
        await press.pdf(a_monster())
    assert processes() == []
    with pytest.raises(Refused):  # by a fresh one, in no time
        await press.pdf(a_context(ReportKind.INVOICE, record={"invoices": ()}))
    await press.close()


async def test_what_takes_too_much_memory_ends_alone() -> None:
    press = Press(processes=1, memory=400 * 1024 * 1024)
    with pytest.raises(TooMuch):
        await press.pdf(a_monster())
    assert (await press.pdf(SAMPLE)).startswith(b"%PDF")
    await press.close()


async def test_a_machine_that_is_busy_elsewhere_is_no_fault_of_the_report() -> None:
    press = Press(processes=1, wall=0.5)
    with pytest.raises(Interrupted):
        await press.pdf(a_monster())
    assert processes() == []


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGTERM])
async def test_a_process_that_ended_while_it_had_nothing_to_do_costs_no_report(press: Press, ended_by: int) -> None:
    [setter] = processes()
    setter.send_signal(ended_by)
    assert (await press.pdf(SAMPLE)).startswith(b"%PDF")


async def test_an_interrupt_from_the_terminal_ends_no_report(press: Press) -> None:
    [setter] = processes()
    setter.send_signal(signal.SIGINT)
    assert (await press.pdf(SAMPLE)).startswith(b"%PDF")
    assert processes() == [setter]


async def test_what_ends_twice_on_the_way_may_come_later(press: Press) -> None:
    asking = asyncio.create_task(press.pdf(a_monster()))
    [first] = processes()
    before = sum(first.cpu_times()[:2])

    async def first_at_work() -> bool:
        return sum(first.cpu_times()[:2]) > before

    await until(first_at_work)
    first.kill()

    async def second_there() -> bool:
        return any(each != first for each in processes())

    await until(second_there)
    [second] = (each for each in processes() if each != first)
    second.kill()
    with pytest.raises(Interrupted) as later:
        await asking
    assert later.value.status == 503
    assert (await press.pdf(SAMPLE)).startswith(b"%PDF")


async def test_reports_take_turns_and_a_crowd_is_told_to_come_back(press: Press) -> None:
    made = await asyncio.gather(*(press.pdf(SAMPLE) for _ in range(MOST_OF_ONE + 5)), return_exceptions=True)
    assert sum(isinstance(each, Busy) for each in made) == 5
    assert sum(isinstance(each, bytes) for each in made) == MOST_OF_ONE
    assert len(processes()) == 1


async def test_more_than_the_press_can_hold_are_told_to_come_back_whoevers_they_are(press: Press) -> None:
    crowd = (a_context(job={"company_id": uuid4()}) for _ in range(MOST_WAITING + 5))
    made = await asyncio.gather(*map(press.pdf, crowd), return_exceptions=True)
    assert sum(isinstance(each, Busy) for each in made) == 5


async def test_what_one_company_asks_for_holds_up_no_report_of_another() -> None:
    press = Press(processes=2)
    monsters = [asyncio.create_task(press.pdf(a_monster())) for _ in range(3)]
    await asyncio.sleep(0)  # they come first
    assert (await press.pdf(a_context(job={"company_id": uuid4()}))).startswith(b"%PDF")
    assert not any(monster.done() for monster in monsters)
    for monster in monsters:
        monster.cancel()
    await asyncio.gather(*monsters, return_exceptions=True)
    await press.close()


async def test_who_goes_away_leaves_no_process_behind(press: Press) -> None:
    [setter] = processes()
    before = sum(setter.cpu_times()[:2])
    asking = asyncio.create_task(press.pdf(a_monster()))

    async def at_work() -> bool:
        return sum(setter.cpu_times()[:2]) > before

    await until(at_work)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert processes() == []
    assert (await press.pdf(SAMPLE)).startswith(b"%PDF")


async def test_messages_are_rendered_while_a_report_takes_its_time(service: Service) -> None:
    press: Press = service.press
    asking = asyncio.create_task(press.pdf(a_monster()))
    body = {"words": {"subject": "Hi", "html": "<p>Hi</p>"}}
    for _ in range(20):
        answer = await service.call("POST", "/v1/renderings/preview", body, who=(Role.ADMIN, uuid4()))
        assert answer.status_code == 200
    assert not asking.done()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_the_process_knows_no_secrets(press: Press) -> None:
    [setter] = processes()
    assert setter.environ().keys() <= {"LC_CTYPE"}
