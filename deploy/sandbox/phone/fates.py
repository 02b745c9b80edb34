"""Magic numbers: what becomes of a text or a call to them. Every other number takes both."""

from dataclasses import dataclass
from enum import StrEnum

from deploy.sandbox.phone.errors import REFUSALS


class Answer(StrEnum):
    """When the POST is answered, once the text or call is taken."""

    AT_ONCE = "the POST is answered at once"
    AS_503 = "the POST is answered with 503, though it was taken"
    NEVER = "the POST is never answered, though it was taken"
    LAST = "the POST is answered after the last callback"


class Callbacks(StrEnum):
    """How status callbacks arrive."""

    IN_ORDER = "in order"
    TWICE = "each twice"
    BACKWARDS = "last one first"


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens to what is sent to a number."""

    refusal: int | None = None
    text_refusal: int | None = None
    text_ends: str = "delivered"
    text_error: int | None = None
    call_ends: str = "completed"
    machine: bool = False
    """Whether a machine answers calls."""
    answer: Answer = Answer.AT_ONCE
    callbacks: Callbacks = Callbacks.IN_ORDER

    @property
    def words(self) -> str:
        """For the page."""
        if refusal := self.refusal or self.text_refusal:
            what = "texts are" if self.text_refusal else "texts and calls are"
            return f"{what} refused with {REFUSALS[refusal][0]}, code {refusal}"
        if self.text_error:
            return f"texts end {self.text_ends}, error {self.text_error}"
        if self.machine:
            return "calls are answered by a machine"
        if self.call_ends != "completed":
            return f"calls end {self.call_ends}"
        if self.callbacks is not Callbacks.IN_ORDER:
            return f"status callbacks come {self.callbacks}"
        return self.answer


def _undelivered(code: int) -> Fate:
    return Fate(text_ends="undelivered", text_error=code)


FATES = {
    "+15005550001": Fate(refusal=21211),
    "+15005550004": Fate(text_refusal=21610),
    "+15005550009": Fate(text_refusal=21614),
    "+15005550429": Fate(refusal=20429),
    "+15005550500": Fate(refusal=20500),
    "+15005550503": Fate(answer=Answer.AS_503),
    "+15005550408": Fate(answer=Answer.NEVER),
    "+15005550101": Fate(answer=Answer.LAST),
    "+15005550102": Fate(callbacks=Callbacks.TWICE),
    "+15005550103": Fate(callbacks=Callbacks.BACKWARDS),
    "+15005553001": Fate(text_ends="failed", text_error=30001),  # queue overflow
    "+15005553003": _undelivered(30003),  # unreachable handset
    "+15005553005": _undelivered(30005),  # unknown handset
    "+15005553006": _undelivered(30006),  # landline
    "+15005553007": _undelivered(30007),  # filtered by the carrier
    "+15005553034": _undelivered(30034),  # sender not registered
    "+15005550404": Fate(call_ends="failed"),
    "+15005550480": Fate(call_ends="no-answer"),
    "+15005550486": Fate(call_ends="busy"),
    "+15005550487": Fate(machine=True),
}
ORDINARY = Fate()


def fate_of(number: str) -> Fate:
    """What happens to what is sent to this number."""
    return FATES.get(number, ORDINARY)
