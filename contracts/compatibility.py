"""Whether what is published today can be read by yesterday's code, and yesterday's messages by today's.

`schemas/released/<version>/` keeps the schemas of each release, from 0.1.0 on. A topic holds
messages of both, and services are replaced one after the other, so a published schema only grows by fields that may be
absent. What has to break gets a new schema version, beside the old one.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCHEMAS = HERE / "schemas"
RELEASED = SCHEMAS / "released"

Schema = Mapping[str, Any]
Schemas = Mapping[str, Schema]


def breaks(old: Schemas, new: Schemas) -> list[str]:
    """Every incompatible change, by message and field, in plain words."""
    found = [f"{name}: gone; others still read it" for name in sorted(old.keys() - new.keys())]
    for name in sorted(old.keys() & new.keys()):
        found += [f"{name}: {change}" for change in _Comparison(old[name], new[name]).changes()]
    return found


class _Comparison:
    """Two versions of one schema, walked side by side; models that contain themselves are walked once."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str]] = set()

    def changes(self) -> Iterator[str]:
        yield from self._differ(self._old, self._new, "")

    def _differ(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        here = (old.get("$ref", ""), new.get("$ref", ""))
        if all(here):
            if here in self._seen:
                return
            self._seen.add(here)
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        if _kind(old) != _kind(new):
            yield f"{path or 'it'} was {_named(old)} and is {_named(new)}"
            return
        if lost := set(map(str, old.get("enum", ()))) - set(map(str, new.get("enum", ()))):
            yield f"{path} can't be {', '.join(sorted(lost))} any more"
        yield from self._fields(old, new, path)
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), Mapping):
                yield from self._differ(old[part], new[part], f"{path}[]")
        for before, after in zip(_choices(old), _choices(new), strict=False):
            yield from self._differ(before, after, path)

    def _fields(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed_before, needed = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            field = f"{path}.{name}".lstrip(".")
            if name not in after:
                yield f"{field} is gone"
                continue
            if name in needed - needed_before:
                yield f"{field} is required, and was not"
            if name in needed_before - needed:
                yield f"{field} may be absent, and never was"
            yield from self._differ(before[name], after[name], field)
        for name in sorted(needed - before.keys()):
            yield f"{f'{path}.{name}'.lstrip('.')} is new and required"


def _resolved(schema: Schema, document: Schema) -> Schema:
    reference = schema.get("$ref")
    return document["$defs"][reference.rpartition("/")[2]] if reference else schema


def _choices(schema: Schema) -> list[Schema]:
    return list(schema.get("anyOf", schema.get("oneOf", ())))


def _kind(schema: Schema) -> tuple[Any, ...]:
    """What makes a value another one to its reader: its type and form, and which alternatives it has."""
    form = tuple(json.dumps(schema.get(key)) for key in ("type", "format", "const", "pattern"))
    parts = tuple(isinstance(schema.get(part), Mapping) for part in ("items", "additionalProperties"))
    return *form, *parts, tuple(choice.get("$ref") or _kind(choice) for choice in _choices(schema))


def _named(schema: Schema) -> str:
    if choices := _choices(schema):
        return " or ".join(_named(choice) for choice in choices)
    name = schema.get("$ref", "").rpartition("/")[2] or schema.get("type", "anything")
    form = schema.get("format") or schema.get("pattern") or schema.get("const")
    return f"{name} ({form})" if form else str(name)


def read(folder: Path) -> dict[str, Schema]:
    """The schemas in a folder, by file name."""
    return {path.name: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def newest_release(folder: Path) -> Path | None:
    """The folder of the last release, by version."""
    releases = [path for path in folder.glob("*") if path.is_dir()]
    return max(releases, key=lambda path: tuple(map(int, path.name.split("."))), default=None)


def main(folder: Path = SCHEMAS) -> None:
    """Compare the schemas of `folder` with the last release; exit with what would make a reader stumble."""
    release = newest_release(RELEASED)
    if release and (found := breaks(read(release), read(folder))):
        sys.exit("\n".join([*found, "", f"Release {release.name} could not live beside this."]))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
