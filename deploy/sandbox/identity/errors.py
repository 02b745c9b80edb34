"""Refusals of the token endpoint, in the words of RFC 6749 5.2."""

from fastapi import Request
from fastapi.responses import JSONResponse

NO_STORE = {"Cache-Control": "no-store"}


class TokenRefused(Exception):
    """The token request was refused."""

    status, code = 400, "invalid_request"


class BadClient(TokenRefused):
    """The client is unknown or its secret is wrong."""

    status, code = 401, "invalid_client"


class BadGrant(TokenRefused):
    """The code or refresh token is unknown, used, expired or not this client's."""

    code = "invalid_grant"


class UnknownGrantType(TokenRefused):
    """This grant type is not offered."""

    code = "unsupported_grant_type"


async def refuse_token(_request: Request, error: Exception) -> JSONResponse:
    """The refusal as JSON; a client that failed to identify itself is told how to."""
    assert isinstance(error, TokenRefused)
    headers = NO_STORE | ({"WWW-Authenticate": 'Basic realm="sandbox"'} if error.status == 401 else {})
    body = {"error": error.code, "error_description": type(error).__doc__}
    return JSONResponse(body, error.status, headers)
