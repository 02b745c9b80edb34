"""What programs ask the identity: discovery, keys, tokens."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from deploy.sandbox.identity.clients import APPS, Clients
from deploy.sandbox.identity.codes import Codes
from deploy.sandbox.identity.errors import NO_STORE, BadClient, UnknownGrantType
from deploy.sandbox.identity.personas import PERSONAS
from deploy.sandbox.identity.renewals import Renewals
from deploy.sandbox.identity.tokens import TokenMaker, token_response

CLAIMS = ["iss", "sub", "aud", "exp", "iat", "name", "email", "email_verified", "roles", "company_id"]


def identity_endpoints(tokens: TokenMaker, clients: Clients, codes: Codes, renewals: Renewals) -> APIRouter:
    """Routes below /identity."""
    router = APIRouter(prefix="/identity", tags=["identity"])

    @router.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        """OpenID Connect Discovery 1.0."""
        return discovery_document(tokens.issuer)

    @router.get("/jwks")
    async def jwks() -> dict[str, Any]:
        """The public key that checks every token (RFC 7517)."""
        return tokens.key.jwks

    @router.post("/token")
    async def token(request: Request) -> JSONResponse:
        """Grants client_credentials (services), authorization_code with PKCE and refresh_token (people); RFC 6749."""
        form = await _form(request)
        match form.get("grant_type"):
            case "client_credentials":
                service = clients.service(request.headers.get("Authorization", ""), form)
                return JSONResponse(token_response(tokens.for_service(service)), headers=NO_STORE)
            case "authorization_code":
                return JSONResponse(_redeem(form, tokens, codes, renewals), headers=NO_STORE)
            case "refresh_token":
                return JSONResponse(_renew(form, tokens, renewals), headers=NO_STORE)
            case _:
                raise UnknownGrantType

    @router.post("/revoke")
    async def revoke(request: Request) -> Response:
        """An app forgets a refresh token when its user signs out (RFC 7009)."""
        renewals.revoke((await _form(request)).get("token", ""))
        return Response(headers=NO_STORE)

    @router.post("/personas/{persona}/token")
    async def persona_token(persona: str) -> JSONResponse:
        """A token of a persona without any sign-in, for scripts and curl."""
        if persona not in PERSONAS:
            raise HTTPException(404, f"There is no such persona. There are: {', '.join(PERSONAS)}.")
        return JSONResponse(token_response(tokens.for_persona(PERSONAS[persona])), headers=NO_STORE)

    return router


def discovery_document(issuer: str) -> dict[str, Any]:
    """What the issuer offers and where."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "revocation_endpoint": f"{issuer}/revoke",
        "end_session_endpoint": f"{issuer}/end-session",
        "jwks_uri": f"{issuer}/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "claims_supported": CLAIMS,
    }


def _redeem(form: Mapping[str, str], tokens: TokenMaker, codes: Codes, renewals: Renewals) -> dict[str, str | int]:
    client_id = _app(form)
    grant = codes.redeem(
        form.get("code", ""),
        client_id=client_id,
        redirect_uri=form.get("redirect_uri", ""),
        verifier=form.get("code_verifier", ""),
    )
    id_token = tokens.id_token(grant.persona, client_id, grant.nonce)
    lasting = {"refresh_token": renewals.issue(client_id, grant.persona)} if grant.lasting else {}
    return token_response(tokens.for_persona(grant.persona)) | {"id_token": id_token} | lasting


def _renew(form: Mapping[str, str], tokens: TokenMaker, renewals: Renewals) -> dict[str, str | int]:
    client_id = _app(form)
    persona = renewals.redeem(form.get("refresh_token", ""), client_id)
    return token_response(tokens.for_persona(persona)) | {"refresh_token": renewals.issue(client_id, persona)}


def _app(form: Mapping[str, str]) -> str:
    if (client_id := form.get("client_id", "")) not in APPS:
        raise BadClient
    return client_id


async def _form(request: Request) -> dict[str, str]:
    async with request.form() as posted:
        return {name: value for name, value in posted.items() if isinstance(value, str)}
