"""What the gateway adds to answers, what it says where a service says nothing, and what it writes down."""

import json
import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.x509.oid import NameOID

from deploy.gateway.config import bootstrap
from deploy.gateway.replies import BadRequest
from deploy.gateway.settings import GatewaySettings
from deploy.gateway.tests.conftest import Gateway, StartGateway
from deploy.gateway.tests.upstream import Upstream
from deploy.local.waiting import until
from servicekit.errors import Unavailable
from servicekit.testing import NOWHERE, TestIssuer

COMPANY = UUID(int=1)
LOOPBACK = IPv4Address("127.0.0.1")
APP = "https://app.example"
ASKING = {"origin": APP, "access-control-request-method": "PUT", "access-control-request-headers": "if-match"}


def test_scripts_of_other_origins_may_ask_only_where_settings_say_so(gateway: Gateway, start: StartGateway) -> None:
    open_to_app = start(CORS_ORIGINS=json.dumps([APP]))
    allowed = open_to_app.http.options("/v1/sender", headers=ASKING)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == APP
    assert "PUT" in allowed.headers["access-control-allow-methods"]
    assert {"if-match", "authorization"} <= set(allowed.headers["access-control-allow-headers"].split(", "))
    stranger = open_to_app.http.options("/v1/sender", headers=ASKING | {"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in stranger.headers
    assert "access-control-allow-origin" not in gateway.http.options("/v1/sender", headers=ASKING).headers


def test_a_script_of_another_origin_reads_the_answer_and_its_etag(start: StartGateway, issuer: TestIssuer) -> None:
    signed = issuer.headers(company_id=COMPANY)
    answer = start(CORS_ORIGINS=json.dumps([APP])).http.get("/v1/sender", headers=signed | {"origin": APP})
    assert answer.headers["access-control-allow-origin"] == APP
    assert "etag" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers


def test_the_web_app_runs_scripts_of_its_own_origin_alone(gateway: Gateway, issuer: TestIssuer) -> None:
    headers = gateway.http.get("/").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert (policy["default-src"], policy.get("script-src")) == ("'self'", None)
    assert policy["connect-src"] == f"'self' {issuer.url}"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"


def test_data_is_no_page_and_refusals_have_the_same_headers(gateway: Gateway, issuer: TestIssuer) -> None:
    signed = issuer.headers(company_id=COMPANY)
    answers = [gateway.http.get(path, headers=signed) for path in ("/v1/jobs", "/v1/nothing")]
    for answer in [*answers, gateway.http.get("/v1/jobs")]:
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "strict-transport-security" not in answer.headers


def test_by_tls_browsers_are_told_to_stay_there(start: StartGateway, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    gateway = start(TLS_CERTIFICATE=str(certificate), TLS_KEY=str(key), PUBLIC_URL="https://127.0.0.1")
    trusting = ssl.create_default_context(cafile=str(certificate))
    answer = httpx.get(gateway.url.replace("http://", "https://"), verify=trusting)
    assert answer.json()["service"] == "office-ui"
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1, and its key."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fieldbell")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(LOOPBACK)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(*pem))
    return folder / "certificate.pem", folder / "key.pem"


def test_a_service_that_is_down_is_a_problem_that_says_try_again(start: StartGateway) -> None:
    answer = start(NOTIFIER_SVC_URL=f"http://{NOWHERE}").http.post("/v1/unsubscribe/token")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "https://fieldbell.dev/problems/unavailable",
        "title": Unavailable().title,
        "status": 503,
    }


@pytest.mark.parametrize(
    "line", ["FOO /v1/jobs", "GET /v1/jobs/%00", "GET /v1/jobs/a%2Fb", "GET /v1/jobs\r\na_b: c", "GET /v1/jobs\r\n: c"]
)
def test_what_cannot_be_read_is_a_problem_too(gateway: Gateway, line: str) -> None:
    request, _, headers = line.partition("\r\n")
    answer = spoken(gateway, f"{request} HTTP/1.1\r\nhost: x\r\n{headers}")
    assert answer.startswith("HTTP/1.1 400 ")
    assert "content-type: application/problem+json" in answer
    assert json.loads(answer.partition("\r\n\r\n")[2])["title"] == BadRequest().title


def test_a_body_in_an_unknown_coding_is_a_problem_too(gateway: Gateway) -> None:
    answer = spoken(gateway, "POST /v1/portal/sign-in HTTP/1.1\r\nhost: x\r\ntransfer-encoding: foo")
    assert answer.startswith("HTTP/1.1 501 ")
    assert "content-type: application/problem+json" in answer


def test_a_load_balancer_may_speak_the_oldest_http(gateway: Gateway) -> None:
    answer = spoken(gateway, "GET /v1/portal/jwks HTTP/1.0")
    assert answer.startswith(("HTTP/1.0 200 ", "HTTP/1.1 200 "))
    assert '"service": "customer-svc"' in answer


def spoken(gateway: Gateway, request: str) -> str:
    """What these bytes are answered, until the gateway hangs up."""
    where = urlsplit(gateway.url)
    with socket.create_connection((where.hostname, where.port), timeout=10) as wire:
        wire.sendall(f"{request.strip()}\r\nconnection: close\r\n\r\n".encode())
        with wire.makefile("rb") as answer:
            return answer.read().decode()


def test_what_only_reads_is_asked_again_and_what_writes_is_not(
    gateway: Gateway, issuer: TestIssuer, upstream: Upstream
) -> None:
    signed = issuer.headers(company_id=COMPANY)
    upstream.asked.clear()
    upstream.break_off = 1
    assert gateway.http.get("/v1/jobs", headers=signed).status_code == 200
    upstream.break_off = 1
    assert gateway.http.post("/v1/jobs", headers=signed).status_code == 503
    assert upstream.asked == ["GET /v1/jobs", "GET /v1/jobs", "POST /v1/jobs"]


def test_the_trace_goes_on_and_what_only_the_gateway_may_say_does_not(gateway: Gateway) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    forged = {"x-request-id": "mine", "x-envoy-upstream-rq-timeout-ms": "1", "x-envoy-retry-on": "5xx"}
    answer = gateway.http.get("/v1/portal/jwks", headers={"traceparent": trace} | forged)
    seen = answer.json()["headers"]
    assert seen["traceparent"] == trace
    assert seen["x-request-id"] == answer.headers["x-request-id"] != "mine"
    assert not {"x-envoy-upstream-rq-timeout-ms", "x-envoy-retry-on", "x-envoy-internal"} & {*seen}
    assert not any(name.startswith("x-envoy-") for name in answer.headers)


@pytest.mark.survives(63)
def test_a_line_a_request_is_written_down_without_path_query_or_token(gateway: Gateway, issuer: TestIssuer) -> None:
    link, token = "seCretlinkTok3n" * 8, issuer.token(company_id=COMPANY)
    answers = [
        gateway.http.get("/v1/customers?search=maria.lee%40example.com", headers={"authorization": f"Bearer {token}"}),
        gateway.http.get("/v1/customers?search=maria.lee%40example.com", headers={"authorization": f"Bearer {token}x"}),
        gateway.http.get(f"/v1/unsubscribe/{link}", headers={"referer": "https://maria.lee.example"}),
        gateway.http.get(f"/preferences/{link}"),
        gateway.http.get("/customers/maria.lee?name=maria.lee", headers={"user-agent": "maria.lee"}),
        gateway.http.get("/v1/maria.lee", headers={"x-request-id": "maria.lee"}),
    ]
    ids = [answer.headers["x-request-id"] for answer in answers]
    until(lambda: all(id in gateway.log for id in ids), "not all is written down")
    told = {line.get("request_id"): line for line in map(json.loads, gateway.log.splitlines())}
    assert [(told[id]["route"], told[id]["status"]) for id in ids] == [
        ("GET /v1/customers", 200),
        ("GET /v1/customers", 401),
        ("GET /v1/unsubscribe/{token}", 200),
        ("office-ui", 200),
        ("office-ui", 200),
        ("nowhere", 401),
    ]
    assert [word for word in ("maria.lee", link, token, "127.0.0.1") if word in gateway.log] == []


def test_who_runs_it_reads_health_and_metrics_and_can_change_nothing(gateway: Gateway) -> None:
    assert httpx.get(f"{gateway.operations_url}/health/live").json()["service"] == "gateway"
    assert "envoy_cluster_upstream_rq_total" in httpx.get(f"{gateway.operations_url}/metrics").text
    forbidden = [("POST", "/quitquitquit"), ("GET", "/config_dump"), ("POST", "/metrics"), ("GET", "/stats")]
    assert {httpx.request(how, gateway.operations_url + path).status_code for how, path in forbidden} == {404}


def test_an_idle_connection_outlasts_a_load_balancers_and_goes_soon_after(
    upstream: Upstream, issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, url in upstream.urls.items():
        monkeypatch.setenv(f"{name.replace('-', '_')}_url".upper(), url)
    monkeypatch.setenv("PUBLIC_URL", "https://fieldbell.example")
    monkeypatch.setenv("AUTH_ISSUERS", json.dumps([issuer.setting]))
    listeners = bootstrap(GatewaySettings())["static_resources"]["listeners"]
    managers = [each["filter_chains"][0]["filters"][0]["typed_config"] for each in listeners]
    kept = [float(each["common_http_protocol_options"]["idle_timeout"].removesuffix("s")) for each in managers]
    assert all(60 < each <= 90 for each in kept)


@pytest.mark.parametrize(
    ("name", "value"), [("PUBLIC_URL", "nonsense"), ("AUTH_ISSUERS", "[]"), ("TLS_KEY", "key.pem")]
)
def test_a_setting_that_is_wrong_is_named(start: StartGateway, name: str, value: str) -> None:
    with pytest.raises(AssertionError, match=f"(?s)check these settings:.*{name}"):
        start(**{name: value})
