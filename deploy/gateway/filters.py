"""What every request passes on its way in: how much an address asks, CORS, token, limits, body; in this order."""

from deploy.gateway.clusters import cluster_name
from deploy.gateway.envoy import Json, http_filter, seconds, typed
from deploy.gateway.limits import by_address, limits
from deploy.gateway.operations import PREFIX
from deploy.gateway.routes import BODY_BYTES, FILTERS
from deploy.gateway.settings import GatewaySettings
from servicekit.settings import Issuer

KEYS_SECONDS = 30  # a new key of an issuer is known after these; it should sign no sooner
LEEWAY_SECONDS = 30
ASKED = "authorization, content-type, idempotency-key, if-match, if-none-match, traceparent"
TOLD = "etag, location, retry-after, x-request-id"


def filters(settings: GatewaySettings) -> list[Json]:
    """All of them; the last one sends the request on."""
    return [
        by_address(settings),
        http_filter(f"{FILTERS}.cors", "cors.v3.Cors"),
        _tokens(settings),
        limits(settings),
        http_filter(f"{FILTERS}.buffer", "buffer.v3.Buffer", max_request_bytes=BODY_BYTES),
        http_filter(f"{FILTERS}.router", "router.v3.Router", suppress_envoy_headers=True),
    ]


def cors(settings: GatewaySettings) -> Json:
    """Which other origins' scripts may ask; none unless settings name them."""
    if not settings.cors_origins:
        return {}
    policy = typed(
        "filters.http.cors.v3.CorsPolicy",
        allow_origin_string_match=[{"exact": origin} for origin in settings.cors_origins],
        allow_methods="GET, POST, PUT, PATCH, DELETE",
        allow_headers=ASKED,
        expose_headers=TOLD,
        max_age="600",
    )
    return {f"{FILTERS}.cors": policy}


def _tokens(settings: GatewaySettings) -> Json:
    """A token of an issuer that is trusted, for everything below `/v1/` but what a route excepts."""
    names = [f"issuer-{n}" for n, _ in enumerate(settings.auth_issuers)]
    each_of = [{"provider_name": name} for name in names]
    any_of = each_of[0] if len(each_of) == 1 else {"requires_any": {"requirements": each_of}}
    return http_filter(
        f"{FILTERS}.jwt_authn",
        "jwt_authn.v3.JwtAuthentication",
        providers={
            name: _issuer(each, settings.auth_audience) for name, each in zip(names, settings.auth_issuers, strict=True)
        },
        rules=[{"match": {"prefix": PREFIX}, "requires": any_of}],
    )


def _issuer(issuer: Issuer, audience: str) -> Json:
    return {
        "issuer": issuer.issuer,
        "audiences": [audience],
        "forward": True,  # the services check it once more
        # What follows the scheme, and never from a query; that the scheme is Bearer, in any case, the services see to.
        "from_headers": [{"name": "authorization", "value_prefix": " "}],
        "require_expiration": True,
        "clock_skew_seconds": LEEWAY_SECONDS,
        "payload_in_metadata": "claims",
        "remote_jwks": {
            "http_uri": {"uri": str(issuer.jwks_url), "cluster": cluster_name(issuer.jwks_url), "timeout": "3s"},
            "cache_duration": seconds(KEYS_SECONDS),
            "async_fetch": {"fast_listener": False},
            "retry_policy": {"num_retries": 2},
        },
    }
