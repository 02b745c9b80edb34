"""The tag catalogue is RenderContext, no more and no less."""

import pytest

from contracts.deliveries import Channel
from contracts.triggers import Trigger
from template_svc.domain.samples import DESCRIPTIONS
from template_svc.domain.tags import catalogue
from template_svc.tests.factories import a_text, an_email, rendered


def test_every_tag_has_a_meaning_and_an_example() -> None:  # S1.2
    every = [*catalogue(), *(item for tag in catalogue() for item in tag.items)]
    assert {tag.path for tag in every} == set(DESCRIPTIONS)
    assert all(tag.example for tag in every)


def test_a_tag_of_a_part_that_may_be_absent_is_optional() -> None:
    optional = {tag.path: tag.optional for tag in catalogue()}
    assert optional["job.number"]
    assert optional["visit.technician"]
    assert optional["company.phone"]
    assert not optional["company.name"]
    assert not optional["recipient.first_name"]


def test_a_tag_says_for_which_triggers_it_is_available_and_an_item_as_its_list_does() -> None:
    tags = {tag.path: tag for tag in catalogue()}
    assert tags["payment.amount"].triggers == (Trigger.PAYMENT_RECEIVED,)
    assert tags["company.name"].triggers == tuple(Trigger)
    assert Trigger.REQUEST_RECEIVED not in tags["job.lines"].triggers
    assert {item.triggers for item in tags["job.lines"].items} == {tags["job.lines"].triggers}


def test_a_tag_says_by_which_channels_it_is_available() -> None:
    tags = {tag.path: tag for tag in catalogue()}
    assert tags["links.preferences"].channels == (Channel.EMAIL,)
    assert tags["job.number"].channels == tuple(Channel)


@pytest.mark.proves("S1.2", "S1.3")
def test_every_tag_of_the_catalogue_fills_in() -> None:
    for tag in catalogue():
        if not tag.items:
            assert f"<{tag.example}>" in rendered(an_email(text=f"<{{{{ {tag.path} }}}}>")).text


def test_every_tag_of_a_list_item_fills_in() -> None:  # S1.3
    (lines,) = (tag for tag in catalogue() if tag.items)
    for item in lines.items:
        assert item.example in rendered(a_text(f"{lines.example}{{{{ {item.path} }}}};{{% endfor %}}")).text
