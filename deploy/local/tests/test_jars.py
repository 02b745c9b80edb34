"""Kafka's jars are the locked ones or none."""

import hashlib
from pathlib import Path

import pytest
from jgo.maven import MavenContext

from deploy.local.errors import StackError
from deploy.local.kafka.jars import LOCK, Jar, locked

CONTENT = b"not really a jar"


def a_repository_with(jar: Jar, folder: Path) -> MavenContext:
    home = folder / jar.group.replace(".", "/") / jar.artifact / jar.version
    home.mkdir(parents=True)
    (home / jar.file_name).write_bytes(CONTENT)
    return MavenContext(repo_cache=folder, offline=True)


def test_a_jar_with_the_locked_hash_is_kept(tmp_path: Path) -> None:
    jar = Jar("org.example", "thing", "1.0", hashlib.sha256(CONTENT).hexdigest())
    jar.fetch(a_repository_with(jar, tmp_path / "repository"), tmp_path)
    assert jar.matches(tmp_path / "thing-1.0.jar")


def test_a_jar_with_another_hash_is_refused(tmp_path: Path) -> None:
    jar = Jar("org.example", "thing", "1.0", "0" * 64)
    with pytest.raises(StackError, match=r"thing-1\.0\.jar is not what"):
        jar.fetch(a_repository_with(jar, tmp_path / "repository"), tmp_path)
    assert not (tmp_path / "thing-1.0.jar").exists()


def test_every_jar_is_locked_by_hash_and_the_lock_names_no_registry() -> None:
    assert all(len(jar.sha256) == 64 for jar in locked())
    assert "://" not in LOCK.read_text()
