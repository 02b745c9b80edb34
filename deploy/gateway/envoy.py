"""The few shapes that Envoy's configuration repeats (envoyproxy.io/docs, v3 API), as JSON."""

from typing import Any

Json = dict[str, Any]


def typed(kind: str, **fields: Any) -> Json:
    """A message inside an `Any`: `kind` is its name below `envoy.extensions`."""
    return {"@type": f"type.googleapis.com/envoy.extensions.{kind}", **fields}


def http_filter(name: str, kind: str, **fields: Any) -> Json:
    """An HTTP filter, under the name that its settings of a route refer to."""
    return {"name": name, "typed_config": typed(f"filters.http.{kind}", **fields)}


def seconds(count: float) -> str:
    """A duration."""
    return f"{count:g}s"


def header(name: str, value: str, *, action: str = "ADD_IF_ABSENT") -> Json:
    """A header to add to answers."""
    return {"header": {"key": name, "value": value}, "append_action": action}


def address(host: str, port: int) -> Json:
    """A TCP address."""
    return {"socket_address": {"address": host, "port_value": port}}
