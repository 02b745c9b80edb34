"""What keeps the sandbox from starting."""


class CannotStart(Exception):  # noqa: N818
    """The sandbox can't start; the message says why and what to do."""
