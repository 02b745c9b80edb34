"""The status catalogue: what a company starts with and how it may change it."""

from uuid import uuid4

import pytest
from pydantic import ValidationError

from contracts.jobs import JobKind
from contracts.model import starter_id
from contracts.profiles import StatusEntry
from status_svc.domain import catalogue
from status_svc.domain.catalogue import (
    CatalogueFull,
    NameTaken,
    NoClosingStatus,
    OrderOutOfDate,
    StartsWork,
    StatusDraft,
    StatusEdit,
)
from status_svc.tests.factories import COMPANY, DONE, ON_THE_WAY, SCHEDULED

STARTERS = catalogue.starters(COMPANY.id)


def added(name: str, existing: list[StatusEntry] = STARTERS) -> StatusEntry:
    return catalogue.add(existing, StatusDraft(name=name, colour="#AABBCC"), id=uuid4(), company_id=COMPANY.id)


def test_starters_have_ids_that_every_service_can_name() -> None:
    slugs = ("estimate", "scheduled", "on-the-way", "in-progress", "waiting-for-parts", "done")
    assert [entry.id for entry in STARTERS] == [starter_id(COMPANY.id, "status", slug) for slug in slugs]
    assert [entry.name for entry in STARTERS if entry.closes] == ["Done"]


def test_work_starts_in_statuses_of_the_starter_set() -> None:
    assert {catalogue.start_of(COMPANY.id, kind) for kind in JobKind} <= {entry.id for entry in STARTERS}


def test_a_custom_status_comes_last() -> None:  # S1.6
    entry = added("Quality check")
    assert (entry.position, entry.version, entry.colour) == (6, 1, "#aabbcc")


def test_two_statuses_in_use_do_not_share_a_name() -> None:
    with pytest.raises(NameTaken):
        added("on THE way")
    with pytest.raises(NameTaken):
        catalogue.edit(STARTERS, ON_THE_WAY, StatusEdit(name="Done"))


def test_a_retired_name_is_free_again() -> None:
    retired = catalogue.edit(STARTERS, ON_THE_WAY, StatusEdit(active=False))
    assert added("On the way", [retired]).active


def test_an_edit_raises_the_version_and_keeps_the_rest() -> None:
    after = catalogue.edit(STARTERS, DONE, StatusEdit(hold_seconds=60))  # G7
    assert after == DONE.model_copy(update={"hold_seconds": 60, "version": 2})


def test_an_edit_that_changes_nothing_is_no_new_version() -> None:
    assert catalogue.edit(STARTERS, DONE, StatusEdit(name="Done", closes=True)) is DONE


@pytest.mark.parametrize("edit", [StatusEdit(active=False), StatusEdit(closes=True)])
def test_the_status_new_work_starts_in_stays_open_and_in_use(edit: StatusEdit) -> None:
    with pytest.raises(StartsWork):
        catalogue.edit(STARTERS, SCHEDULED, edit)


def test_reordering_moves_only_those_whose_place_changes() -> None:
    ids = [entry.id for entry in STARTERS]
    moved = catalogue.reorder(STARTERS, [ids[1], ids[0], *ids[2:]])
    assert [(entry.name, entry.position, entry.version) for entry in moved] == [("Scheduled", 0, 2), ("Estimate", 1, 2)]


def test_an_order_that_misses_or_repeats_a_status_is_out_of_date() -> None:
    ids = [entry.id for entry in STARTERS]
    for wrong in (ids[1:], [*ids[1:], ids[1]], [*ids, uuid4()]):
        with pytest.raises(OrderOutOfDate):
            catalogue.reorder(STARTERS, wrong)


def test_closing_uses_the_first_closing_status_in_use() -> None:
    first = added("Paid on site").model_copy(update={"closes": True, "position": 0})
    assert catalogue.closing_status([*STARTERS, first]) is first
    with pytest.raises(NoClosingStatus):
        catalogue.closing_status([SCHEDULED])
    with pytest.raises(NoClosingStatus):
        catalogue.check_closes(SCHEDULED)


def test_a_catalogue_has_an_end() -> None:
    with pytest.raises(CatalogueFull):
        added("One more", [SCHEDULED] * 100)


@pytest.mark.parametrize("bad", [{"colour": "red"}, {"hold_seconds": -1}, {"name": " "}, {"hold_seconds": 86_401}])
def test_a_status_is_well_formed(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        StatusDraft.model_validate({"name": "Quality check", "colour": "#aabbcc"} | bad)
