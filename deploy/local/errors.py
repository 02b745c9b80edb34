"""What can go wrong for the person who starts the stack."""


class StackError(Exception):
    """A sentence for that person: what is wrong, and what to do."""
