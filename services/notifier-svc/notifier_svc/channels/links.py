"""Links in emails by which their reader chooses what comes: each speaks for one person at one address."""

from contracts.deliveries import Channel
from contracts.inbound import Scope
from notifier_svc.domain.context import PREFERENCES
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.matrix import GROUPS
from notifier_svc.domain.model import Candidate
from notifier_svc.domain.recheck import Claimed
from servicekit.links import Link, Links

PATH = "/v1/unsubscribe"


class ReaderLinks:
    """The links of one message, below the public URL of this service."""

    def __init__(self, public_url: str, links: Links, keys: Keys) -> None:
        self._base = f"{public_url.rstrip('/')}{PATH}/"
        self._links = links
        self._keys = keys

    def unsubscribe(self, due: Claimed, to: Candidate) -> str | None:
        """Stops messages like this one; none where there is no group to stop, as with receipts (RFC 8058)."""
        scope = GROUPS.get(due.category)
        return self._url(due, to, scope) if scope else None

    def put_in(self, words: str, due: Claimed, to: Candidate) -> str:
        """The words with the reader's own link to their preferences, which the log does not keep."""
        return words.replace(PREFERENCES, self._url(due, to, Scope.EVERYTHING)) if PREFERENCES in words else words

    def _url(self, due: Claimed, to: Candidate, scope: Scope) -> str:
        hashed = self._keys.address(due.company_id, Channel.EMAIL, to.key)
        return self._base + self._links.token(Link(due.company_id, due.customer_id, to.person_id, hashed, scope))
