"""TwiML as far as Fieldbell speaks it: Say, Pause, Gather, Redirect, Hangup (twilio.com/docs/voice/twiml)."""

from dataclasses import dataclass
from xml.etree import ElementTree as ET


class BadTwiml(Exception):
    """The document is not TwiML that the sandbox can play; the message says where."""


@dataclass(frozen=True, slots=True)
class Say:
    """Words, as often as `loop` says."""

    words: str
    loop: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence; it takes no time here."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Gather:
    """Wait for keys: so many (None: until `finish_key`), then ask `action` what to play."""

    prompts: tuple[Say | Pause, ...]
    digits: int | None
    finish_key: str
    timeout: float
    action: str
    method: str
    even_if_empty: bool

    def is_complete(self, keys: str) -> bool:
        """Whether no further key is needed."""
        return self.digits is not None and len(keys) >= self.digits


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go on with another document."""

    url: str
    method: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call."""


Verb = Say | Pause | Gather | Redirect | Hangup


def parse_twiml(document: str) -> tuple[Verb, ...]:
    """The verbs of a `<Response>`, in order. Raises BadTwiml."""
    if "<!DOCTYPE" in document:
        raise BadTwiml("TwiML has no DOCTYPE.")
    try:
        root = ET.fromstring(document.strip())  # noqa: S314 (nothing can be declared without a DOCTYPE)
    except ET.ParseError as error:
        raise BadTwiml(f"The document is not XML: {error}.") from None
    if root.tag != "Response":
        raise BadTwiml(f"The document begins with <{root.tag}>, not with <Response>.")
    return tuple(_verb(element) for element in root)


def _verb(element: ET.Element) -> Verb:
    match element.tag:
        case "Gather":
            return _gather(element)
        case "Redirect":
            return Redirect((element.text or "").strip(), _method(element))
        case "Hangup":
            return Hangup()
        case _:
            return _prompt(element)


def _prompt(element: ET.Element) -> Say | Pause:
    if element.tag == "Say":
        return Say(" ".join("".join(element.itertext()).split()), _number(element, "loop", 1))
    if element.tag == "Pause":
        return Pause(_number(element, "length", 1))
    raise BadTwiml(f"The sandbox does not play <{element.tag}> here.")


def _gather(element: ET.Element) -> Gather:
    return Gather(
        prompts=tuple(_prompt(child) for child in element),
        digits=_number(element, "numDigits", 0) or None,
        finish_key=element.get("finishOnKey", "#"),
        timeout=_number(element, "timeout", 5),
        action=element.get("action", ""),
        method=_method(element),
        even_if_empty=element.get("actionOnEmptyResult") == "true",
    )


def _method(element: ET.Element) -> str:
    return "GET" if element.get("method", "POST").upper() == "GET" else "POST"


def _number(element: ET.Element, name: str, default: int) -> int:
    try:
        return int(element.get(name, default))
    except ValueError:
        raise BadTwiml(f"{name} of <{element.tag}> is not a number.") from None
