"""What can go wrong for the person who starts the stack."""

INTERRUPTED = 130  # the exit code after Ctrl-C, as a shell says it: 128 and the number of SIGINT
HALF_WAY = "Stopped half-way. What was started goes on; `make down` ends it."


class StackError(Exception):
    """A sentence for that person: what is wrong, and what to do."""
