"""Expected refusals, free of any framework: the HTTP layer turns them into `application/problem+json` (RFC 9457)."""

from typing import Any, ClassVar

PROBLEM_TYPE = "https://fieldbell.dev/problems/"


class Problem(Exception):
    """Something went wrong."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    retry_after: int | None = None
    """Seconds after which it may well succeed."""

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.extra = extra

    @property
    def title(self) -> str:
        """The first line of the class's docstring."""
        return (type(self).__doc__ or "").strip().splitlines()[0]


class Unauthorized(Problem):
    """A valid token is needed."""

    status, slug = 401, "unauthorized"


class Forbidden(Problem):
    """This is not allowed."""

    status, slug = 403, "forbidden"


class NotFound(Problem):
    """There is no such thing here."""

    status, slug = 404, "not-found"


class Conflict(Problem):
    """This can't be done now."""

    status, slug = 409, "conflict"


class PreconditionFailed(Problem):
    """Someone else changed it in the meantime."""

    status, slug = 412, "precondition-failed"


class TooLarge(Problem):
    """This is too large."""

    status, slug = 413, "too-large"


class Unprocessable(Problem):
    """The request can't be understood."""

    status, slug = 422, "unprocessable"


class PreconditionRequired(Problem):
    """The request must say which version it changes."""

    status, slug = 428, "precondition-required"


class Unavailable(Problem):
    """A part that is needed is away for the moment."""

    status, slug, retry_after = 503, "unavailable", 1
