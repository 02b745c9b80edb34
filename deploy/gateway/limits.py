"""How much one company, customer or address may ask; beyond that it is a 429, and the others go on."""

from deploy.gateway.envoy import Json, http_filter, seconds
from deploy.gateway.replies import LIMIT
from deploy.gateway.routes import FILTERS
from deploy.gateway.settings import GatewaySettings, Limit

KNOWN_AT_ONCE = 10_000  # companies, customers and addresses that are counted apart
# A filter must have one for what no descriptor is for: browsers' preflights.
UNCOUNTED = {"max_tokens": 10_000, "tokens_per_fill": 10_000, "fill_interval": "1s"}
ALWAYS = {"default_value": {"numerator": 100}, "runtime_key": "gateway.limits"}


def _claim(name: str, **otherwise: str) -> Json:
    """What the token says, which was checked by then."""
    path = [{"key": "claims"}, {"key": name}]
    key = {"key": f"{FILTERS}.jwt_authn", "path": path}
    return {"metadata": {"descriptor_key": name, "metadata_key": key} | otherwise}


COMPANY = _claim("company_id", default_value="none")  # a service's own token names none
CUSTOMER = _claim("customer_id")  # whose token names none, is not counted as one
ADDRESS = {"masked_remote_address": {"v4_prefix_mask_len": 32, "v6_prefix_mask_len": 64}}
KIND = {
    "metadata": {
        "descriptor_key": "kind",
        "metadata_key": {"key": LIMIT, "path": [{"key": "kind"}]},
        "source": "ROUTE_ENTRY",
    }
}


def by_address(settings: GatewaySettings) -> Json:
    """The filter before all others, also of those whom they refuse."""
    anyone = {"entries": [{"key": "masked_remote_address"}], "token_bucket": _bucket(settings.limit_address)}
    return _filter("address", [{"actions": [ADDRESS]}], [anyone])


def limits(settings: GatewaySettings) -> Json:
    """The filter behind the tokens. What kind of limit a request falls under is said by its route."""
    counted = {
        ("company", "company_id"): settings.limit_company,
        ("company", "customer_id"): settings.limit_customer,
        ("pages", "masked_remote_address"): settings.limit_pages,
        ("public", "masked_remote_address"): settings.limit_public,
        ("sign_in", "masked_remote_address"): settings.limit_sign_in,
        ("webhooks", "masked_remote_address"): settings.limit_webhooks,
    }
    of_each = [
        {"entries": [{"key": "kind", "value": kind}, {"key": by}], "token_bucket": _bucket(limit)}
        for (kind, by), limit in counted.items()
    ]
    return _filter("gateway", [{"actions": [KIND, whom]} for whom in (COMPANY, CUSTOMER, ADDRESS)], of_each)


def _filter(name: str, rate_limits: list[Json], descriptors: list[Json]) -> Json:
    return http_filter(
        f"{FILTERS}.local_ratelimit",
        "local_ratelimit.v3.LocalRateLimit",
        stat_prefix=name,
        token_bucket=UNCOUNTED,
        always_consume_default_token_bucket=False,  # what all share, one could take from all
        filter_enabled=ALWAYS,
        filter_enforced=ALWAYS,
        max_dynamic_descriptors=KNOWN_AT_ONCE,
        rate_limits=rate_limits,
        descriptors=descriptors,
    )


def _bucket(limit: Limit) -> Json:
    return {"max_tokens": limit.burst, "tokens_per_fill": limit.refill, "fill_interval": seconds(limit.seconds)}
