"""The Makefile in a fresh clone: nothing is installed that was not asked for, and nothing beside the folder."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local.state import REPOSITORY


def make(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    shutil.copy(REPOSITORY / "Makefile", folder)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "UV_"))}
    return subprocess.run(["make", *arguments], cwd=folder, env=own, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("target", ["down", "status", "clean"])
def test_where_nothing_is_set_up_this_is_said_and_nothing_installed(tmp_path: Path, target: str) -> None:
    done = make(tmp_path, target)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nothing is set up here" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["Makefile"]


def test_downloads_are_cached_below_the_folder(tmp_path: Path) -> None:
    done = make(tmp_path, "--eval=where: ; @echo $$UV_CACHE_DIR", "where")
    assert done.stdout.strip() == f"{tmp_path}/.fieldbell/cache/uv"
