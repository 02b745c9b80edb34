"""Writing what follows from the code, and noticing where the files say something else."""

from pathlib import Path

from contracts.generate import drift, existing, write

WANTED = {"asyncapi.yaml": "asyncapi: 3.0.0\n", "schemas/A.v1.json": "{}\n", "openapi/a-svc.json": "{}\n"}


def test_what_was_written_has_not_drifted(tmp_path: Path) -> None:
    write(tmp_path, WANTED)
    assert existing(tmp_path) == WANTED
    assert drift(tmp_path, WANTED) == ""


def test_a_file_that_is_out_of_date_is_shown_as_a_diff(tmp_path: Path) -> None:
    write(tmp_path, WANTED)
    found = drift(tmp_path, WANTED | {"schemas/A.v1.json": '{"type": "object"}\n'})
    assert '+{"type": "object"}' in found
    assert "schemas/A.v1.json" in found


def test_a_missing_file_and_a_stale_one_are_drift(tmp_path: Path) -> None:
    write(tmp_path, WANTED)
    (tmp_path / "openapi/a-svc.json").unlink()
    (tmp_path / "schemas/Gone.v1.json").write_text("{}\n")
    found = drift(tmp_path, WANTED)
    assert "openapi/a-svc.json" in found
    assert "schemas/Gone.v1.json" in found


def test_writing_removes_what_is_generated_no_more(tmp_path: Path) -> None:
    write(tmp_path, WANTED | {"schemas/Gone.v1.json": "{}\n"})
    write(tmp_path, WANTED)
    assert existing(tmp_path) == WANTED
