"""Signing in to the portal, from the password to the session. Hashing takes time: no transaction is open meanwhile."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.addresses import normalised_email
from contracts.customer_requests import Purpose
from contracts.profiles import CompanyProfile
from customer_svc.domain import portal as rules
from customer_svc.domain.changes import By, Change
from customer_svc.domain.portal import Account, Forgotten, InvitationUsed, SignIn, TooManyTries, WrongPassword
from customer_svc.passwords import Passwords
from customer_svc.store import changes, companies, customers
from customer_svc.store import portal as store
from customer_svc.tokens import PortalTokens
from servicekit import clock
from servicekit.db import Database, Tx
from servicekit.errors import NotFound, Unauthorized
from servicekit.links import Invitation, Links

INVITATION = "contacts.emails.portal"
"""In the change log: an account was offered, or confirmed."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in."""

    token: str
    """For the cookie."""
    access_token: str


@dataclass(frozen=True, slots=True)
class Invited:
    """Who may choose a password now."""

    company: CompanyProfile
    account: Account
    names: tuple[str, ...]
    """What a password must not be made of."""


class Portal:
    """Accounts, passwords and sessions."""

    def __init__(self, tokens: PortalTokens, links: Links) -> None:
        self.tokens = tokens
        self._links = links
        self._passwords = Passwords()

    async def sign_in(self, database: Database, wanted: SignIn) -> Session:
        """A session. Raises `WrongPassword`, `TooManyTries`, and to whom knows the password `AccountClosed`."""
        address = normalised_email(wanted.email)
        async with database.worker() as tx:
            company_id = await store.company_called(tx, wanted.company)
            hashed = self._links.tag(company_id, address)
            failures = await store.count_try(tx, company_id, hashed)
            if failures is None:
                raise TooManyTries(await store.locked_for(tx, company_id, hashed))
            if duration := rules.lock_after(failures):
                await store.lock(tx, company_id, hashed, duration)
            account = await store.account_with(tx, company_id, address)
        # Checked in any case: how long it takes tells nothing of whether there is such an account.
        right = await self._passwords.right(wanted.password, account.password_hash if account else None)
        if account is None or not right:
            raise WrongPassword
        async with database.worker() as tx:
            await store.forget_tries(tx, company_id, hashed)
            return await self._begin(tx, account)

    async def renew(self, database: Database, token: str) -> str:
        """Another access token. Raises `Unauthorized`, `AccountClosed`."""
        async with database.worker() as tx:
            account = await store.in_session(tx, token)
            if account is None or account.confirmed_at is None:
                raise Unauthorized("Please sign in again.")
            rules.check_open(await customers.get(tx, account.company_id, account.customer_id))
        return self.tokens.access(account, datetime.now(UTC))

    async def sign_out(self, database: Database, token: str) -> None:
        """End the session of this token."""
        async with database.worker() as tx:
            await store.end_session(tx, token)

    async def remind(self, database: Database, wanted: Forgotten) -> None:
        """Have a link sent to whoever has an account by this address; nothing tells whether somebody has."""
        now, address = clock.now(), normalised_email(wanted.email)
        async with database.worker() as tx:
            company_id = await store.company_called(tx, wanted.company)
            account = await store.account_to_remind(tx, company_id, address)
            if account is None:
                return
            customer = await customers.get(tx, company_id, account.customer_id)
            if customer.blocked or customer.archived:
                return
            purpose = Purpose.RESET if account.confirmed_at else Purpose.CONFIRM
            await store.invite(tx, customer, account.contact_id, account.email_id, address, purpose, now, asked=True)

    async def invited(self, tx: Tx, invitation: Invitation) -> Invited:
        """Whom an invitation is for. Raises `InvitationUsed`, `AccountClosed`."""
        account = await store.invited(tx, invitation.company_id, invitation.id)
        if account is None:
            raise InvitationUsed
        try:
            customer = await customers.get(tx, account.company_id, account.customer_id)
            rules.check_open(customer)
            company = await companies.get(tx, account.company_id)
        except NotFound:
            raise InvitationUsed from None
        contacts = tuple(contact.name for contact in customer.contacts)
        return Invited(company, account, (account.normalised, company.name, company.slug, *contacts))

    async def choose_password(self, database: Database, invitation: Invitation, password: str) -> Session:
        """Confirm the account, and sign in. Raises as `invited` does, and `Unprocessable`."""
        async with database.worker() as tx:
            invited = await self.invited(tx, invitation)
            rules.check_password(password, invited.names)
        hashed = await self._passwords.hash(password)
        async with database.worker() as tx:
            account = (await self.invited(tx, invitation)).account
            await store.confirm(tx, account, hashed)
            await store.forget_tries(tx, account.company_id, self._links.tag(account.company_id, account.normalised))
            customer = await customers.get(tx, account.company_id, account.customer_id)
            what = "confirmed" if account.confirmed_at is None else "new password"
            await changes.add(
                tx, customer, By("customer", "portal"), [Change(INVITATION, account.email_id, None, what)]
            )
            return await self._begin(tx, account)

    async def _begin(self, tx: Tx, account: Account) -> Session:
        rules.check_open(await customers.get(tx, account.company_id, account.customer_id))
        token = secrets.token_urlsafe(32)
        await store.begin_session(tx, account, token)
        return Session(token, self.tokens.access(account, datetime.now(UTC)))
