"""Optimistic concurrency over HTTP: `ETag` says which version was read, `If-Match` which one is changed (RFC 9110)."""

from typing import Annotated

from fastapi import Depends, Header, Request

from servicekit.errors import PreconditionFailed, PreconditionRequired
from servicekit.idempotency import IdempotencyKey, Repeatable


class Conditional(Request):
    """A request of an operation that says it heeds If-Match. It is any request: the type is for who reads."""


class RepeatableConditional(Repeatable, Conditional):
    """Of one that heeds both."""


_Tag = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of what is changed: 428 where it is needed and missing, 412 where it is stale.",
    ),
]


def _conditional(request: Request, _: _Tag = None) -> Request:
    return request


def _both(request: Request, _: IdempotencyKey = None, __: _Tag = None) -> Request:
    return request


IfMatch = Annotated[Conditional, Depends(_conditional)]
"""What an operation takes to call `check_version`."""
OnceIfMatch = Annotated[RepeatableConditional, Depends(_both)]
"""What an operation takes to call both."""


def etag(version: int) -> str:
    """The strong entity tag of `version`."""
    return f'"{version}"'


def expected_version(request: Conditional) -> int:
    """The version the request changes. Raises `PreconditionRequired` without If-Match."""
    header = request.headers.get("if-match")
    if header is None:
        raise PreconditionRequired("Send If-Match with the ETag you read.")
    try:
        return int(header.strip().strip('"'))
    except ValueError:
        raise PreconditionFailed("If-Match must be an ETag of this resource.") from None


def check_singleton(request: Conditional, current: int) -> None:
    """`check_version` of what there is one of: while it is as new, at version 0, nobody needs to have read it."""
    if current or "if-match" in request.headers:
        check_version(request, current)


def check_version(request: Conditional, current: int) -> None:
    """Raise `PreconditionFailed` unless the request changes the `current` version."""
    if expected_version(request) != current:
        raise PreconditionFailed(f"The current version is {current}.")
