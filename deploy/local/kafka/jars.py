"""Kafka's jars: exactly those of jgo.lock.toml, fetched once and checked by SHA-256."""

import hashlib
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from jgo.maven import MavenContext

from deploy.local.errors import StackError
from deploy.local.state import JARS

LOCK = Path(__file__).with_name("jgo.lock.toml")


@dataclass(frozen=True)
class Jar:
    """One line of the lock."""

    group: str
    artifact: str
    version: str
    sha256: str

    @classmethod
    def from_lock(cls, entry: dict[str, str]) -> Self:
        return cls(entry["groupId"], entry["artifactId"], entry["version"], entry["sha256"])

    @property
    def file_name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    def matches(self, path: Path) -> bool:
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256

    def fetch(self, maven: MavenContext, folder: Path) -> str:
        """Put the jar into `folder`; a jar that is not the locked one is refused."""
        found = maven.project(self.group, self.artifact).at_version(self.version).artifact().resolve()
        if not self.matches(found):
            raise StackError(f"{self.file_name} is not what deploy/local/kafka/jgo.lock.toml expects (SHA-256 differs)")
        found.replace(folder / self.file_name)
        return self.file_name


def locked() -> list[Jar]:
    return [Jar.from_lock(entry) for entry in tomllib.loads(LOCK.read_text())["dependencies"]]


def missing(folder: Path) -> list[Jar]:
    """Locked jars that `folder` lacks or holds damaged."""
    return [jar for jar in locked() if not jar.matches(folder / jar.file_name)]


def fetch_all(folder: Path) -> Iterator[str]:
    """Fetch what is missing, remove what the lock no longer names, and yield each fetched file's name."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {jar.file_name for jar in locked()}
    for stale in (path for path in folder.iterdir() if path.name not in wanted):
        stale.unlink()
    with tempfile.TemporaryDirectory(dir=folder.parent) as cache, ThreadPoolExecutor(8) as pool:
        maven = MavenContext(repo_cache=Path(cache), timeout=60)
        yield from pool.map(lambda jar: jar.fetch(maven, folder), missing(folder))


def main() -> None:
    """Fetch what is missing into the tools folder; on a terminal a line shows how far it is."""
    total = len(missing(JARS))
    for count, name in enumerate(fetch_all(JARS), start=1):
        if sys.stdout.isatty():
            print(f"\r  {count}/{total} {name:<50}", end="\n" if count == total else "", flush=True)


if __name__ == "__main__":
    main()
