"""Links in emails by which their reader chooses what comes: each speaks for one person at one address."""

from contracts.customer_requests import InvitationRequested
from contracts.deliveries import Channel
from contracts.inbound import Scope
from notifier_svc.domain.context import INVITATION, PREFERENCES
from notifier_svc.domain.keys import Keys
from notifier_svc.domain.matrix import GROUPS
from notifier_svc.domain.model import Candidate
from notifier_svc.domain.recheck import Claimed, Due
from servicekit.links import Invitation, Link, Links

PATH = "/v1/unsubscribe"
"""The page without script, which mail programs post their one click to."""
ALL_CHOICES = "/preferences"
"""The page that footers lead to, at the same public address: the preference centre of services/office-ui."""


class ReaderLinks:
    """The links of one message: below the public URL of this service, or to where invitations are taken up."""

    def __init__(self, public_url: str, invitation_url: str, links: Links, keys: Keys) -> None:
        self._public_url = public_url.rstrip("/")
        self._invitations = f"{invitation_url.rstrip('/')}/"
        self._links = links
        self._keys = keys

    def unsubscribe(self, due: Claimed, to: Candidate) -> str | None:
        """Stops messages like this one; none where there is no group to stop, as with receipts (RFC 8058)."""
        scope = GROUPS.get(due.category)
        return self._url(PATH, due, to, scope) if scope else None

    def own(self, due: Due, to: Candidate) -> dict[str, str]:
        """The reader's own links, by what stands for them in words that the log keeps."""
        links = {PREFERENCES: self._url(ALL_CHOICES, due, to, Scope.EVERYTHING)}
        request = due.occurrence.data
        if isinstance(request, InvitationRequested):
            token = self._links.invitation_token(Invitation(due.company_id, request.invitation_id))
            links[INVITATION] = self._invitations + token
        return links

    def _url(self, path: str, due: Claimed, to: Candidate, scope: Scope) -> str:
        company_id = due.company_id
        marks = (self._keys.address(company_id, Channel.EMAIL, to.key), self._links.tag(company_id, to.key))
        token = self._links.token(Link(company_id, due.customer_id, to.person_id, *marks, scope))
        return f"{self._public_url}{path}/{token}"
