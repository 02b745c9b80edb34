"""The one exception by which a message is refused."""

from contracts.rendering import RefusalCode


class CannotRender(Exception):
    """This message must not be sent."""

    def __init__(self, code: RefusalCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail

    def __reduce__(self) -> tuple[type["CannotRender"], tuple[RefusalCode, str]]:
        """How it gets from one process to another."""
        return CannotRender, (self.code, self.detail)
