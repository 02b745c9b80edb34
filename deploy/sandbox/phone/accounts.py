"""The Twilio accounts of the demo companies: each with a token, a number and a Messaging Service of its own."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import uuid5

from deploy.sandbox.errors import CannotStart
from deploy.sandbox.identity.personas import BRIGHTWAY, COMPANIES, NORTHSIDE, Company
from deploy.sandbox.settings import PhoneSettings

NUMBERS = {NORTHSIDE.slug: "+17205550100", BRIGHTWAY.slug: "+12125550100"}


@dataclass(frozen=True, slots=True)
class Account:
    """What a company has at Twilio; sids and number are the same in every run."""

    company: Company
    number: str
    settings: PhoneSettings

    @property
    def sid(self) -> str:
        """The account's id, also the user name of the API."""
        return "AC" + uuid5(self.company.id, "twilio:account").hex

    @property
    def service_sid(self) -> str:
        """The Messaging Service that sends from the number."""
        return "MG" + uuid5(self.company.id, "twilio:messaging-service").hex

    @property
    def spare_service_sid(self) -> str:
        """A second Messaging Service of the same number, for a company that is not of the demo."""
        return "MG" + uuid5(self.company.id, "twilio:spare-messaging-service").hex

    @property
    def number_sid(self) -> str:
        """The number's id."""
        return "PN" + uuid5(self.company.id, "twilio:number").hex

    @property
    def token(self) -> str:
        """The API's password and the key of every signature."""
        return self.settings.token.get_secret_value()

    def accepts(self, user: str, password: str) -> bool:
        """Whether these are the account's own credentials."""
        return user == self.sid and hmac.compare_digest(password.encode(), self.token.encode())


class Accounts:
    """All accounts, found by sid or number."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self.all = tuple(accounts)
        self._by_sid = {account.sid: account for account in self.all}
        self._by_number = {account.number: account for account in self.all}

    def __getitem__(self, sid: str) -> Account:
        """The account of this sid. Raises KeyError."""
        return self._by_sid[sid]

    def find(self, sid: str) -> Account | None:
        """The account of this sid, if there is one."""
        return self._by_sid.get(sid)

    def owner(self, number: str) -> Account | None:
        """Whose number this is."""
        return self._by_number.get(number)


def accounts_of(settings: Mapping[str, PhoneSettings]) -> Accounts:
    """One account for each demo company; a company without settings gets the defaults. Raises CannotStart."""
    if strangers := settings.keys() - NUMBERS.keys():
        raise CannotStart(f"SANDBOX_PHONES knows {', '.join(NUMBERS)}; not {', '.join(sorted(strangers))}.")
    return Accounts(Account(c, NUMBERS[c.slug], settings.get(c.slug, PhoneSettings())) for c in COMPANIES)
