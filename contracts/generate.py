"""Write what follows from the code: JSON Schemas, AsyncAPI, OpenAPI. `--check` says what is out of date instead."""

import argparse
import difflib
import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from contracts import asyncapi
from contracts.json_schemas import json_schemas
from contracts.topics import SERVICES

HERE = Path(__file__).parent
GENERATED = ("schemas/*.json", "openapi/*.json", "asyncapi.yaml")


def documents() -> dict[str, str]:
    """Every generated file: its path below the folder, its text."""
    with ThreadPoolExecutor() as pool:
        apis = dict(zip(SERVICES, pool.map(_openapi, SERVICES), strict=True))
    return {
        "asyncapi.yaml": yaml.safe_dump(asyncapi.document(), sort_keys=False, allow_unicode=True, width=120),
        **{f"schemas/{name}": _json(schema) for name, schema in json_schemas().items()},
        **{f"openapi/{service}.json": api for service, api in apis.items()},
    }


def _openapi(service: str) -> str:
    """What the service says of itself: asked as a command, because contracts import nobody."""
    command = str(Path(sys.executable).with_name(service))
    return subprocess.check_output([command, "openapi"], text=True)  # noqa: S603


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def existing(folder: Path) -> dict[str, str]:
    """The generated files that are there now."""
    paths = sorted(path for pattern in GENERATED for path in folder.glob(pattern))
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


def write(folder: Path, wanted: Mapping[str, str]) -> None:
    """Make `folder` hold exactly the `wanted` files."""
    for stale in existing(folder).keys() - wanted.keys():
        (folder / stale).unlink()
    for name, text in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def drift(folder: Path, wanted: Mapping[str, str]) -> str:
    """How the files in `folder` differ from what the code says, as a unified diff; empty where they agree."""
    found = existing(folder)
    lines: list[str] = []
    for name in sorted(found.keys() | wanted.keys()):
        old, new = found.get(name, ""), wanted.get(name, "")
        lines += difflib.unified_diff(old.splitlines(), new.splitlines(), name, f"{name} (from the code)", lineterm="")
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m contracts.generate", description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE, metavar="DIR", help="the folder (default: contracts)")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the files are out of date")
    arguments = parser.parse_args()
    wanted = documents()
    if not arguments.check:
        write(arguments.out, wanted)
    elif found := drift(arguments.out, wanted):
        sys.exit(f"{found}\n\nOut of date: run `make schemas` and commit what it writes.")


if __name__ == "__main__":
    main()
