"""What a newer release stored and this one can't read stops no neighbour and waits for nobody."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from contracts.deliveries import Lane, Reason
from notifier_svc.domain.reasons import SENTENCES
from notifier_svc.store import sending as store
from notifier_svc.tests.desk import Desk

UNREADABLE = [
    "update snapshot set data = data - 'name' where kind = 'customers' and id = (select customer_id {of})",
    "update snapshot set data = '[]' where kind = 'customers' and id = (select customer_id {of})",
    "update snapshot set version = 2, data = '[]' where kind = 'jobs' and id = (select job_id {of})",
    "update snapshot set version = 2, data = data - 'status' where kind = 'jobs' and id = (select job_id {of})",
    "update snapshot set version = 2, data = data - 'told_by' || '{{\"whole\": []}}' where id = (select job_id {of})",
    "update occurrence set data = data - 'job' where id = (select occurrence_id {of})",
    "update occurrence set type = 'FullMoon' where id = (select occurrence_id {of})",
    "update occurrence set type = 'CustomerProfile' where id = (select occurrence_id {of})",
]


@pytest.mark.parametrize("change", UNREADABLE)
@pytest.mark.survives(63)
async def test_a_message_whose_data_cannot_be_read_fails_visibly_and_the_others_go(
    desk: Desk, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.queue("odd@example.com", "maria@example.com")
    await desk.fetch(change.format(of="from delivery where masked_address like 'o%'"))
    with caplog.at_level(logging.INFO):
        async with desk.sending():
            assert sorted(await desk.settled()) == [("failed", Reason.UNREADABLE), ("sent", None)]
    assert len(desk.mail.arrived) == 1
    told = {row["masked_address"][0]: (row["state"], row["reason"]) for row in await desk.published()}
    assert told == {"o": ("failed", Reason.UNREADABLE), "m": ("sent", None)}
    assert "can't be read" in caplog.text
    assert "odd@example.com" not in caplog.text  # fault 63


async def test_a_company_that_cannot_be_read_does_not_stop_the_sender(desk: Desk) -> None:
    await desk.queue()
    await desk.fetch("update snapshot set data = data - 'zone' where kind = 'companies'")
    async with desk.sending():
        assert await desk.settled() == [("failed", Reason.UNREADABLE)]


async def test_a_rule_that_cannot_be_read_does_not_stop_the_sender(desk: Desk) -> None:
    await desk.queue()
    await desk.fetch("update rule set trigger = 'full_moon' where id = (select rule_id from delivery)")
    async with desk.sending():
        assert await desk.settled() == [("failed", Reason.UNREADABLE)]


async def test_the_sweep_settles_what_cannot_be_read(desk: Desk) -> None:
    await desk.queue()
    await desk.fetch("update occurrence set type = 'FullMoon'")
    async with desk.db.worker() as tx:
        claim = await store.claim_emails(tx, tuple(Lane), 100, timedelta())
        assert (len(claim.dues), len(claim.unreadable)) == (0, 1)
    async with desk.db.worker() as tx:
        assert await store.sweep(tx, (), 100, datetime.now(UTC)) == []
    assert [row["leased"] for row in await desk.fetch("select leased from queue")] == [False]


def test_the_office_is_told_whom_to_ask() -> None:
    assert "Tell your administrator." in SENTENCES[Reason.UNREADABLE]
