"""What waited to go once more, and didn't: its first try may have arrived, so it is unknown, and not unsent (D14)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contracts.deliveries import Category, Channel
from contracts.jobs import Role
from notifier_svc.send.reconciling import LOOKS
from notifier_svc.store import rules
from notifier_svc.tests.desk import Desk
from notifier_svc.tests.factories import COMPANY, email_rules
from notifier_svc.tests.mailhost import hangs_up, says
from notifier_svc.tests.office import Office
from notifier_svc.tests.test_reconciling import UNKNOWN, chooses, doubts, has, has_arrived, look, lost_text

SKIPPED = "update rule set active = false", "Not sent: this notification is switched off in the settings."
EXPIRED = (
    "update delivery set expires_at = now()",
    "Not sent: it could not be sent in time, and the news is stale by now.",
)


async def goes_once_more(desk: Desk) -> UUID:
    """An email that may have arrived, and waits for its second try."""
    await chooses(desk, Category.STATUS)
    desk.mail.will("ACCEPTED", hangs_up)
    await desk.queue()
    async with desk.sending():
        assert await desk.settled() == UNKNOWN
    assert await look(desk) == 1
    assert await desk.log() == [("queued", None)]
    [row] = await desk.fetch("select id from delivery")
    id: UUID = row["id"]
    return id


async def tries(desk: Desk) -> list[str]:
    return [row["outcome"] for row in await desk.fetch("select outcome from attempt order by n")]


@pytest.mark.parametrize(("meanwhile", "why"), [SKIPPED, EXPIRED])
@pytest.mark.survives(34)
async def test_what_may_not_go_once_more_stays_unknown_and_says_why(desk: Desk, meanwhile: str, why: str) -> None:
    await goes_once_more(desk)
    await desk.fetch(meanwhile)
    async with desk.sending():
        assert await desk.settled() == UNKNOWN
    [row] = await desk.fetch("select detail from delivery")
    assert row["detail"] == f"It was to go once more. {why}"
    assert [told["state"] for told in await desk.published()] == ["unknown", "queued", "unknown"]
    assert (await tries(desk), await doubts(desk), len(desk.mail.arrived)) == (["unknown"], [], 1)


async def test_what_is_put_off_until_it_is_too_late_stays_unknown(desk: Desk) -> None:
    await goes_once_more(desk)
    desk.how["retry_seconds"] = 3600
    await desk.fetch("update delivery set expires_at = now() + interval '10 minutes'")
    desk.mail.will("RCPT", says("450 4.2.1 busy"))
    async with desk.sending():
        assert await desk.settled() == UNKNOWN
    assert await tries(desk) == ["unknown", "expired"]
    assert await doubts(desk) == []  # of a try that did not get there nothing is in doubt


async def test_what_is_refused_the_second_time_has_failed(desk: Desk) -> None:
    await goes_once_more(desk)
    desk.mail.will("RCPT", says("554 5.7.1 no"))
    async with desk.sending():
        assert [state for state, _ in await desk.settled()] == ["failed"]


async def test_what_the_office_stops_before_it_goes_once_more_stays_unknown(office: Office) -> None:
    async with office.desk.db.worker() as tx:
        await rules.add(tx, email_rules())
    path = f"/v1/deliveries/{await goes_once_more(office.desk)}/cancel"
    first, again = [await office.post(path, None, Role.DISPATCHER, name="Priya Nair") for _ in range(2)]
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["reason"]) == UNKNOWN[0]
    assert [told["state"] for told in await office.desk.published()] == ["unknown", "queued", "unknown"]
    headers = office.issuer.headers(Role.DISPATCHER, COMPANY)
    seen = (await office.client.get(path.removesuffix("/cancel"), headers=headers)).json()
    assert [(step["kind"], step["who"]) for step in seen["timeline"] if step["who"]] == [("cancelled", "Priya Nair")]
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    many = {"states": ["expired", "unknown"], "since": since}
    answer = await office.post("/v1/resends", many)
    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, "may-be-there"), answer.text


async def test_a_late_receipt_counts_though_it_went_no_more(phone: Desk) -> None:
    await lost_text(phone)
    has(phone)
    for _ in range(LOOKS):
        await look(phone)
    await phone.fetch("update rule set active = false where channel = $1", Channel.SMS)
    async with phone.sending():
        assert await phone.settled() == UNKNOWN
    await has_arrived(phone)
    assert await phone.log() == [("delivered", None)]
    assert [row["units"] for row in await phone.fetch("select units from usage")] == [1]  # and is billed
