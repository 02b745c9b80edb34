"""What is looked for in the log: words, and pieces of addresses."""

import re
from dataclasses import dataclass

FEWEST_DIGITS = 4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody typed."""

    text: str

    @property
    def words(self) -> str | None:
        """Beginnings of words, all of them, as PostgreSQL's `to_tsquery` takes it."""
        return " & ".join(f"{word}:*" for word in _WORD.findall(self.text)) or None

    @property
    def pattern(self) -> str:
        """A piece of an address, as LIKE takes it."""
        return _pattern(self.text.strip().lower())

    @property
    def digits(self) -> str | None:
        """What in it may be of a phone number; a few digits are none."""
        found = "".join(sign for sign in self.text if sign in "0123456789")
        return _pattern(found) if len(found) >= FEWEST_DIGITS else None


def _pattern(text: str) -> str:
    for sign in "\\%_":
        text = text.replace(sign, "\\" + sign)
    return f"%{text}%"
