"""What a process beside the hot call can be made to do."""

import os


def spin() -> None:
    """Go on for ever."""
    while True:
        pass


def hoard() -> int:
    """Take more memory than there is."""
    return len(bytearray(1 << 30))


def fall() -> None:
    """End the process."""
    os._exit(1)


def stumble() -> None:
    """A mistake of ours."""
    raise KeyError("x")
