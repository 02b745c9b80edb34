"""Optimistic concurrency over HTTP: `ETag` says which version was read, `If-Match` which one is changed (RFC 9110)."""

from fastapi import Request

from servicekit.errors import PreconditionFailed, PreconditionRequired


def etag(version: int) -> str:
    """The strong entity tag of `version`."""
    return f'"{version}"'


def expected_version(request: Request) -> int:
    """The version the request changes. Raises `PreconditionRequired` without If-Match."""
    header = request.headers.get("if-match")
    if header is None:
        raise PreconditionRequired("Send If-Match with the ETag you read.")
    try:
        return int(header.strip().strip('"'))
    except ValueError:
        raise PreconditionFailed("If-Match must be an ETag of this resource.") from None


def check_version(request: Request, current: int) -> None:
    """Raise `PreconditionFailed` unless the request changes the `current` version."""
    if expected_version(request) != current:
        raise PreconditionFailed(f"The current version is {current}.")
