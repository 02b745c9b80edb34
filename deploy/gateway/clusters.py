"""Who the gateway talks to: the services, the web app, the issuers of tokens, the collector of traces."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import AnyHttpUrl

from deploy.gateway.envoy import Json, address, typed
from deploy.gateway.settings import GatewaySettings

ADMIN = "admin"
CONNECT = "2s"
IDLE = "60s"  # the services hang up after 75


def clusters(settings: GatewaySettings, admin_socket: str) -> list[Json]:
    """All of them; who is reached at one address is one cluster."""
    asked = [each.jwks_url for each in settings.auth_issuers]
    if settings.otel_exporter_otlp_endpoint:
        asked.append(settings.otel_exporter_otlp_endpoint)
    return [
        *(_cluster(name, url, settings.ca_file) | _careful() for name, url in settings.upstreams.items()),
        *_others(asked, settings.ca_file),
        _endpoint(ADMIN, {"pipe": {"path": admin_socket}}) | {"type": "STATIC"},
    ]


def cluster_name(url: AnyHttpUrl) -> str:
    """Of who is not ours."""
    return f"{url.host}:{url.port}"


def _others(urls: Iterable[AnyHttpUrl], ca_file: Path) -> list[Json]:
    return [_cluster(name, url, ca_file) for name, url in {cluster_name(url): url for url in urls}.items()]


def _cluster(name: str, url: AnyHttpUrl, ca_file: Path) -> Json:
    assert url.host is not None
    assert url.port is not None  # pydantic knows the port of http and https
    return _endpoint(name, address(url.host, url.port)) | (_tls(url.host, ca_file) if url.scheme == "https" else {})


def _endpoint(name: str, where: Json) -> Json:
    return {
        "name": name,
        "type": "STRICT_DNS",
        "connect_timeout": CONNECT,
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": where}}]}],
        },
    }


def _careful() -> Json:
    """Who does not take connections, or breaks them off, is left alone for a while where there are others.

    What a service answers itself is no sign of that: a 503 may be one company's.
    """
    options = typed(
        "upstreams.http.v3.HttpProtocolOptions",
        explicit_http_config={"http_protocol_options": {}},
        common_http_protocol_options={"idle_timeout": IDLE},
    )
    return {
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options},
        "outlier_detection": {
            "split_external_local_origin_errors": True,
            "consecutive_local_origin_failure": 5,
            "enforcing_consecutive_5xx": 0,
            "enforcing_consecutive_gateway_failure": 0,
            "enforcing_success_rate": 0,
            "enforcing_local_origin_success_rate": 0,
            "base_ejection_time": "10s",
            "max_ejection_percent": 50,
        },
    }


def _tls(host: str, ca_file: Path) -> Json:
    """Certificates are checked, and that they are this host's."""
    validation = {
        "trusted_ca": {"filename": str(ca_file.resolve())},
        "match_typed_subject_alt_names": [{"san_type": "DNS", "matcher": {"exact": host}}],
    }
    context = typed(
        "transport_sockets.tls.v3.UpstreamTlsContext", sni=host, common_tls_context={"validation_context": validation}
    )
    return {"transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": context}}
