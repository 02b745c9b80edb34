"""Compiled wordings, as far as there is room: each company has a fair share of it, and keeps what it used last."""

from collections import OrderedDict, defaultdict
from uuid import UUID

from template_svc.domain.rendering import Compiled

CHARACTERS = 6_000_000  # of source: 700 emails, or 40,000 texts; about 60 MB (10 bytes a character)


class Room:
    """Wordings by their digest: those that several companies have are kept once, for the one that had it made.

    Where there is no more room, who takes most of it gives up what it has not used for longest: a company with many
    templates takes none of the others'.
    """

    def __init__(self, characters: int = CHARACTERS) -> None:
        self._free = characters
        self._owners: dict[bytes, UUID] = {}
        self._kept: defaultdict[UUID, OrderedDict[bytes, tuple[Compiled, int]]] = defaultdict(OrderedDict)
        self._taken: defaultdict[UUID, int] = defaultdict(int)

    def get(self, digest: bytes) -> Compiled | None:
        """The wording, if it is here; it is used."""
        owner = self._owners.get(digest)
        if owner is None:
            return None
        self._kept[owner].move_to_end(digest)
        return self._kept[owner][digest][0]

    def put(self, digest: bytes, owner: UUID, compiled: Compiled, characters: int) -> None:
        """Keep the wording, and as much else as there is room for."""
        if digest in self._owners:
            return
        self._owners[digest] = owner
        self._kept[owner][digest] = compiled, characters
        self._take(owner, characters)
        while self._free < 0:
            self._give_up(max(self._taken, key=self._taken.__getitem__))

    def _give_up(self, owner: UUID) -> None:
        digest, (_, characters) = self._kept[owner].popitem(last=False)
        del self._owners[digest]
        self._take(owner, -characters)
        if not self._kept[owner]:
            del self._kept[owner], self._taken[owner]

    def _take(self, owner: UUID, characters: int) -> None:
        self._free -= characters
        self._taken[owner] += characters
