"""`Idempotency-Key`: the same request sent twice is done once and answered the same both times."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from servicekit.auth import Principal
from servicekit.db import Tx
from servicekit.errors import Conflict, Unprocessable

MAX_KEY = 200
_CLAIM = "insert into idempotency (company_id, key, fingerprint) values ($1, $2, $3) on conflict do nothing returning 1"
_FIND = "select fingerprint, status, headers, body from idempotency where company_id = $1 and key = $2"
_KEEP = "update idempotency set status = $3, headers = $4, body = $5 where company_id = $1 and key = $2"
_KEPT_HEADERS = ("content-type", "location", "etag")


class KeyReused(Unprocessable):
    """This Idempotency-Key was used for another request."""

    slug = "idempotency-key-reused"


class Repeatable(Request):
    """A request of an operation that says it heeds Idempotency-Key. It is any request: the type is for who reads."""


IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=MAX_KEY,
        description="The same key sent again, for two days, gets the same answer and does nothing twice.",
    ),
]


def _repeatable(request: Request, _: IdempotencyKey = None) -> Request:
    return request


Once = Annotated[Repeatable, Depends(_repeatable)]
"""What an operation takes to call `once`."""


async def once(tx: Tx, request: Repeatable, who: Principal, work: Callable[[], Awaitable[Response]]) -> Response:
    """Do `work` in `tx`, or repeat the answer it gave to the same request before.

    The key is claimed in the same transaction: a second request waits for the first, and a refusal keeps nothing.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return await work()
    company_id, fingerprint = who.company, await _fingerprint(request, who)
    if await tx.fetchval(_CLAIM, company_id, key, fingerprint) is None:
        return await _repeat(tx, company_id, key, fingerprint)
    response = await work()
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    await tx.execute(_KEEP, company_id, key, response.status_code, headers, bytes(response.body))
    return response


async def _repeat(tx: Tx, company_id: object, key: str, fingerprint: str) -> Response:
    row = await tx.fetchrow(_FIND, company_id, key)
    if row is None or row["status"] is None:
        raise Conflict("A request with this Idempotency-Key is under way.")
    if row["fingerprint"] != fingerprint:
        raise KeyReused
    return Response(row["body"], row["status"], {**row["headers"], "idempotency-replayed": "true"})


async def _fingerprint(request: Request, who: Principal) -> str:
    digest = hashlib.sha256(f"{who.subject}\n{request.method}\n{request.url.path}\n{request.url.query}\n".encode())
    digest.update(await request.body())
    return digest.hexdigest()
