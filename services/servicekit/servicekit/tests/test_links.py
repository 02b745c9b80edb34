"""Signed links: they hold for years and over a change of keys, and nobody else can make or change one."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.inbound import Scope
from servicekit.links import BrokenLink, Invitation, Link, Links

OLD, NEW, OTHERS = ("k" * 31 + letter for letter in "abc")
LINKS = st.builds(
    Link,
    *(st.uuids(), st.uuids(), st.uuids()),
    *(st.binary(min_size=16, max_size=16), st.binary(min_size=8, max_size=8)),
    st.sampled_from(list(Scope)),
)
LINK = Link(UUID(int=1), UUID(int=2), UUID(int=3), bytes(range(16)), bytes(8), Scope.REMINDERS)


@given(LINKS)
def test_a_link_is_read_as_it_was_written(link: Link) -> None:
    token = Links([NEW]).token(link)
    assert Links([NEW]).read(token) == link
    assert len(token) == 120


def test_a_link_outlives_a_change_of_keys_but_not_the_loss_of_its_own() -> None:
    token = Links([OLD]).token(LINK)
    assert Links([NEW, OLD]).read(token) == LINK
    assert Links([NEW, OLD]).token(LINK) == Links([NEW]).token(LINK) != token
    with pytest.raises(BrokenLink):
        Links([NEW]).read(token)


@given(st.integers(0, 89), st.integers(1, 255))
def test_a_link_with_one_byte_changed_is_refused(place: int, by: int) -> None:
    raw = bytearray(urlsafe_b64decode(Links([NEW]).token(LINK)))
    raw[place] ^= by
    with pytest.raises(BrokenLink):
        Links([NEW]).read(urlsafe_b64encode(raw).decode())


@given(st.integers(0, 119), st.sampled_from("AQgwz09-_!= \n"), st.booleans())
@pytest.mark.survives(57)
def test_a_link_with_one_letter_changed_or_put_in_is_refused(place: int, letter: str, put_in: bool) -> None:
    token = Links([NEW]).token(LINK)
    changed = token[:place] + letter + token[place + (not put_in) :]
    if changed != token:
        with pytest.raises(BrokenLink):
            Links([NEW]).read(changed)


def test_a_link_knows_the_address_it_was_sent_to_also_after_a_change_of_keys() -> None:
    old, both = Links([OLD]), Links([NEW, OLD])
    link = Link(UUID(int=1), UUID(int=2), UUID(int=3), bytes(16), old.tag(UUID(int=1), "maria@example.com"))
    assert both.is_to(link, "maria@example.com")
    assert not both.is_to(link, "jo@example.com")
    assert not Links([NEW]).is_to(link, "maria@example.com")


@given(st.text(max_size=200))
def test_anything_else_is_refused_as_a_broken_link(token: str) -> None:
    with pytest.raises(BrokenLink):
        Links([NEW]).read(token)


def test_another_installations_link_is_refused() -> None:
    with pytest.raises(BrokenLink):
        Links([NEW]).read(Links([OTHERS]).token(LINK))


def test_an_invitation_is_read_as_such_and_as_nothing_else() -> None:
    links, invitation = Links([NEW]), Invitation(UUID(int=1), UUID(int=2))
    assert links.read_invitation(links.invitation_token(invitation)) == invitation
    with pytest.raises(BrokenLink):
        links.read(links.invitation_token(invitation))
    with pytest.raises(BrokenLink):
        links.read_invitation(links.token(LINK))


@pytest.mark.parametrize("keys", [[], ["short"], [NEW, "short"]])
def test_keys_that_could_be_guessed_are_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="32 characters"):
        Links(keys)
