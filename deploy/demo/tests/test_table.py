"""The table stays readable on 80 columns, and says why not."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from contracts.deliveries import DeliveryState
from deploy.demo.log import Delivery
from deploy.demo.table import cells, count, log_table, reached, screen
from deploy.demo.tests.factories import a_delivery, not_sent

LONG = "a more specific notification told the same news to this address."


def printed(*deliveries: Delivery, width: int = 80) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(log_table("Job 1042: Water heater", deliveries, "America/Denver"))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_a_row_says_when_who_channel_what_and_state() -> None:  # G1
    assert [str(cell) for cell in cells(a_delivery(), "America/Denver")] == [
        "10:02:05",
        "Maria Lee",
        "email",
        "On the way",
        "sent",
        "",
    ]


def test_a_row_says_why_not_without_repeating_the_state() -> None:  # G1
    *_, state, why = cells(not_sent("this notification is off.", recipient_name=None), "America/Denver")
    assert (str(state), str(why)) == ("not sent", "This notification is off")


def test_where_there_is_no_sentence_the_detail_is_shown() -> None:
    *_, why = cells(a_delivery(state="failed", detail="Nothing known"), "America/Denver")
    assert str(why) == "Nothing known"


@pytest.mark.parametrize("state", DeliveryState)
def test_every_state_has_a_word(state: DeliveryState) -> None:
    assert str(cells(a_delivery(state=state), "America/Denver")[4])


def test_the_table_fits_80_columns_with_nothing_cut_off() -> None:
    lines = printed(not_sent(LONG, rule_name="Work order closed", recipient_name="Bartholomew Fotheringay"))
    words = " ".join(lines).split()
    assert max(map(len, lines)) <= 80
    assert "…" not in "".join(lines)
    assert {"10:02:05", "email", "not", "sent", "Fotheringay", "closed", "specific", "address"} <= set(words)


def test_a_row_says_when_it_was_decided_so_that_times_never_go_backwards() -> None:
    late = a_delivery(updated_at=datetime(2026, 5, 12, 16, 9, 0, tzinfo=UTC))
    assert str(cells(late, "America/Denver")[0]) == "10:02:05"


def test_in_a_file_the_reasons_have_room() -> None:
    assert screen().width >= 100  # no terminal here
    assert any(LONG[2:35] in line for line in printed(not_sent(LONG), width=100))


def test_markup_in_a_name_is_shown_as_it_is() -> None:
    assert any("[bold]Max" in line for line in printed(a_delivery(recipient_name="[bold]Max")))


def test_deliveries_are_counted_in_the_words_of_the_table() -> None:
    rows = [not_sent("off."), a_delivery(), a_delivery(state="unknown"), a_delivery()]
    assert count(rows) == "2 sent, 1 not sent, 1 unknown"


def test_people_are_listed_with_what_they_were_sent() -> None:
    rows = [a_delivery(), not_sent("off.", recipient_name="Harold Jensen"), not_sent("off.", recipient_name=None)]
    assert reached([*rows, a_delivery()]) == "Maria Lee: 2, Harold Jensen: none"
