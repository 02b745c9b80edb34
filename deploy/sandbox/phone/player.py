"""Plays TwiML in a call: what would be spoken is written down, keys lead on."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from deploy.sandbox.phone.line import HungUp, OpenLine
from deploy.sandbox.phone.records import Line
from deploy.sandbox.phone.twiml import BadTwiml, Gather, Hangup, Pause, Redirect, Say, Verb, parse_twiml
from deploy.sandbox.phone.webhooks import Reply

MOST_DOCUMENTS = 50
MOST_LOOPS = 10

Fetch = Callable[[str, str, Mapping[str, str]], Awaitable[Reply]]
WriteDown = Callable[[Line], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Next:
    """Where to fetch the next document, and what to tell there."""

    url: str
    method: str = "POST"
    params: tuple[tuple[str, str], ...] = ()


class Player:
    """One call's TwiML, from the first document to the end."""

    def __init__(self, fetch: Fetch, write_down: WriteDown, line: OpenLine, patience_seconds: float) -> None:
        self._fetch = fetch
        self._write_down = write_down
        self._line = line
        self._patience = patience_seconds
        self._base = ""

    async def play(self, twiml: str, first: Next | None) -> None:
        """Play the document given, or the first one fetched, and all it leads to."""
        try:
            step = await self._document(twiml) if first is None else first
            for _ in range(MOST_DOCUMENTS):
                if step is None:
                    return
                step = await self._document(await self._get(step))
            raise BadTwiml(f"More than {MOST_DOCUMENTS} documents: it goes in circles.")
        except BadTwiml as error:
            await self._say("broken", str(error))
        except HungUp:
            await self._say("pressed", "hung up")

    async def _get(self, step: Next) -> str:
        self._base = urljoin(self._base, step.url)
        reply = await self._fetch(self._base, step.method, dict(step.params))
        if not reply.ok:
            raise BadTwiml(f"{self._base}: {reply.words}.")
        await self._say("fetched", self._base)
        return reply.body

    async def _document(self, twiml: str) -> Next | None:
        for verb in parse_twiml(twiml):
            if isinstance(verb, Hangup):
                return None
            if isinstance(verb, Redirect):
                return Next(verb.url, verb.method)
            if isinstance(verb, Gather) and (step := await self._gather(verb)):
                return step
            await self._speak(verb)
        return None

    async def _gather(self, gather: Gather) -> Next | None:
        for prompt in gather.prompts:
            await self._speak(prompt)
        keys = await self._line.collect(gather, self._patience)
        await self._say("pressed" if keys else "silence", keys or "no key")
        if not keys and not gather.even_if_empty:
            return None
        if not (gather.action or self._base):
            raise BadTwiml("<Gather> in TwiML that was not fetched needs an action.")
        return Next(gather.action, gather.method, (("Digits", keys),))

    async def _speak(self, verb: Verb) -> None:
        if isinstance(verb, Say):
            for _ in range(max(1, min(verb.loop or MOST_LOOPS, MOST_LOOPS))):
                await self._say("said", verb.words)
        elif isinstance(verb, Pause):
            await self._say("paused", f"{verb.seconds} s")

    async def _say(self, what: str, words: str) -> None:
        await self._write_down(Line(what=what, words=words))
