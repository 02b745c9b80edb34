"""What keeps the sandbox from starting."""


class CannotStart(Exception):
    """The sandbox can't start; the message says why and what to do."""
