"""The open line of a call: whoever holds the phone presses keys, the TwiML waits for them."""

import asyncio

from deploy.sandbox.phone.twiml import Gather


class NotListening(Exception):
    """The call isn't waiting for a key."""


class HungUp(Exception):
    """Whoever holds the phone hung up."""


class OpenLine:
    """Keys in, keys out; `gather` is what waits for them now."""

    def __init__(self) -> None:
        self.gather: Gather | None = None
        self._keys: asyncio.Queue[str | None] = asyncio.Queue()
        self._halted = asyncio.Event()

    def press(self, keys: str) -> None:
        """Press keys, one after the other. Raises NotListening."""
        if self.gather is None:
            raise NotListening
        self._halted.clear()
        for key in keys:
            self._keys.put_nowait(key)

    def hang_up(self) -> None:
        """End the call where it next waits."""
        self._halted.clear()
        self._keys.put_nowait(None)

    async def collect(self, gather: Gather, patience: float) -> str:
        """The keys pressed, perhaps none. Each may take `patience` seconds, or longer if the Gather says so.

        Raises HungUp.
        """
        self.gather, pressed = gather, ""
        try:
            while not gather.is_complete(pressed):
                if self._keys.empty():
                    self._halted.set()
                async with asyncio.timeout(max(gather.timeout, patience)):
                    key = await self._keys.get()
                if key is None:
                    raise HungUp
                if key == gather.finish_key:
                    break
                pressed += key
        except TimeoutError:
            pass
        finally:
            self.gather = None
        return pressed

    def close(self) -> None:
        """The call is over."""
        self._halted.set()

    async def halt(self) -> None:
        """Return when the call waits for a key again, or is over."""
        await self._halted.wait()
