"""How much one company, or one address without a token, may ask; beyond that it is a 429, and the others go on."""

from deploy.gateway.envoy import Json, http_filter, seconds
from deploy.gateway.routes import FILTERS, LIMIT
from deploy.gateway.settings import GatewaySettings, Limit

KNOWN_AT_ONCE = 10_000  # companies, and addresses, that are counted apart
ALWAYS = {"default_value": {"numerator": 100}, "runtime_key": "gateway.limits"}
# As the token says, which was checked by then; a service's own token names none.
COMPANY = {
    "metadata": {
        "descriptor_key": "company",
        "metadata_key": {"key": f"{FILTERS}.jwt_authn", "path": [{"key": "claims"}, {"key": "company_id"}]},
        "default_value": "none",
    }
}
ADDRESS = {"masked_remote_address": {"v4_prefix_mask_len": 32, "v6_prefix_mask_len": 64}}
KIND = {
    "metadata": {
        "descriptor_key": "kind",
        "metadata_key": {"key": LIMIT, "path": [{"key": "kind"}]},
        "source": "ROUTE_ENTRY",
    }
}


def limits(settings: GatewaySettings) -> Json:
    """The filter. What kind of limit a request falls under is said by its route."""
    counted = {
        ("company", "company"): settings.limit_company,
        ("public", "masked_remote_address"): settings.limit_public,
        ("sign_in", "masked_remote_address"): settings.limit_sign_in,
        ("webhooks", "masked_remote_address"): settings.limit_webhooks,
    }
    return http_filter(
        f"{FILTERS}.local_ratelimit",
        "local_ratelimit.v3.LocalRateLimit",
        stat_prefix="gateway",
        token_bucket=_bucket(settings.limit_all),
        filter_enabled=ALWAYS,
        filter_enforced=ALWAYS,
        max_dynamic_descriptors=KNOWN_AT_ONCE,
        rate_limits=[{"actions": [KIND, COMPANY]}, {"actions": [KIND, ADDRESS]}],
        descriptors=[
            {"entries": [{"key": "kind", "value": kind}, {"key": by}], "token_bucket": _bucket(limit)}
            for (kind, by), limit in counted.items()
        ],
    )


def _bucket(limit: Limit) -> Json:
    return {"max_tokens": limit.burst, "tokens_per_fill": limit.refill, "fill_interval": seconds(limit.seconds)}
