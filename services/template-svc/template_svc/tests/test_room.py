"""Room for compiled wordings is shared out fairly."""

from uuid import UUID

from contracts.deliveries import Channel
from template_svc.domain.drafts import Version
from template_svc.domain.rendering import compile_version
from template_svc.room import Room

BIG, SMALL, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
WORDING = compile_version(Version(Channel.SMS, "", "", "Hello"))


def here(room: Room, *names: str) -> list[str]:
    return [name for name in names if room.get(name.encode()) is not None]


def put(room: Room, owner: UUID, *names: str, characters: int = 10) -> None:
    for name in names:
        room.put(name.encode(), owner, WORDING, characters)


def test_who_takes_most_gives_up_first() -> None:
    room = Room(40)
    put(room, SMALL, "small")
    put(room, BIG, *(many := [f"big {n}" for n in range(50)]))
    assert here(room, "small", *many) == ["small", *many[-3:]]
    put(room, OTHER, "other")
    assert here(room, "small", "other", *many) == ["small", "other", *many[-2:]]


def test_it_gives_up_what_it_has_not_used_for_longest() -> None:
    room = Room(30)
    put(room, BIG, "a", "b", "c")
    assert here(room, "a") == ["a"]
    put(room, BIG, "d")
    assert here(room, "a", "b", "c", "d") == ["a", "c", "d"]


def test_what_is_larger_than_all_the_room_is_not_kept_and_neither_is_it_counted() -> None:
    room = Room(30)
    put(room, BIG, "huge", characters=31)
    put(room, SMALL, "a", "b", "c")
    assert here(room, "huge", "a", "b", "c") == ["a", "b", "c"]


def test_a_wording_of_several_companies_is_kept_once() -> None:
    room = Room(20)
    put(room, BIG, "shared")
    put(room, SMALL, "shared", "own")
    assert here(room, "shared", "own") == ["shared", "own"]
