"""The process that sets reports, one after the other: `python -m template_svc.reports.setter BYTES SECONDS`.

It says that it is ready, then answers: each request and each answer is its length in four bytes, then itself.
After so many CPU seconds of a request the kernel ends it, whatever it is at.
"""

import os
import resource
import signal
import sys
from typing import BinaryIO

import orjson

from contracts.reports import ReportContext
from servicekit.errors import Problem
from template_svc.reports.setting import pdf

READY, DONE, REFUSED, LIMIT, BROKEN = b"ready", b"+", b"-", b"=", b"!"


def main(memory: int, seconds: float) -> None:
    """Answer what is asked until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with who asks
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # a report is written nowhere
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)  # whoever renders messages goes first
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    _write(answers, READY)
    while (request := _read(asked)) is not None:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        answer = _answer(request)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _write(answers, answer)


def _answer(request: bytes) -> bytes:
    try:
        return DONE + pdf(ReportContext.model_validate_json(request))
    except Problem as refusal:
        return REFUSED + orjson.dumps({"detail": str(refusal), "code": refusal.slug})
    except MemoryError:
        return LIMIT
    except Exception as error:  # its words may be the customer's
        return BROKEN + type(error).__name__.encode()


def _read(stream: BinaryIO) -> bytes | None:
    length = stream.read(4)
    return stream.read(int.from_bytes(length, "big")) if length else None


def _write(stream: BinaryIO, answer: bytes) -> None:
    stream.write(len(answer).to_bytes(4, "big") + answer)
    stream.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
