"""The phone put together: what its API and pages share, from start to stop."""

from deploy.sandbox.phone.accounts import accounts_of
from deploy.sandbox.phone.book import PhoneBook
from deploy.sandbox.phone.calls import Calls, Pace
from deploy.sandbox.phone.lives import Lives
from deploy.sandbox.phone.texts import Texts
from deploy.sandbox.phone.webhooks import Webhooks
from deploy.sandbox.settings import SandboxSettings


class Phone:
    """Accounts, the phone book, and the lives of texts and calls. Raises CannotStart."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.accounts = accounts_of(settings.phones)
        self.book = PhoneBook(settings.state)
        self._webhooks = Webhooks(settings.phone_step_seconds)
        self._lives = Lives()
        pace = Pace(settings.phone_step_seconds, settings.phone_key_seconds)
        self.texts = Texts(self.book, self.accounts, self._webhooks, self._lives, pace.step)
        self.calls = Calls(self.book, self.accounts, self._webhooks, self._lives, pace)

    def start(self) -> None:
        """Go on where the sandbox stopped."""
        self.texts.resume()
        self.calls.resume()

    async def stop(self) -> None:
        """Break off, hang up, close the log."""
        await self._lives.stop()
        await self._webhooks.close()
        await self.book.close()
