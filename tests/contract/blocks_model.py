"""What should be true of blocks and consent after what was said, told in the requirements' words."""

from collections import Counter
from dataclasses import dataclass, field

from contracts.deliveries import Category, Channel, Reason
from contracts.inbound import Cause, Scope
from contracts.profiles import Consent

COMPANIES, CUSTOMERS = (1, 2), (0, 1, 2)
COMPANY_OF = (1, 1, 2)
"""Whose customers: they have the same phone and email address, and two of them the same company."""

Key = tuple[int, Channel, Scope, Cause]


@dataclass
class Expected:
    """The registry, and the consent of each customer's phone."""

    blocks: dict[Key, int | None] = field(default_factory=dict)
    """And the customer who is known to have wished it."""
    ending: set[Key] = field(default_factory=set)
    """Blocks that end by themselves."""
    consent: list[Consent] = field(default_factory=lambda: [Consent.NONE] * 3)
    before_stop: list[Consent] = field(default_factory=lambda: [Consent.NONE] * 3)
    written: Counter[int] = field(default_factory=Counter)
    """How often something was written into a customer's ledger."""
    told: list[tuple[Key, bool]] = field(default_factory=list)
    """The changes of this step: which block, and whether it was lifted."""
    confirmed: int = 0
    """The answers to YES and NO of this step."""

    def block(self, key: Key, by: int | None = None, *, ends: bool = False) -> bool:
        """Whether that is new."""
        if key in self.blocks:
            return False
        self.blocks[key] = by
        self.ending |= {key} if ends else set()
        self._tell(key, by, lifted=False)
        return True

    def lift(self, key: Key, by: int | None = None) -> None:
        known = self.blocks.pop(key)
        self.ending.discard(key)
        self._tell(key, known if by is None else by, lifted=True)

    def _tell(self, key: Key, by: int | None, *, lifted: bool) -> None:
        self.told.append((key, lifted))
        if by is not None:
            self.written[by] += 1

    def hear(self, company: int, answers: dict[Consent, Consent]) -> bool:
        """What a text makes of the consent of its phones; whether of any."""
        changed = [n for n in CUSTOMERS if COMPANY_OF[n] == company and self.consent[n] in answers]
        for n in changed:
            self.become(n, answers[self.consent[n]])
        return bool(changed)

    def become(self, n: int, consent: Consent) -> None:
        if consent is not Consent.REVOKED:
            self.before_stop[n] = consent
        self.consent[n] = consent
        self.written[n] += 1

    def stop(self, company: int) -> bool:
        """Whether that is news."""
        self.hear(company, dict.fromkeys(set(Consent) - {Consent.REVOKED}, Consent.REVOKED))
        return self.block(stop_of(company))

    def reason(self, n: int, category: Category, channel: Channel) -> Reason | None:
        """What the planner should say."""
        scopes = (Scope.EVERYTHING, Scope.REMINDERS)[: 1 + (category is Category.SERVICE_REMINDER)]
        place = (COMPANY_OF[n], channel)
        causes = {cause for *at, scope, cause in self.blocks if tuple(at) == place and scope in scopes}
        if Cause.OPTED_OUT in causes:
            return Reason.OPTED_OUT
        if causes:
            return Reason.UNSUBSCRIBED if Cause.UNSUBSCRIBED in causes else Reason.BLOCKED
        refused = channel is Channel.SMS and self.consent[n] is not Consent.GRANTED
        return Reason.NO_SMS_CONSENT if refused else None


def stop_of(company: int) -> Key:
    return company, Channel.SMS, Scope.EVERYTHING, Cause.OPTED_OUT
