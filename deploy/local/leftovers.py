"""Processes of a stack, found by a mark in their environment even where supervisord is gone."""

from pathlib import Path

import psutil

from deploy.local.errors import StackError

MARK = "FIELDBELL_STACK"


def belongs(process: psutil.Process, folder: Path) -> bool:
    """Was this process started for the stack in this state folder?"""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        # PostgreSQL's children write their titles over their environment, but they live in the data folder.
        in_data = process.name() == "postgres" and Path(process.cwd()) == folder / "postgresql"
        return in_data or process.environ().get(MARK) == str(folder)
    except psutil.Error:  # it ended meanwhile, or is another user's
        return False


def is_alive(pid: int, folder: Path) -> bool:
    """Does this process run, and belong to the stack in this state folder?"""
    try:
        return belongs(psutil.Process(pid), folder)
    except psutil.NoSuchProcess:
        return False


def of_stack(folder: Path) -> list[psutil.Process]:
    """All processes of the stack in this state folder."""
    return [process for process in psutil.process_iter() if belongs(process, folder)]


def end_all(folder: Path) -> int:
    """End what is left of a stack, by SIGTERM, then by SIGKILL. Returns how many processes there were."""
    found = of_stack(folder)
    for process in found:
        _signal(process, "terminate")
    _, stubborn = psutil.wait_procs(found, timeout=10)
    for process in stubborn:
        _signal(process, "kill")
    psutil.wait_procs(stubborn, timeout=10)
    if alive := of_stack(folder):
        raise StackError(f"these processes did not end: {', '.join(f'{p.name()} ({p.pid})' for p in alive)}")
    return len(found)


def _signal(process: psutil.Process, how: str) -> None:
    try:
        getattr(process, how)()
    except psutil.NoSuchProcess:
        return
