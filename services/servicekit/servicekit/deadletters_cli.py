"""`<svc> dead-letters list | show | replay | discard`: what an operator does with what could not be handled."""

import argparse
import getpass
import sys
from collections.abc import Iterator
from uuid import UUID

from servicekit import deadletters
from servicekit.db import Database, Tx
from servicekit.deadletters import OfASnapshot, State

MOST = 1_000
"""Letters at once."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands and what they take."""
    acts = parser.add_subparsers(dest="act", required=True)
    listing = acts.add_parser("list", help="those that wait, newest first")
    listing.add_argument("--state", choices=[*State], default=State.WAITING, type=State)
    listing.add_argument("--all", action="store_true", help="those that were decided, too")
    acts.add_parser("show", help="one, whole: it may be personal").add_argument("id", type=UUID)
    for act, help in (("replay", "put back on the topics they came from"), ("discard", "give up, for good")):
        deciding = acts.add_parser(act, help=help)
        deciding.add_argument("id", type=UUID, nargs="*")
        deciding.add_argument("--all", action="store_true", help="all that wait")
        deciding.add_argument("--by", help="who decides; the system's user if not named")
    deciding.add_argument("--reason", required=True)


async def work(database: Database, arguments: argparse.Namespace) -> str:
    """Do it; says what was done."""
    async with database.worker() as tx:
        match arguments.act:
            case "list":
                return "\n".join(await _listed(tx, None if arguments.all else arguments.state)) or "no dead letters"
            case "show":
                return "\n".join(_whole(await deadletters.find(tx, arguments.id)))
        return await _decided(tx, arguments, arguments.by or _user())


async def _decided(tx: Tx, arguments: argparse.Namespace, by: str) -> str:
    replaying = arguments.act == "replay"
    ids = await deadletters.waiting(tx, MOST, snapshots=not replaying) if arguments.all else arguments.id
    if not replaying:
        return f"dead letters discarded: {await deadletters.discard(tx, ids, by, arguments.reason)}"
    try:
        return f"dead letters replayed: {await deadletters.replay(tx, ids, by)}"
    except OfASnapshot as error:
        return error.detail


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's number without a name
        return "an operator"


async def _listed(tx: Tx, state: State | None) -> list[str]:
    rows = await deadletters.page(tx, state, None, MOST)
    return [f"{row['id']}  {row['at']:%Y-%m-%d %H:%M}  {row['state']}  {row['origin']}  {row['error']}" for row in rows]


def _whole(letter: dict[str, object]) -> Iterator[str]:
    body = letter.pop("body")
    for name, value in letter.items():
        yield f"{name}: {value}"
    if isinstance(body, bytes):
        yield ""
        yield body.decode(sys.stdout.encoding or "utf-8", "backslashreplace")
