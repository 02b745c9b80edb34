"""Which request goes where: a route for every operation, the office's web app for the rest."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from deploy.gateway.envoy import Json, header, seconds, typed
from deploy.gateway.operations import PREFIX, Operation, operations
from deploy.gateway.replies import API_HEADERS, LIMIT, SIGNS_IN, app_headers
from deploy.gateway.settings import GatewaySettings

BODY_BYTES = 3_000_000  # what the services take, and refuse with the same 413
PUBLIC_BODY_BYTES = 64_000  # of who brings no token: forms, and a few fields of JSON
PATIENCE = 60.0
LONG_PATIENCE = 190.0
ENDLESS = 0.0
# A service may look through a million customers, or read a table of many thousand lines.
PATIENCE_WITH = {
    "POST /v1/batch-edits": LONG_PATIENCE,
    "POST /v1/batch-edits/preview": LONG_PATIENCE,
    "POST /v1/customer-imports": LONG_PATIENCE,
    "POST /v1/customer-imports/preview": LONG_PATIENCE,
    "POST /v1/job-imports": LONG_PATIENCE,
    "GET /v1/customer-exports": ENDLESS,  # they flow as they are read
    "GET /v1/delivery-exports": ENDLESS,
}
WEBHOOKS = ("/v1/twilio/", "/v1/sendgrid/")
LOTS = {"POST /v1/sendgrid/events": 1_000_000}  # public, and yet large
NOWHERE = "(?i)/v[0-9]+(/.*)?|/metrics|/health(/.*)?"
# The request did not get there, or was not begun to be sent: to send it again is safe, whatever it says.
NOT_SENT = "connect-failure,refused-stream,reset-before-request"
FILTERS = "envoy.filters.http"


def routes(settings: GatewaySettings) -> list[Json]:
    """All routes, the more special ones first."""
    own = (each for each in operations() if not each.is_internal)
    by_path = [list(group) for _, group in groupby(own, key=lambda each: each.path)]
    paths = [route for group in by_path for route in _path(group)]
    return [*_preflight(settings), *paths, _nowhere(), *_office_ui(settings)]


def _preflight(settings: GatewaySettings) -> list[Json]:
    """What browsers ask before a script of another origin may ask. The filter answers; its route leads nowhere else."""
    if not settings.cors_origins:
        return []
    asking = {"name": "access-control-request-method", "present_match": True}
    match = {"prefix": PREFIX, "headers": [_method("OPTIONS"), asking]}
    return [{"name": "preflight", "match": match, "route": {"cluster": "office-ui"}}]


def _path(group: Sequence[Operation]) -> Iterator[Json]:
    """The operations of one path, and a word about other methods."""
    for each in group:
        yield _operation(each)
    first = group[0]
    allowed = ", ".join(each.method for each in group)
    yield {
        "name": first.path,
        "match": _match(first),
        "direct_response": {"status": 405},
        "metadata": _counted("pages"),
        "response_headers_to_add": [header("allow", allowed)],
        "typed_per_filter_config": _no_token() if any(each.is_public for each in group) else {},
    }


def _operation(operation: Operation) -> Json:
    return {
        "name": operation.name,
        "match": _match(operation) | {"headers": [_method(operation.method)]},
        "route": {
            "cluster": operation.service,
            "timeout": seconds(PATIENCE_WITH.get(operation.name, PATIENCE)),
            "retry_policy": _retries(operation.method),
        },
        "metadata": _counted(_kind(operation), _body_bytes(operation)),
        "decorator": {"operation": operation.name, "propagate": False},
        "response_headers_to_add": API_HEADERS,
        "typed_per_filter_config": (_no_token() if operation.is_public else {}) | _body(operation),
    }


def _match(operation: Operation) -> Json:
    if operation.pattern is None:
        return {"path": operation.path}
    return {"safe_regex": {"regex": operation.pattern}}


def _method(*methods: str) -> Json:
    return {"name": ":method", "string_match": {"safe_regex": {"regex": "|".join(methods)}}}


def _retries(method: str) -> Json:
    """What only reads may be asked again when it broke off before an answer."""
    return {
        "retry_on": f"{NOT_SENT},reset" if method == "GET" else NOT_SENT,
        "num_retries": 2,
        "retry_back_off": {"base_interval": "0.05s", "max_interval": "0.5s"},
    }


def _kind(operation: Operation) -> str:
    """Which limit counts it (limits.py)."""
    if not operation.is_public:
        return "company"
    if operation.name in SIGNS_IN:
        return "sign_in"
    return "webhooks" if operation.path.startswith(WEBHOOKS) else "public"


def _counted(kind: str, body_bytes: int = BODY_BYTES) -> Json:
    """How often may be asked (limits.py), and how much at once, for who asked with more (replies.py)."""
    return {"filter_metadata": {LIMIT: {"kind": kind, "bytes": f"{body_bytes:,}"}}}


def _no_token() -> Json:
    return {f"{FILTERS}.jwt_authn": typed("filters.http.jwt_authn.v3.PerRouteConfig", disabled=True)}


def _body(operation: Operation) -> Json:
    buffer = {"max_request_bytes": _body_bytes(operation)}
    return {f"{FILTERS}.buffer": typed("filters.http.buffer.v3.BufferPerRoute", buffer=buffer)}


def _body_bytes(operation: Operation) -> int:
    if operation.is_public:
        return LOTS.get(operation.name, PUBLIC_BODY_BYTES)
    return BODY_BYTES


def _nowhere() -> Json:
    """Of an API that there is not, or not for the world."""
    match = {"safe_regex": {"regex": NOWHERE}}
    return {"name": "nowhere", "match": match, "metadata": _counted("pages"), "direct_response": {"status": 404}}


def _office_ui(settings: GatewaySettings) -> list[Json]:
    """The office's web app has all other addresses, to be read only."""
    everything: dict[str, Any] = {"name": "office-ui", "match": {"prefix": "/"}, "metadata": _counted("pages")}
    reading = everything["match"] | {"headers": [_method("GET", "HEAD")]}
    served = {
        "route": {"cluster": "office-ui", "timeout": seconds(PATIENCE), "retry_policy": _retries("GET")},
        "decorator": {"operation": "office-ui", "propagate": False},
        "response_headers_to_add": app_headers(settings),
    }
    refused = {"direct_response": {"status": 405}, "response_headers_to_add": [header("allow", "GET, HEAD")]}
    return [everything | served | {"match": reading}, everything | refused]
