"""Envoy's configuration as a whole: two listeners, the clusters, what keeps it alive under load."""

from deploy.gateway.clusters import ADMIN, cluster_name, clusters
from deploy.gateway.envoy import Json, address, http_filter, typed
from deploy.gateway.filters import cors, filters
from deploy.gateway.replies import access_log, all_headers, problems
from deploy.gateway.routes import FILTERS, routes
from deploy.gateway.settings import GatewaySettings

ADMIN_SOCKET = "admin.sock"  # in the folder that it runs in: the path of a socket has 107 bytes at most
HEADERS_KB = 32
CONNECTIONS = 10_000
IDLE = "75s"  # longer than load balancers keep a connection that they may use again
MEMORY = 1024 * 1024 * 1024
NOBODY = {"address_prefix": "255.255.255.255", "prefix_len": 32}  # may set x-envoy-* headers, or a request's id
READY = '{"service": "gateway", "status": "ready"}'


def bootstrap(settings: GatewaySettings) -> Json:
    """The whole of it."""
    return {
        "admin": {"address": {"pipe": {"path": ADMIN_SOCKET, "mode": 0o600}}},
        "static_resources": {
            "listeners": [_world(settings), _operations(settings)],
            "clusters": clusters(settings, ADMIN_SOCKET),
        },
        "overload_manager": _overload(),
        "application_log_config": {
            "log_format": {
                "json_format": {"time": "%Y-%m-%dT%T.%e%z", "level": "%l", "logger": "envoy", "message": "%j"}
            }
        },
    }


def _world(settings: GatewaySettings) -> Json:
    """Where everybody comes in."""
    host = {
        "name": "fieldbell",
        "domains": ["*"],
        "routes": routes(settings),
        "typed_per_filter_config": cors(settings),
        "response_headers_to_add": all_headers(settings),
    }
    manager = _manager("gateway", [host], filters(settings)) | {
        "access_log": access_log(),
        "local_reply_config": problems(settings),
        "xff_num_trusted_hops": settings.trusted_hops,
        "always_set_request_id_in_response": True,
        "http_protocol_options": {  # of load balancers, some speak 1.0
            "accept_http_10": True,
            "default_host_for_http_10": settings.public_url.host,
        },
    }
    manager |= _tracing(settings)
    chain: Json = {"filters": [_connection_manager(manager)]} | _tls(settings)
    return {
        "name": "world",
        "address": address(settings.http_host, settings.http_port),
        "per_connection_buffer_limit_bytes": 32 * 1024,
        "filter_chains": [chain],
    }


def _operations(settings: GatewaySettings) -> Json:
    """Where those ask who run it: of Envoy's administration only its metrics, and nothing that changes it."""
    reading = {"headers": [{"name": ":method", "string_match": {"exact": "GET"}}]}
    answers = [
        {"match": {"path": path} | reading, "direct_response": {"status": 200, "body": {"inline_string": READY}}}
        for path in ("/health/live", "/health/ready")
    ]
    metrics = {
        "match": {"path": "/metrics"} | reading,
        "route": {"cluster": ADMIN, "prefix_rewrite": "/stats/prometheus"},
    }
    host = {"name": "operations", "domains": ["*"], "routes": [*answers, metrics]}
    manager = _manager("operations", [host], [http_filter(f"{FILTERS}.router", "router.v3.Router")])
    return {
        "name": "operations",
        "address": address(settings.http_host, settings.operations_port),
        "filter_chains": [{"filters": [_connection_manager(manager)]}],
    }


def _manager(name: str, hosts: list[Json], passed: list[Json]) -> Json:
    """As Envoy's own advice for the edge has it (envoyproxy.io/docs, "Configuring Envoy as an edge proxy")."""
    return {
        "stat_prefix": name,
        "route_config": {"name": name, "virtual_hosts": hosts},
        "http_filters": passed,
        "server_header_transformation": "PASS_THROUGH",
        "use_remote_address": True,
        "internal_address_config": {"cidr_ranges": [NOBODY]},
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "REJECT_REQUEST",
        "max_request_headers_kb": HEADERS_KB,
        "request_headers_timeout": "10s",
        "request_timeout": "60s",
        "stream_idle_timeout": "300s",
        "common_http_protocol_options": {
            "idle_timeout": IDLE,
            "headers_with_underscores_action": "REJECT_REQUEST",
        },
        "http2_protocol_options": {
            "max_concurrent_streams": 100,
            "initial_stream_window_size": 65536,
            "initial_connection_window_size": 1048576,
        },
    }


def _connection_manager(manager: Json) -> Json:
    kind = "filters.network.http_connection_manager.v3.HttpConnectionManager"
    return {"name": "envoy.filters.network.http_connection_manager", "typed_config": typed(kind, **manager)}


def _tls(settings: GatewaySettings) -> Json:
    if settings.tls_certificate is None or settings.tls_key is None:
        return {}
    pair = {
        "certificate_chain": {"filename": str(settings.tls_certificate.resolve())},
        "private_key": {"filename": str(settings.tls_key.resolve())},
    }
    common = {
        "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
        "tls_certificates": [pair],
        "alpn_protocols": ["h2", "http/1.1"],
    }
    context = typed("transport_sockets.tls.v3.DownstreamTlsContext", common_tls_context=common)
    return {"transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": context}}


def _tracing(settings: GatewaySettings) -> Json:
    """A span a request, named after its route: neither path nor query. The trace goes on in the services."""
    endpoint = settings.otel_exporter_otlp_endpoint
    if endpoint is None:
        return {}  # what trace a request is part of is handed on as it came
    uri = {"uri": f"{str(endpoint).rstrip('/')}/v1/traces", "cluster": cluster_name(endpoint), "timeout": "5s"}
    tracer = {
        "@type": "type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig",
        "service_name": "gateway",
        "http_service": {"http_uri": uri},
    }
    provider = {"name": "envoy.tracers.opentelemetry", "typed_config": tracer}
    hidden = [{"tag": tag, "literal": {"value": "-"}} for tag in ("peer.address", "user_agent")]  # a person's
    return {"tracing": {"provider": provider, "max_path_tag_length": 0, "custom_tags": hidden}}


def _overload() -> Json:
    """Rather refuse than fall."""
    heap = typed("resource_monitors.fixed_heap.v3.FixedHeapConfig", max_heap_size_bytes=MEMORY)
    connections = typed(
        "resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
        max_active_downstream_connections=CONNECTIONS,
    )
    return {
        "refresh_interval": "0.25s",
        "resource_monitors": [
            {"name": "envoy.resource_monitors.fixed_heap", "typed_config": heap},
            {"name": "envoy.resource_monitors.global_downstream_max_connections", "typed_config": connections},
        ],
        "actions": [
            {
                "name": "envoy.overload_actions.stop_accepting_requests",
                "triggers": [{"name": "envoy.resource_monitors.fixed_heap", "threshold": {"value": 0.95}}],
            }
        ],
    }
