"""Tokens are checked the way a service checks them: by discovery, JWKS and PyJWT."""

import base64
import hashlib
import json
import stat
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx
import jwt
import pytest

from deploy.sandbox.tests.conftest import Sandbox, StartSandbox

NORTHSIDE = uuid5(NAMESPACE_URL, "https://fieldbell.dev/companies/northside-plumbing")
SECRET = "a secret: 100% local & odd"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
CALLBACK = "http://127.0.0.1:5173/signed-in"


@pytest.fixture
def sandbox(standing_sandbox: Sandbox) -> Sandbox:
    return standing_sandbox


def verified(sandbox: Sandbox, token: str, audience: str = "fieldbell") -> dict[str, Any]:
    discovery = sandbox.http.get("/identity/.well-known/openid-configuration").json()
    keys = jwt.PyJWKSet.from_dict(sandbox.http.get(discovery["jwks_uri"]).json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    required = ["iss", "sub", "aud", "exp", "iat"]
    claims: dict[str, Any] = jwt.decode(
        token, key, ["RS256"], audience=audience, issuer=discovery["issuer"], options={"require": required}
    )
    return claims


def persona_token(sandbox: Sandbox, persona: str) -> str:
    token: str = sandbox.http.post(f"/identity/personas/{persona}/token").raise_for_status().json()["access_token"]
    return token


@pytest.mark.parametrize("role", ["admin", "dispatcher", "tech"])
def test_a_persona_token_verifies_and_names_role_and_company(sandbox: Sandbox, role: str) -> None:
    claims = verified(sandbox, persona_token(sandbox, f"northside-plumbing-{role}"))

    assert claims["roles"] == [role]
    assert claims["company_id"] == str(NORTHSIDE)
    assert claims["name"]
    assert "@" in claims["email"]
    assert UUID(claims["sub"])
    assert claims["exp"] > claims["iat"]


def test_the_two_companies_share_no_person(sandbox: Sandbox) -> None:
    northside = verified(sandbox, persona_token(sandbox, "northside-plumbing-tech"))
    brightway = verified(sandbox, persona_token(sandbox, "brightway-cleaning-tech"))

    assert not {northside[claim] for claim in ("sub", "company_id")} & set(map(str, brightway.values()))


def test_no_customer_signs_in_here(sandbox: Sandbox) -> None:  # but in the portal, by an invitation
    assert sandbox.http.post("/identity/personas/northside-plumbing-customer/token").status_code == 404


def test_an_unknown_persona_is_404(sandbox: Sandbox) -> None:
    assert sandbox.http.post("/identity/personas/northside-plumbing-owner/token").status_code == 404


@pytest.mark.parametrize("by", ["form", "basic"])
def test_the_notifier_gets_a_service_token_of_no_company(sandbox: Sandbox, by: str) -> None:
    answer = ask_as_service(sandbox, SECRET, by).raise_for_status()
    claims = verified(sandbox, answer.json()["access_token"])

    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 3600
    assert claims["roles"] == ["service"]
    assert claims["sub"] == "notifier-svc"
    assert "company_id" not in claims


@pytest.mark.parametrize("by", ["form", "basic"])
def test_a_wrong_client_secret_is_401(sandbox: Sandbox, by: str) -> None:
    answer = ask_as_service(sandbox, "guessed", by)

    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"
    assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize("header", ["Basic !!!", "Basic " + base64.b64encode(b"\xff").decode(), "Bearer x", "Basic"])
def test_malformed_client_credentials_are_401(sandbox: Sandbox, header: str) -> None:
    answer = sandbox.http.post(
        "/identity/token", data={"grant_type": "client_credentials"}, headers={"Authorization": header}
    )

    assert answer.status_code == 401


def test_another_grant_type_is_refused_in_the_words_of_oauth(sandbox: Sandbox) -> None:
    answer = sandbox.http.post("/identity/token", data={"grant_type": "password"})

    assert answer.status_code == 400
    assert answer.json()["error"] == "unsupported_grant_type"


def test_the_key_is_private_named_by_its_thumbprint_and_survives_a_restart(
    start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    first = start_sandbox(tmp_path / "state")
    keys = first.http.get("/identity/jwks").json()
    first.stop()
    again = start_sandbox(tmp_path / "state").http.get("/identity/jwks").json()

    [key] = keys["keys"]
    canonical = json.dumps({"e": key["e"], "kty": key["kty"], "n": key["n"]}, separators=(",", ":")).encode()
    assert again == keys
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}
    assert key["kid"] == base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).decode().rstrip("=")
    assert stat.S_IMODE((tmp_path / "state" / "identity-key.pem").stat().st_mode) == 0o600


def test_a_person_signs_in_to_an_app_with_pkce(sandbox: Sandbox) -> None:
    page = sandbox.http.get("/identity/authorize", params=an_authorization())
    answer = parse_qs(urlsplit(pick(sandbox, "northside-plumbing-dispatcher").headers["location"]).query)
    tokens = redeem(sandbox, answer["code"][0]).raise_for_status().json()

    assert "Priya Nair" in page.text
    assert "form-action 'self' http://127.0.0.1:5173" in page.headers["content-security-policy"]
    assert answer["state"] == ["xyz"]
    assert answer["iss"] == [sandbox.issuer]
    assert verified(sandbox, tokens["access_token"])["roles"] == ["dispatcher"]
    assert verified(sandbox, tokens["id_token"], audience="office-ui")["nonce"] == "n-1"
    with pytest.raises(jwt.InvalidAudienceError):  # fault 53: an id token opens no API
        verified(sandbox, tokens["id_token"])


@pytest.mark.parametrize(
    "wrong",
    [{"code_verifier": "guessed"}, {"redirect_uri": "http://127.0.0.1:1/other"}, {"code": "guessed"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_code_is_worth_nothing_without_the_rest(sandbox: Sandbox, wrong: dict[str, str]) -> None:
    answer = redeem(sandbox, **({"code": picked_code(sandbox)} | wrong))

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"


def test_a_code_works_once(sandbox: Sandbox) -> None:
    code = picked_code(sandbox)

    assert redeem(sandbox, code).status_code == 200
    assert redeem(sandbox, code).status_code == 400


@pytest.mark.parametrize(
    "redirect_uri",
    ["https://evil.example/", "http://127.0.0.1.evil.example/", "http://localhost@evil.example/", "//localhost/", ""],
)
def test_a_redirect_leaves_this_machine_never(sandbox: Sandbox, redirect_uri: str) -> None:
    asked = an_authorization(redirect_uri=redirect_uri)

    assert sandbox.http.get("/identity/authorize", params=asked).status_code == 400
    picked = sandbox.http.post("/identity/authorize", data=asked | {"persona": "northside-plumbing-admin"})
    assert picked.status_code == 400


@pytest.mark.parametrize(
    ("over", "error"),
    [
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_a_faulty_request_goes_back_to_the_app_as_an_error(sandbox: Sandbox, over: dict[str, str], error: str) -> None:
    answer = sandbox.http.get("/identity/authorize", params=an_authorization(**over))

    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == [error]


def test_nobody_stays_signed_in_unseen(sandbox: Sandbox) -> None:
    answer = sandbox.http.get("/identity/authorize", params=an_authorization(prompt="none"))

    assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == ["login_required"]


def test_a_session_is_renewed_by_tokens_that_work_once(sandbox: Sandbox) -> None:
    first = redeem(sandbox, picked_code(sandbox, scope="openid offline_access")).json()["refresh_token"]
    renewed = renew(sandbox, first).raise_for_status().json()

    again = renew(sandbox, renewed["refresh_token"]).raise_for_status().json()
    assert verified(sandbox, renewed["access_token"])["roles"] == ["admin"]
    assert again["access_token"] != renewed["access_token"]
    assert renew(sandbox, first).json()["error"] == "invalid_grant"


def test_who_did_not_ask_to_stay_can_not_renew(sandbox: Sandbox) -> None:
    assert "refresh_token" not in redeem(sandbox, picked_code(sandbox)).json()


def test_who_signs_out_can_not_renew_and_comes_back_to_the_app(sandbox: Sandbox) -> None:
    token = redeem(sandbox, picked_code(sandbox, scope="openid offline_access")).json()["refresh_token"]
    assert sandbox.http.post("/identity/revoke", data={"token": token}).status_code == 200
    left = sandbox.http.get("/identity/end-session", params={"post_logout_redirect_uri": CALLBACK, "state": "s"})

    assert renew(sandbox, token).status_code == 400
    assert left.headers["location"] == f"{CALLBACK}?state=s"


def test_signing_out_leads_nowhere_else(sandbox: Sandbox) -> None:
    left = sandbox.http.get("/identity/end-session", params={"post_logout_redirect_uri": "https://evil.example/"})

    assert left.headers["location"] == "/identity"


@pytest.mark.parametrize(
    ("path", "origin", "allowed"),
    [
        ("/identity/jwks", "http://127.0.0.1:5173", True),
        ("/identity/jwks", "https://evil.example", False),
        ("/mailbox", "http://127.0.0.1:5173", False),
    ],
)
def test_pages_of_this_machine_read_the_identity_and_no_more(
    sandbox: Sandbox, path: str, origin: str, allowed: bool
) -> None:
    answer = sandbox.http.get(path, headers={"Origin": origin})

    assert (answer.headers.get("access-control-allow-origin") == origin) is allowed


def test_the_index_leads_to_the_parts(sandbox: Sandbox) -> None:
    index = sandbox.http.get("/").text

    for path in ("/mailbox", "/identity", "/identity/jwks", "/openapi.json", "/health/live", "/health/ready"):
        assert f'href="{path}"' in index
        assert sandbox.http.get(path).status_code == 200


def ask_as_service(sandbox: Sandbox, secret: str, by: str) -> httpx.Response:
    form = {"grant_type": "client_credentials"}
    if by == "form":
        return sandbox.http.post("/identity/token", data=form | {"client_id": "notifier-svc", "client_secret": secret})
    quoted = httpx.QueryParams({"s": secret})
    credentials = f"notifier-svc:{str(quoted).removeprefix('s=')}"  # RFC 6749 2.3.1: form-encoded, then Basic
    basic = base64.b64encode(credentials.encode()).decode()
    return sandbox.http.post("/identity/token", data=form, headers={"Authorization": f"Basic {basic}"})


def an_authorization(**over: str) -> dict[str, str]:
    return {
        "client_id": "office-ui",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "state": "xyz",
        "nonce": "n-1",
        "scope": "openid",
    } | over


def pick(sandbox: Sandbox, persona: str, **over: str) -> httpx.Response:
    answer = sandbox.http.post("/identity/authorize", data=an_authorization(**over) | {"persona": persona})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(CALLBACK + "?")
    return answer


def picked_code(sandbox: Sandbox, **over: str) -> str:
    return parse_qs(urlsplit(pick(sandbox, "northside-plumbing-admin", **over).headers["location"]).query)["code"][0]


def renew(sandbox: Sandbox, token: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "client_id": "office-ui", "refresh_token": token}
    return sandbox.http.post("/identity/token", data=form)


def redeem(sandbox: Sandbox, code: str, **over: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "client_id": "office-ui",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    return sandbox.http.post("/identity/token", data=form | over)
