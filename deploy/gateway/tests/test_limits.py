"""How much is too much: requests, bodies, headers."""

import json
import socket
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from contracts.jobs import Role
from deploy.gateway.routes import BODY_BYTES, PUBLIC_BODY_BYTES
from deploy.gateway.tests.conftest import Gateway, StartGateway
from servicekit.testing import TestIssuer

LOUD, QUIET = UUID(int=1), UUID(int=2)
FEW = json.dumps({"burst": 3, "refill": 1, "seconds": 600})


def statuses(gateway: Gateway, count: int, method: str, path: str, headers: dict[str, str] | None = None) -> list[int]:
    return [gateway.http.request(method, path, headers=headers or {}).status_code for _ in range(count)]


@pytest.mark.survives(64)
def test_one_company_that_floods_is_stopped_and_no_other(start: StartGateway, issuer: TestIssuer) -> None:
    gateway = start(LIMIT_COMPANY=FEW)
    loud, quiet = issuer.headers(company_id=LOUD), issuer.headers(company_id=QUIET)
    assert statuses(gateway, 2, "GET", "/v1/jobs", loud) + statuses(gateway, 2, "GET", "/v1/rules", loud) == [
        *(200, 200, 200),
        429,
    ]
    assert statuses(gateway, 3, "GET", "/v1/jobs", quiet) == [200, 200, 200]
    answer = gateway.http.get("/v1/jobs", headers=loud)
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "https://fieldbell.dev/problems/too-many-requests"


def test_who_signs_in_may_try_seldom_and_links_go_on(start: StartGateway) -> None:
    gateway = start(LIMIT_SIGN_IN=FEW)
    mixed = [
        *statuses(gateway, 2, "POST", "/v1/portal/sign-in"),
        *statuses(gateway, 1, "POST", "/v1/portal/forgotten"),
        *statuses(gateway, 1, "POST", "/v1/portal/invitations/token"),
    ]
    assert mixed == [200, 200, 200, 429]
    assert gateway.http.post("/v1/portal/sign-in").headers["retry-after"] == "600"
    assert statuses(gateway, 5, "GET", "/v1/unsubscribe/token") == [200] * 5


def test_addresses_without_a_token_are_counted_apart(start: StartGateway) -> None:
    gateway = start(LIMIT_PUBLIC=FEW, TRUSTED_HOPS="1")
    loud, quiet = ({"x-forwarded-for": address} for address in ("203.0.113.7", "198.51.100.1"))
    neighbours = [{"x-forwarded-for": f"2001:db8::{n}"} for n in range(4)]
    assert statuses(gateway, 4, "POST", "/v1/unsubscribe/token", loud) == [200, 200, 200, 429]
    assert statuses(gateway, 3, "GET", "/v1/logos/abc", quiet) == [200, 200, 200]
    assert [statuses(gateway, 1, "GET", "/v1/logos/abc", each)[0] for each in neighbours] == [200, 200, 200, 429]


def test_nobody_is_believed_what_address_they_have_unless_a_proxy_says_it(start: StartGateway) -> None:
    gateway = start(LIMIT_PUBLIC=FEW)
    claimed = [{"x-forwarded-for": f"203.0.113.{n}"} for n in range(4)]
    assert [statuses(gateway, 1, "GET", "/v1/logos/abc", each)[0] for each in claimed] == [200, 200, 200, 429]


def test_what_twilio_tells_has_a_limit_of_its_own(start: StartGateway) -> None:
    gateway = start(LIMIT_PUBLIC=FEW, LIMIT_WEBHOOKS=json.dumps({"burst": 5, "refill": 1, "seconds": 600}))
    assert Counter(statuses(gateway, 6, "POST", "/v1/twilio/texts")) == {200: 5, 429: 1}


@pytest.mark.survives(64)
def test_who_only_reads_pages_takes_nothing_from_others(start: StartGateway, issuer: TestIssuer) -> None:
    gateway = start(LIMIT_PAGES=FEW)
    mixed = [*statuses(gateway, 2, "GET", "/"), *statuses(gateway, 2, "PUT", "/v1/portal/jwks")]
    assert mixed == [200, 200, 405, 429]
    assert statuses(gateway, 5, "GET", "/v1/jobs", issuer.headers(company_id=QUIET)) == [200] * 5


@pytest.mark.survives(64)
def test_one_address_has_a_limit_whatever_it_is_answered(start: StartGateway) -> None:
    gateway = start(LIMIT_ADDRESS=FEW, TRUSTED_HOPS="1")
    loud, quiet = ({"x-forwarded-for": address} for address in ("203.0.113.7", "198.51.100.1"))
    assert statuses(gateway, 4, "GET", "/v1/jobs", loud) == [401, 401, 401, 429]
    assert statuses(gateway, 1, "GET", "/v1/logos/abc", quiet) == [200]


def test_one_customer_who_floods_does_not_stop_the_office(start: StartGateway, issuer: TestIssuer) -> None:
    gateway = start(LIMIT_CUSTOMER=FEW)
    loud, quiet = (issuer.headers(Role.CUSTOMER, LOUD, customer_id=str(UUID(int=n))) for n in (7, 8))
    assert statuses(gateway, 4, "GET", "/v1/portal/me", loud) == [200, 200, 200, 429]
    assert statuses(gateway, 3, "GET", "/v1/portal/me", quiet) == [200, 200, 200]
    assert statuses(gateway, 5, "GET", "/v1/jobs", issuer.headers(company_id=LOUD)) == [200] * 5


def in_pieces(size: int) -> Iterator[bytes]:
    """Without a length said before."""
    for begin in range(0, size, 1000):
        yield b"x" * min(1000, size - begin)


@pytest.mark.parametrize(
    ("path", "limit"), [("/v1/customer-imports", BODY_BYTES), ("/v1/portal/sign-in", PUBLIC_BODY_BYTES)]
)
@pytest.mark.survives(61)
def test_a_body_that_is_too_large_is_refused_and_one_that_just_fits_is_not(
    gateway: Gateway, issuer: TestIssuer, path: str, limit: int
) -> None:
    headers = issuer.headers(company_id=QUIET)
    assert gateway.http.post(path, content=b"x" * limit, headers=headers).json()["bytes"] == limit
    for content in (b"x" * (limit + 1), in_pieces(limit + 1)):
        answer = gateway.http.post(path, content=content, headers=headers)
        assert answer.status_code == 413
        assert answer.json()["type"] == "https://fieldbell.dev/problems/too-large"
        assert answer.json()["detail"] == f"A request has {limit:,} bytes at most."


@pytest.mark.survives(61)
def test_headers_that_are_too_large_are_refused(gateway: Gateway) -> None:
    answer = gateway.http.get("/v1/portal/jwks", headers={"x-large": "x" * 40_000})
    assert (answer.status_code, answer.headers["content-type"]) == (431, "application/problem+json")


@pytest.mark.survives(61)
def test_a_request_of_two_lengths_is_refused(gateway: Gateway) -> None:
    where = urlsplit(gateway.url)
    with socket.create_connection((where.hostname, where.port), timeout=10) as wire:
        lengths = b"content-length: 4\r\ntransfer-encoding: chunked"
        wire.sendall(b"POST /v1/portal/sign-in HTTP/1.1\r\nhost: x\r\n" + lengths + b"\r\n\r\n0\r\n\r\n")
        assert wire.recv(100).startswith(b"HTTP/1.1 400 ")
