"""What is wrong with a request, field by field, in plain sentences instead of the framework's."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SENTENCES = {
    "extra_forbidden": "There is no such field here.",
    "missing": "This is needed.",
    "model_attributes_type": "This should be a JSON object.",
    "model_type": "This should be a JSON object.",
    "timezone_aware": "Say in which time zone: end it with Z, or with an offset such as -07:00.",
}
_UNTYPED = "Say that it is JSON: send it with content-type: application/json."
_BROKEN = "This is no JSON: it can't be read from character {at} on."


def mistakes(errors: Sequence[Mapping[str, Any]], content_type: str) -> Iterator[dict[str, str]]:
    """Each mistake with its field, without echoing what was sent; the body's content type may be the mistake."""
    for error in errors:
        place = tuple(error["loc"])
        if error["type"] == "json_invalid":
            yield {"field": str(place[0]), "problem": _BROKEN.format(at=place[-1])}
        elif place == ("body",) and error["type"] != "missing" and "json" not in content_type:
            yield {"field": "body", "problem": _UNTYPED}
        else:
            yield {"field": ".".join(map(str, place)), "problem": _SENTENCES.get(error["type"]) or _plain(error["msg"])}


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should", "This should", 1)
