"""Whose token is good enough to be passed on; the services check it once more."""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from uuid import UUID

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from deploy.gateway.tests.conftest import Gateway, running_gateway
from deploy.gateway.tests.upstream import Upstream
from servicekit.errors import Unauthorized, Unavailable
from servicekit.testing import NOWHERE, TestIssuer, running_issuer

COMPANY = UUID(int=1)


def ask(gateway: Gateway, token: str) -> httpx.Response:
    return gateway.http.get("/v1/jobs", headers={"authorization": f"Bearer {token}".strip()})


def unsigned(issuer: TestIssuer) -> str:
    return jwt.encode(jwt.decode(issuer.token(), options={"verify_signature": False}), "", algorithm="none")


def with_the_public_key_as_a_secret(issuer: TestIssuer) -> str:
    """HS256, signed with what everybody can read."""
    keys = httpx.get(f"{issuer.url}/jwks").text
    claims = jwt.decode(issuer.token(), options={"verify_signature": False})
    return jwt.encode(claims, json.dumps(keys), algorithm="HS256", headers={"kid": "test"})


def by_somebody_else(issuer: TestIssuer) -> str:
    """In the issuer's name, with another key of the same id."""
    with running_issuer() as other:
        return other.token(iss=issuer.url)


def by_an_unknown_key(issuer: TestIssuer) -> str:
    """In the issuer's name, with a key that it does not publish."""
    claims = jwt.decode(issuer.token(), options={"verify_signature": False})
    return jwt.encode(claims, generate_private_key(SECP256R1()), algorithm="ES256", headers={"kid": "unknown"})


FORGED: dict[str, Callable[[TestIssuer], str]] = {
    "no token": lambda _: "",
    "nonsense": lambda _: "a.b.c",
    "unsigned": unsigned,
    "a public key as secret": with_the_public_key_as_a_secret,
    "another key": by_somebody_else,
    "an unknown key": by_an_unknown_key,
    "another issuer": lambda issuer: issuer.token(iss="https://elsewhere.example"),
    "another audience": lambda issuer: issuer.token(aud="elsewhere"),
    "expired": lambda issuer: issuer.token(exp=int(time.time()) - 120),
    "for ever": lambda issuer: issuer.token(exp=None),
    "not yet": lambda issuer: issuer.token(nbf=int(time.time()) + 120),
}


@pytest.mark.parametrize("how", FORGED)
@pytest.mark.survives(53)
def test_a_token_that_is_not_good_is_refused_as_the_services_refuse_it(
    gateway: Gateway, issuer: TestIssuer, upstream: Upstream, how: str
) -> None:
    before = len(upstream.asked)
    answer = ask(gateway, FORGED[how](issuer))
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json() == {
        "type": "https://fieldbell.dev/problems/unauthorized",
        "title": Unauthorized().title,
        "status": 401,
        "detail": "The token is not valid." if how != "no token" else "Send a bearer token.",
    }
    assert len(upstream.asked) == before


def test_a_token_is_not_taken_from_the_query(gateway: Gateway, issuer: TestIssuer) -> None:
    answer = gateway.http.get("/v1/jobs", params={"access_token": issuer.token(company_id=COMPANY)})
    assert answer.status_code == 401


def test_a_good_token_goes_on_to_the_service(gateway: Gateway, issuer: TestIssuer) -> None:
    token = issuer.token(company_id=COMPANY)
    assert ask(gateway, token).json()["headers"]["authorization"] == f"Bearer {token}"


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "bEaReR"])
def test_the_scheme_may_be_written_in_any_case(gateway: Gateway, issuer: TestIssuer, scheme: str) -> None:
    good, bad = issuer.token(company_id=COMPANY), issuer.token(exp=1)
    answers = [gateway.http.get("/v1/jobs", headers={"authorization": f"{scheme} {token}"}) for token in (good, bad)]
    assert [answer.status_code for answer in answers] == [200, 401]


def test_each_of_several_issuers_is_trusted_with_its_own_tokens(upstream: Upstream) -> None:
    with ExitStack() as stack:
        office, portal = (stack.enter_context(running_issuer()) for _ in range(2))
        gateway = stack.enter_context(running_gateway(upstream, [office.setting, portal.setting], {}))
        tokens = [office.token(company_id=COMPANY), portal.token("customer", COMPANY), portal.token(iss=office.url)]
        assert [ask(gateway, token).status_code for token in tokens] == [200, 200, 401]
        details = [ask(gateway, token).json()["detail"] for token in ("", tokens[-1])]
        assert details == ["Send a bearer token.", "The token is not valid."]


def test_an_issuer_whose_keys_cannot_be_fetched_is_trouble_and_no_refusal(
    upstream: Upstream, issuer: TestIssuer
) -> None:
    away = issuer.setting | {"jwks_url": f"http://{NOWHERE}/jwks"}
    with running_gateway(upstream, [away], {}) as gateway:
        answer = ask(gateway, issuer.token(company_id=COMPANY))
        assert (answer.status_code, answer.json()["title"]) == (503, Unavailable().title)
        assert answer.headers["retry-after"] == "1"
        assert gateway.http.get("/v1/portal/jwks").status_code == 200
