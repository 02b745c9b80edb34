"""Sending, from the queue to the mail host and the log, on real PostgreSQL and real SMTP."""

import asyncio
import zlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from contracts import events
from contracts.deliveries import Reason
from contracts.profiles import Brand, CustomerKind, Region
from contracts.rendering import RefusalCode
from contracts.triggers import Trigger
from notifier_svc.send import intake
from notifier_svc.store import rules
from notifier_svc.tests.desk import Desk, eventually
from notifier_svc.tests.factories import (
    COMPANY,
    NOW,
    a_company,
    a_contact,
    a_customer,
    a_job,
    a_rule,
    a_status,
    an_email,
    an_event,
)
from notifier_svc.tests.mailhost import says
from servicekit import copies


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    """Takes the spans of this process, from here on."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> InMemorySpanExporter:
    exporter.clear()
    return exporter


async def test_a_queued_email_is_rendered_sent_logged_and_published(desk: Desk) -> None:
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == [("sent", None)]
    [mail] = desk.mail.mails
    [row] = await desk.fetch("select id, attempts, template_version, detail from delivery")
    assert mail["Message-ID"] == f"<{row['id']}@mail.example>"
    assert mail["Subject"] == "About job 1042"
    assert mail["From"].addresses[0].display_name == "Northside"
    assert mail["To"].addresses[0].addr_spec == "maria@example.com"
    assert desk.mail.arrived[0].mail_from == "notices@mail.example"
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines() == ["Hi Maria", ".", "Bye"]  # the lone dot came through
    assert (row["attempts"], row["template_version"]) == (1, 3)
    [told] = await desk.published()
    assert (told["state"], told["attempt"], told["template_version"]) == ("sent", 1, 3)
    assert told["masked_address"] == "m***@example.com"


async def test_the_attempt_and_the_words_are_kept(desk: Desk) -> None:  # D5
    await desk.queue()
    async with desk.sending():
        await desk.settled()
    [attempt] = await desk.fetch("select n, outcome, code, finished_at from attempt")
    assert (attempt["n"], attempt["outcome"], attempt["code"]) == (1, "sent", "250 2.0.0")
    assert attempt["finished_at"] is not None
    [kept] = await desk.fetch("select body, template_version from rendering")
    assert orjson.loads(zlib.decompress(kept["body"])) == {
        "locale": "en-US",
        "subject": "About job 1042",
        "html": "<p>Hi Maria</p>",
        "text": "Hi Maria\n.\nBye",
    }


async def test_many_go_over_few_kept_connections(desk: Desk) -> None:
    await desk.queue(*(f"person{n}@example.com" for n in range(40)))
    async with desk.sending():
        assert await desk.settled() == [("sent", None)] * 40
    assert len(desk.mail.arrived) == 40
    assert desk.mail.connections <= 2


async def test_a_host_without_pipelining_is_spoken_to_step_by_step(desk: Desk) -> None:
    desk.mail.pipelining = False
    await desk.queue("a@example.com", "b@example.com")
    async with desk.sending():
        assert await desk.settled() == [("sent", None)] * 2


async def test_what_is_planned_while_the_sender_waits_goes_at_once(desk: Desk) -> None:
    async with desk.sending():
        await desk.queue()
        assert await desk.settled() == [("sent", None)]


async def test_what_is_due_later_waits_until_then(desk: Desk) -> None:
    await desk.queue()
    await desk.fetch("update queue set due_at = now() + interval '0.3 s'")
    async with desk.sending():
        assert await desk.log() == [("queued", None)]
        await desk.settled()
    [row] = await desk.fetch(
        "select a.started_at >= d.planned_at + interval '0.3 s' as waited from attempt a join delivery d on true"
    )
    assert row["waited"]


@pytest.mark.proves("S3.10")
async def test_replies_go_to_the_company_or_to_the_region_whose_rule_it_is(desk: Desk) -> None:
    region = Region(id=uuid4(), name="West", reply_to="west@northside.example")
    company = a_company(version=2, brand=Brand(email="office@northside.example"), regions=(region,))
    regional = a_rule(Trigger.JOB_CREATED, region_id=region.id)
    async with desk.db.worker() as tx:
        await copies.put(tx, "companies", [company])
        await rules.add(tx, [regional])
    person = a_customer(id=uuid4(), region_id=region.id)
    await desk.queue(customer=person)
    async with desk.sending():
        await desk.settled()
        await desk.queue(customer=person, data=an_event(events.JobCreated))
        await desk.settled()
    assert [mail["Reply-To"] for mail in desk.mail.mails] == ["office@northside.example", "west@northside.example"]


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        (RefusalCode.MISSING_VALUE, Reason.MISSING_VALUE),  # fault 49, G9
        (RefusalCode.EMPTY, Reason.EMPTY_MESSAGE),  # D14
        (RefusalCode.NOT_PUBLISHED, Reason.TEMPLATE_UNUSABLE),
    ],
)
@pytest.mark.survives(49)
async def test_what_cannot_be_rendered_fails_and_says_why(desk: Desk, refusal: RefusalCode, reason: Reason) -> None:
    desk.templates.refusal = (refusal, "{{ visit.date }} has no value")
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == [("failed", reason)]
    [row] = await desk.fetch("select detail, attempts from delivery")
    assert (row["detail"], row["attempts"]) == ("{{ visit.date }} has no value", 0)
    assert desk.mail.arrived == []
    assert [told["reason"] for told in await desk.published()] == [reason]


@pytest.mark.parametrize(
    ("refusal", "detail"),
    [
        (RefusalCode.UNKNOWN_TEMPLATE, "There is no such template."),  # a new company may not have it yet
        (RefusalCode.BUSY, "There was no time left for it."),
    ],
)
async def test_what_can_be_rendered_a_moment_later_is_waited_for(desk: Desk, refusal: RefusalCode, detail: str) -> None:
    desk.templates.refusal = (refusal, detail)
    await desk.queue()
    async with desk.sending():

        async def asked_twice() -> bool:
            return desk.templates.calls >= 2

        await eventually(asked_twice)
        desk.templates.refusal = None
        assert await desk.settled() == [("sent", None)]


async def test_a_template_still_unknown_after_a_minute_fails(desk: Desk) -> None:
    desk.templates.refusal = (RefusalCode.UNKNOWN_TEMPLATE, "There is no such template.")
    await desk.queue()
    await desk.fetch("update occurrence set occurred_at = occurred_at - interval '61 seconds' returning 1")
    async with desk.sending():
        assert await desk.settled() == [("failed", Reason.TEMPLATE_UNUSABLE)]


@pytest.mark.survives(46)
async def test_a_subject_with_a_line_break_is_refused_before_the_wire(desk: Desk) -> None:
    desk.templates.subject = "Hello\r\nBcc: victim@example.com"
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == [("failed", Reason.UNSAFE_CONTENT)]
    assert desk.mail.arrived == []


async def test_while_template_svc_is_away_messages_wait_and_then_go_once(desk: Desk) -> None:
    desk.templates.status = 503
    await desk.queue("a@example.com", "b@example.com")
    async with desk.sending():

        async def asked_in_vain() -> bool:
            return desk.templates.calls >= 2

        await eventually(asked_in_vain)
        assert [state for state, _ in await desk.log()] == ["queued", "queued"]
        desk.templates.status = 200
        assert await desk.settled() == [("sent", None)] * 2
    assert len(desk.mail.arrived) == 2


async def test_the_render_call_carries_the_trace_and_a_service_token(desk: Desk) -> None:
    await desk.queue()
    async with desk.sending():
        await desk.settled()
    [headers] = desk.templates.headers
    assert headers["authorization"] == "Bearer a token"
    assert headers["traceparent"].split("-")[1] == "0af7651916cd43dd8448eb211c80319c"


async def test_a_batch_that_is_refused_is_asked_for_in_halves_until_the_culprit_is_alone(desk: Desk) -> None:
    desk.templates.unreadable = "Odd Name"
    await desk.queue(*(f"person{n}@example.com" for n in range(6)))
    await desk.queue(customer=a_customer(id=uuid4(), contacts=(a_contact(name="Odd Name"),)))
    async with desk.sending():
        log = await desk.settled()
    assert sorted(log) == [("failed", Reason.TEMPLATE_UNUSABLE), *[("sent", None)] * 6]


@pytest.mark.survives(63)
async def test_one_span_a_send_continues_the_trace_and_names_nobody(desk: Desk, spans: InMemorySpanExporter) -> None:
    await desk.queue()
    async with desk.sending():
        await desk.settled()
    [send] = [span for span in spans.get_finished_spans() if span.name == "email send"]
    assert send.context is not None
    assert f"{send.context.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"
    assert send.kind is SpanKind.CLIENT
    assert dict(send.attributes or {}) == {
        "delivery.id": str((await desk.fetch("select id from delivery"))[0]["id"]),
        "delivery.channel": "email",
        "delivery.outcome": "sent",
        "provider.code": "250 2.0.0",
    }
    [render] = [span for span in spans.get_finished_spans() if span.name == "render messages"]
    assert render.context is not None
    assert desk.templates.headers[0]["traceparent"].split("-")[2] == f"{render.context.span_id:016x}"


MARIA = a_contact()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"archived": True}, Reason.ARCHIVED),  # D11
        ({"contacts": (MARIA.model_copy(update={"emails": (an_email("new@example.com"),)}),)}, Reason.ADDRESS_REMOVED),
        (
            {"contacts": (MARIA.model_copy(update={"emails": (an_email(status_updates=False),)}),)},
            Reason.STATUS_UPDATES_OFF,
        ),
    ],
)
async def test_a_profile_that_changed_after_planning_is_asked_again(
    desk: Desk, change: dict[str, object], reason: Reason
) -> None:
    person = uuid4()
    await desk.queue(customer=a_customer(id=person, contacts=(MARIA,)))
    async with desk.db.worker() as tx:
        await copies.put(tx, "customers", [a_customer(id=person, version=2, **{"contacts": (MARIA,)} | change)])
    async with desk.sending():
        assert await desk.settled() == [("skipped", reason)]
    assert desk.mail.arrived == []
    assert [told["state"] for told in await desk.published()] == ["skipped"]


WEST = Region(id=uuid4(), name="West")
JO = a_contact(name="Jo", primary=False)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"region_id": uuid4()}, Reason.NO_LONGER_SELECTED),
        ({"region_id": None}, Reason.NO_LONGER_SELECTED),
        ({"kind": CustomerKind.COMMERCIAL}, Reason.NO_LONGER_SELECTED),
        ({"send_client_notifications": False}, Reason.CLIENT_NOTIFICATIONS_OFF),
        ({"head_office": True}, Reason.HEAD_OFFICE),  # S3.18
        ({"contacts": (MARIA.model_copy(update={"primary": False}), JO)}, Reason.ADDRESS_REMOVED),
        ({}, None),
    ],
)
async def test_a_customer_who_left_the_rules_region_or_kind_is_not_told(  # S3.13
    desk: Desk, change: dict[str, object], reason: Reason | None
) -> None:
    kinds = frozenset({CustomerKind.RESIDENTIAL})
    regional = a_rule(Trigger.JOB_CREATED, region_id=WEST.id, customer_kinds=kinds)
    async with desk.db.worker() as tx:
        await copies.put(tx, "companies", [a_company(version=2, regions=(WEST,))])
        await rules.add(tx, [regional])
    person = a_customer(id=uuid4(), region_id=WEST.id, contacts=(MARIA,))
    await desk.queue(customer=person, data=an_event(events.JobCreated))
    async with desk.db.worker() as tx:
        await copies.put(tx, "customers", [person.model_copy(update={"version": 2} | change)])
    async with desk.sending():
        await desk.settled()
    [row] = await desk.fetch("select state, reason from delivery where rule_id = $1", regional.id)
    assert (row["state"], row["reason"]) == (("skipped", reason) if reason else ("sent", None))
    assert len(desk.mail.arrived) == (0 if reason else 1)


@pytest.mark.survives(59)
async def test_an_address_blocked_after_planning_is_not_written_to(desk: Desk) -> None:  #'s shape, G4
    await desk.queue()
    [row] = await desk.fetch("select company_id, channel from delivery")
    async with desk.db.worker() as tx:
        hashed = desk.keys.address(COMPANY, row["channel"], "maria@example.com")
        await tx.execute(
            "insert into block (company_id, channel, address_hash, cause) values ($1, 'email', $2, 'bounced')",
            COMPANY,
            hashed,
        )
    async with desk.sending():
        assert await desk.settled() == [("skipped", Reason.BLOCKED)]


async def test_two_spellings_of_one_mailbox_get_one_message_and_two_mailboxes_two(desk: Desk) -> None:  # G8
    typed = ("a@bücher.example", "a@xn--bcher-kva.example", "x@straße.example", "x@strasse.example")
    await desk.queue(customer=a_customer(id=uuid4(), contacts=(a_contact(emails=tuple(map(an_email, typed))),)))
    async with desk.sending():
        await desk.settled()
    written = sorted(envelope.rcpt_tos[0] for envelope in desk.mail.arrived)
    assert written == ["a@xn--bcher-kva.example", "x@strasse.example", "x@xn--strae-oqa.example"]


async def test_an_address_blocked_in_one_spelling_is_blocked_in_all(desk: Desk) -> None:  # G4
    desk.mail.will("RCPT", says("550 5.1.1 no such user"))
    async with desk.sending():
        await desk.queue("a@bücher.example")
        await desk.settled()
        await desk.queue("A@xn--bcher-kva.example")
        assert (await desk.settled())[-1] == ("skipped", Reason.BLOCKED)


@pytest.mark.parametrize(
    "now", [{"status": a_status("scheduled")}, {"cancelled_at": NOW}, {"status_set_at": NOW}], ids=" ".join
)
async def test_a_status_that_moved_on_is_not_told(desk: Desk, now: Any) -> None:  # D9, G7
    await desk.queue()
    [row] = await desk.fetch("select job_id, customer_id from delivery")
    async with desk.db.worker() as tx:
        moved = a_job(**{"id": row["job_id"], "customer_id": row["customer_id"], "version": 2} | now)
        await copies.put(tx, "jobs", [moved])
    async with desk.sending():
        assert await desk.settled() == [("skipped", Reason.STATUS_MOVED_ON)]


async def test_a_work_order_that_was_opened_again_is_not_told_as_closed(desk: Desk) -> None:  # D9, G7
    await desk.queue(data=an_event(events.WOClosed, job=a_job(closed_at=NOW)))
    [row] = await desk.fetch("select job_id, customer_id from delivery")
    async with desk.db.worker() as tx:
        opened = a_job(id=row["job_id"], customer_id=row["customer_id"], version=2, closed_at=None)
        await copies.put(tx, "jobs", [opened])
    async with desk.sending():
        assert await desk.settled() == [("skipped", Reason.STATUS_MOVED_ON)]


async def test_what_expired_while_it_waited_is_not_sent(desk: Desk) -> None:  # D13
    await desk.queue()
    await desk.fetch("update delivery set expires_at = now() - interval '1 s'")
    async with desk.sending():
        assert await desk.settled() == [("expired", Reason.EXPIRED)]
    assert desk.mail.arrived == []


async def test_a_message_refused_for_now_until_it_expires_is_given_up(desk: Desk) -> None:
    async def busy(_: object) -> str:
        return "451 4.3.2 busy"

    desk.how["retry_seconds"] = 0.2
    desk.mail.will("MAIL", *[busy] * 100)
    await desk.queue()
    await desk.fetch("update delivery set expires_at = now() + $1::interval", timedelta(seconds=1))
    async with desk.sending():
        assert await desk.settled() == [("expired", Reason.GAVE_UP)]
    [row] = await desk.fetch("select detail, attempts from delivery")
    assert row["detail"] == "busy"
    assert row["attempts"] >= 2


async def test_urgent_messages_overtake_bulk(desk: Desk) -> None:  # design, decision 11
    desk.how["connections"] = 1
    await desk.queue(*(f"bulk{n}@example.com" for n in range(100)), "urgent@example.com")
    await desk.fetch("update queue set lane = 2")
    await desk.fetch("update delivery set lane = 'bulk'")
    await desk.fetch("update delivery set lane = 'urgent' where masked_address like 'u%'")
    await desk.fetch("update queue set lane = 0 where id = (select id from delivery where lane = 'urgent')")
    async with desk.sending():
        await desk.settled()
    order = [envelope.rcpt_tos[0] for envelope in desk.mail.arrived]
    assert order.index("urgent@example.com") < 50  # what goes while it is made ready, goes before it


async def test_while_a_batch_is_asked_about_what_is_more_urgent_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[object] = []

    def sift(dues: Sequence[Any], *_: object) -> tuple[list[Any], list[Any], list[Any]]:
        happened.append(len(dues))
        return [*dues], [], []

    async def urgent() -> None:
        while True:
            happened.append("urgent")
            await asyncio.sleep(0)

    monkeypatch.setattr(intake, "sift", sift)
    other = asyncio.create_task(urgent())
    dues: Any = range(2 * intake.AT_ONCE + 1)
    assert await intake._sifted(dues, None, NOW) == ([*dues], [], [])  # type: ignore[arg-type]
    other.cancel()
    assert happened[:6] == [intake.AT_ONCE, "urgent", intake.AT_ONCE, "urgent", 1, "urgent"]
