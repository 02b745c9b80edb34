"""What the gateway says itself: problems in the services' shape, headers for browsers, a line of log a request."""

from deploy.gateway.envoy import Json, header, typed
from deploy.gateway.settings import GatewaySettings
from servicekit.errors import PROBLEM_TYPE, Forbidden, NotFound, Problem, TooLarge, Unauthorized, Unavailable

LIMIT = "fieldbell.limit"  # under which a route says what limits it
SIGNS_IN = tuple(f"POST /v1/portal/{path}" for path in ("sign-in", "password", "forgotten", "invitations/{token}"))
SIGNING_IN = f"response.code == 429 && xds.route_name in {list(SIGNS_IN)}"
HIDDEN = "default-src 'none'; frame-ancestors 'none'"
YEAR = 365 * 24 * 3600
# Data is for scripts, not for a window; a service's pages have a policy of their own.
API_HEADERS = [header("content-security-policy", HIDDEN)]


def all_headers(settings: GatewaySettings) -> list[Json]:
    """For every answer, unless a service says it otherwise."""
    headers = [header("x-content-type-options", "nosniff"), header("referrer-policy", "same-origin")]
    if settings.public_url.scheme == "https":
        headers.append(header("strict-transport-security", f"max-age={YEAR}"))
    return headers


def app_headers(settings: GatewaySettings) -> list[Json]:
    """For the office's web app: scripts from here alone, and none inline.

    It shows emails, which carry their own style and pictures of anywhere, in frames that inherit this policy.
    """
    issuers = {_origin(str(each.issuer)) for each in settings.auth_issuers} - {_origin(str(settings.public_url))}
    policy = {
        "default-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob: https:",
        "connect-src": " ".join(["'self'", *sorted(issuers)]),
        "frame-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return [
        header("content-security-policy", "; ".join(f"{name} {value}" for name, value in policy.items())),
        header("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ]


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


class BadRequest(Problem):
    """The request can't be read."""

    status, slug = 400, "http-400"


class NoSuchMethod(Problem):
    """This can't be done here."""

    status, slug = 405, "http-405"


class TooLate(Problem):
    """The request did not come in time."""

    status, slug = 408, "http-408"


class TooMany(Problem):
    """This is too much at once. Try again in a moment."""

    status, slug, retry_after = 429, "too-many-requests", 1


class HeadersTooLarge(Problem):
    """The request's headers are too large."""

    status, slug = 431, "headers-too-large"


class NotKnown(Problem):
    """This way of sending is not known here."""

    status, slug = 501, "http-501"


class NoAnswer(Problem):
    """A part that is needed broke off."""

    status, slug, retry_after = 502, "no-answer", 1


class TooSlow(Problem):
    """A part that is needed did not answer in time."""

    status, slug = 504, "too-slow"


PROBLEMS: tuple[type[Problem], ...] = (
    *(BadRequest, Unauthorized, Forbidden, NotFound, NoSuchMethod, TooLate, TooLarge, TooMany, HeadersTooLarge),
    *(NotKnown, NoAnswer, Unavailable, TooSlow),
)
DETAILS: dict[type[Problem], str] = {
    BadRequest: "Its method, its path or a header is not well-formed, or could be understood in two ways.",
    Unauthorized: "The token is not valid.",
    NoSuchMethod: "Allowed here: %RESP(ALLOW)%.",
    TooLarge: f"A request has %METADATA(ROUTE:{LIMIT}:bytes)% bytes at most.",
}
NOTHING_SENT = "response.code_details == 'jwt_authn_access_denied{Jwt_is_missing}'"
# Where an issuer's keys can't be fetched that is trouble, and a token for somebody else is none that is valid.
NO_KEYS = "response.code_details == 'jwt_authn_access_denied{Jwks_remote_fetch_is_failed}'"
NOT_FOR_US = "response.code_details == 'jwt_authn_access_denied{Audiences_in_Jwt_are_not_allowed}'"


def problems(settings: GatewaySettings) -> Json:
    """Envoy's own refusals, as the services say theirs (RFC 9457)."""
    scheme = header("www-authenticate", "Bearer", action="OVERWRITE_IF_EXISTS")  # Envoy's own repeats the whole URL
    always = [*all_headers(settings), *API_HEADERS, scheme]
    special = [
        {"filter": _where(NOTHING_SENT)} | _told(Unauthorized, always, "Send a bearer token."),
        {"filter": _where(NO_KEYS), "status_code": Unavailable.status} | _told(Unavailable, always),
        {"filter": _where(NOT_FOR_US), "status_code": Unauthorized.status} | _told(Unauthorized, always),
        {"filter": _where(SIGNING_IN)} | _told(TooMany, always, retry_after=settings.limit_sign_in.seconds),
    ]
    return {"mappers": [*special, *({"filter": _is(each.status)} | _told(each, always) for each in PROBLEMS)]}


def _told(problem: type[Problem], always: list[Json], detail: str = "", retry_after: int | None = None) -> Json:
    body = {"type": PROBLEM_TYPE + problem.slug, "title": problem().title, "status": problem.status}
    if told := detail or DETAILS.get(problem):
        body["detail"] = told
    seconds = retry_after or problem.retry_after
    return {
        "body_format_override": {"json_format": body, "content_type": "application/problem+json"},
        "headers_to_add": [*always, *([header("retry-after", str(seconds))] if seconds else [])],
    }


def _where(expression: str) -> Json:
    """In the Common Expression Language, of Envoy's attributes."""
    cel = typed("access_loggers.filters.cel.v3.ExpressionFilter", expression=expression)
    return {"extension_filter": {"name": "cel", "typed_config": cel}}


def _is(status: int) -> Json:
    value = {"default_value": status, "runtime_key": f"gateway.status_{status}"}
    return {"status_code_filter": {"comparison": {"op": "EQ", "value": value}}}


# No path, no query, no header of the request's: people are searched by name, and links are keys.
LOGGED = {
    "time": "%START_TIME(%Y-%m-%dT%H:%M:%S.%3f%z)%",
    "level": "INFO",
    "logger": "gateway",
    "message": "request",
    "route": "%ROUTE_NAME%",
    "status": "%RESPONSE_CODE%",
    "milliseconds": "%DURATION%",
    "received_bytes": "%BYTES_RECEIVED%",
    "sent_bytes": "%BYTES_SENT%",
    "flags": "%RESPONSE_FLAGS%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "request_id": "%STREAM_ID%",
    "trace_id": "%TRACE_ID%",
}


def access_log() -> list[Json]:
    """To standard output, as the services log."""
    stream = typed("access_loggers.stream.v3.StdoutAccessLog", log_format={"json_format": LOGGED})
    return [{"name": "envoy.access_loggers.stdout", "typed_config": stream}]
