"""What schemathesis makes up, with things in it that are there: ids, versions, pictures, tables, signatures."""

import json
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation as Where

from tests.contract.fuzz import sendgrid
from tests.contract.fuzz.twilio import signed
from tests.contract.fuzz.world import Known, World

GIF = b"GIF89a"
PICTURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/webp": b"RIFF\x1a\x00\x00\x00WEBP",
}
HEADER = "external_id,name,kind,tags,contact,email,phone,line\n"
CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(["residential", "a@b.example"])
ROWS = st.lists(CELLS, min_size=8, max_size=8).map(lambda cells: ",".join(cells) + "\n")
TABLES = st.lists(ROWS, max_size=3).map(lambda rows: HEADER + "1,Ann,,,,,,\n" + "".join(rows)) | st.text(max_size=20)


def register() -> None:
    """Bodies that no schema describes: pictures by their first bytes, tables by their header."""
    for name, start in PICTURES.items():
        picture = st.binary(max_size=64).map(start.__add__)
        schemathesis.openapi.media_type(name, picture | st.sampled_from([b"", GIF]))
    schemathesis.openapi.media_type("text/csv", TABLES.map(lambda table: table.encode("utf-8", "replace")))


def settle(world: World, case: Any, how: int, nth: int) -> Any:
    """0: as it was made up; 1: with a path that exists; 2: and its version; 3: and all names that are known.

    What was made up to be refused stays as it is.
    """
    if how == 0:
        return case
    known = world.known(nth)
    made_up = {where for where in Where if case.meta.is_negative_at(where)}
    if Where.PATH not in made_up:
        case.path_parameters = filled(case.path_parameters, known | world.in_paths)
    if how > 1 and Where.HEADER not in made_up and (tag := world.etag(read_at(case))):
        case.headers["If-Match"] = tag
    if how > 2 and Where.QUERY not in made_up:
        case.query = filled(case.query, known)
    if how > 2 and Where.BODY not in made_up:
        case.body = filled(case.body, known)
    if case.path.startswith("/v1/twilio"):
        sign(case)
    elif case.path.startswith("/v1/sendgrid") and isinstance(case.body, list):
        case.body = json.dumps(case.body).encode()
        case.headers.update(sendgrid.signed(case.body))
    return case


def filled(value: Any, known: Known, name: str = "") -> Any:
    """`value` with what is known of each name in it."""
    if isinstance(value, dict):
        return {name: filled(item, known, name) for name, item in value.items()}
    if isinstance(value, list) and not isinstance(known.get(name), list):
        return [filled(item, known, name) for item in value]
    return known.get(name, value)


def read_at(case: Any) -> str:
    """Where the version that If-Match names is read: at the path to its first id."""
    path: str = case.path.removesuffix("/logo")
    if "{" in path:
        path = path[: path.index("}") + 1]
    for name, value in case.path_parameters.items():
        path = path.replace(f"{{{name}}}", str(value))
    return path


def sign(case: Any) -> None:
    """As Twilio does, over what is sent."""
    if isinstance(case.body, dict):
        case.body = {str(name): str(value) for name, value in case.body.items()}
        case.headers.update(signed(case.formatted_path, case.body))
