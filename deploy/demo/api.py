"""The services over HTTP, as somebody: patient while a part restarts, clear when something is refused."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx

from deploy.local.errors import StackError
from deploy.local.plan import Plan

PATIENCE = 30.0
PAUSE = 0.1
PAGE = 200
SERVICE_CLIENT = "notifier-svc"  # the service that the sandbox's identity knows; its token is the platform's

Json = dict[str, Any]
Answer = httpx.Response | httpx.TransportError


class Api:
    """What one person, or the platform, may do. Each call raises StackError when it is refused."""

    patience = PATIENCE
    """For how many seconds a part may be away."""

    def __init__(self, plan: Plan, token: str) -> None:
        self.plan = plan
        self._http = httpx.Client(headers={"authorization": f"Bearer {token}"}, timeout=10)

    def get(self, service: str, path: str, **query: Any) -> Json:
        return self._ask(service, "GET", path, params=query)

    def find(self, service: str, path: str) -> Json | None:
        """What is there; None for a 404."""
        answer = self._answer(self._request(service, "GET", path))
        if isinstance(answer, httpx.Response) and answer.status_code == httpx.codes.NOT_FOUND:
            return None
        return self._content(answer, service, f"GET {path}")

    def every(self, service: str, path: str, **query: Any) -> Iterator[Json]:
        """All items of a list, page after page."""
        page = self.get(service, path, limit=PAGE, **query)
        yield from page["items"]
        while page["next_cursor"]:
            page = self.get(service, path, limit=PAGE, cursor=page["next_cursor"], **query)
            yield from page["items"]

    def post(self, service: str, path: str, body: Json | None = None, *, version: int | None = None) -> Json:
        return self._ask(service, "POST", path, json=body, headers=_safely(version))

    def upload(self, service: str, path: str, picture: bytes) -> Json:
        """Send a PNG."""
        return self._ask(service, "POST", path, content=picture, headers=_safely(None) | {"content-type": "image/png"})

    def put(self, service: str, path: str, body: Json, *, version: int | None = None) -> Json:
        return self._ask(service, "PUT", path, json=body, headers=_safely(version))

    def patch(self, service: str, path: str, body: Json, *, version: int) -> Json:
        return self._ask(service, "PATCH", path, json=body, headers=_safely(version))

    def _ask(self, service: str, method: str, path: str, **content: Any) -> Json:
        return self._content(self._answer(self._request(service, method, path, **content)), service, f"{method} {path}")

    def _request(self, service: str, method: str, path: str, **content: Any) -> httpx.Request:
        return self._http.build_request(method, self.plan.url(service) + path, **content)

    def _content(self, answer: Answer, service: str, what: str) -> Json:
        if isinstance(answer, httpx.Response) and answer.is_success:
            content: Json = answer.json()
            return content
        log = self.plan.state.log(service)
        raise StackError(f"{service} did not do {what}: {_words(answer)}\nIts log is {log}")

    def _answer(self, request: httpx.Request) -> Answer:
        """The final answer. A part that is away, or says "try again", is asked again for a while."""
        deadline = time.monotonic() + self.patience
        while True:
            try:
                answer: Answer = self._http.send(request)
            except httpx.TransportError as error:
                answer = error
            final = isinstance(answer, httpx.Response) and "retry-after" not in answer.headers
            if final or time.monotonic() > deadline:
                return answer
            time.sleep(PAUSE)


def as_persona(plan: Plan, persona: str) -> Api:
    """Sign in as somebody, such as `northside-plumbing-dispatcher`."""
    return Api(plan, _token(f"{plan.issuer}/personas/{persona}/token"))


def as_platform(plan: Plan) -> Api:
    """Sign in as the platform, which creates companies."""
    login = (SERVICE_CLIENT, plan.state.secret("service"))
    return Api(plan, _token(f"{plan.issuer}/token", data={"grant_type": "client_credentials"}, auth=login))


def _token(url: str, **content: Any) -> str:
    try:
        answer = httpx.post(url, timeout=10, **content)
        return str(answer.raise_for_status().json()["access_token"])
    except httpx.HTTPError as error:
        raise StackError(f"The sandbox's identity gave no token: {error}") from error


def _safely(version: int | None) -> dict[str, str]:
    """A key that makes asking twice the same as asking once, and the version that is to be changed."""
    return {"idempotency-key": f"demo-{uuid4()}"} | ({} if version is None else {"if-match": f'"{version}"'})


def _words(answer: Answer) -> str:
    """What went wrong, as the service says it (RFC 9457)."""
    if isinstance(answer, httpx.TransportError):
        return f"no answer ({answer})"
    if answer.headers.get("content-type") != "application/problem+json":
        return f"{answer.status_code} {answer.reason_phrase}"
    problem = answer.json()
    fields = [f"{error['field']}: {error['problem']}" for error in problem.get("errors", ())]
    return " ".join([problem["title"], problem.get("detail", ""), *fields]).strip()
