"""Log and mailbox are compared both ways."""

import pytest

from deploy.demo.mailbox import Mail, differences, strangers
from deploy.demo.tests.factories import a_delivery, a_mail, not_sent


def test_what_was_sent_and_nothing_else_arrived() -> None:
    sent, skipped = a_delivery(), not_sent("off.")
    assert differences([sent, skipped], [a_mail(sent)], ["ben@example.net"]) == []


def test_a_lost_email_is_found() -> None:
    lost = a_delivery()
    assert differences([lost], [], []) == [f"Called sent by the log, and not in the mailbox: {lost.id}"]


def test_a_second_copy_is_found() -> None:  # G8
    twice = a_delivery()
    assert differences([twice], [a_mail(twice), a_mail(twice)], []) == [f"In the mailbox more than once: {twice.id}"]


def test_an_email_that_should_not_have_left_is_found() -> None:
    skipped = not_sent("off.")
    [finding] = differences([skipped], [a_mail(skipped)], [])
    assert finding == f"In the mailbox, though the log says not sent: {skipped.id}"


@pytest.mark.parametrize("copies", [0, 1])
def test_an_email_of_unknown_outcome_may_have_arrived_or_not(copies: int) -> None:  # D14
    unknown = a_delivery(state="unknown")
    assert differences([unknown], [a_mail(unknown)] * copies, []) == []


def test_another_sites_recipient_must_get_nothing() -> None:  # S2.2
    sent = a_delivery()
    [finding] = differences([sent], [a_mail(sent, "ben@example.net")], ["ben@example.net"])
    assert finding == "Written to, who must not hear of this: ben@example.net"


def test_mail_about_something_else_is_told_apart() -> None:
    ours, theirs = a_delivery(), Mail(message_id="<hello@elsewhere.example>", recipients=["maria.lee@example.com"])
    assert differences([ours], [a_mail(ours), theirs], []) == []
    assert strangers([ours], [a_mail(ours), theirs]) == [theirs]
