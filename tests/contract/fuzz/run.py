"""A service asked as one role: its operations, with what its OpenAPI allows and what it does not (schemathesis)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jwt
import schemathesis
from hypothesis import Phase, settings
from hypothesis import strategies as st
from schemathesis.engine import events, from_schema

from contracts.jobs import Role
from tests.contract.fuzz.cases import register, settle
from tests.contract.fuzz.world import World

FIXED, BY_CHANCE = ("examples", "coverage"), ("fuzzing",)
STATELESS = {"stateful": {"enabled": False}}
PHASE = {"extra-data-sources": {"responses": False}}  # the worlds say what there is, and sooner
# Beside these there is a path with an id, which takes other methods and says that `order`, say, is none.
BESIDE_AN_ID = "^/v1/(statuses/order|templates/changes|(batch-edits|customer-imports|resends)/preview)$"
DEAD_LETTERS = "^/v1/dead-letters(/.*)?$"
CHECKS = {
    # A schema can't say which versions there are (412, 428), nor all that makes a zone or a picture (422, 415), nor how
    # often someone may try (429).
    "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", 401, 403, 404, 409, 412, 415, 422, 428, 429]},
    # A wrong version may be seen before a wrong value.
    "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428]},
}
OPERATIONS: list[dict[str, Any]] = [
    # There is no broker here, and it takes its time to say so.
    {
        "include-path": "/health/ready",
        "checks": {
            name: {"expected-statuses": ["4xx", 503]} for name in ("not_a_server_error", "positive_data_acceptance")
        },
        "generation": {"max-examples": 5},
    },
    # No schema says what makes a picture or a table, so none can be broken; ours pass for broken ones.
    {
        "include-path-regex": "^/v1/(customer-imports(/preview)?|company/logo|images|technicians/[^/]+/photo)$",
        "checks": {"negative_data_rejection": {"enabled": False}},
    },
    # Whatever is in an event is taken, and passed over where it can't be read: ours pass for broken, too.
    {
        "include-path": "/v1/sendgrid/events",
        "checks": {"negative_data_rejection": {"enabled": False}},
    },
    # Thirty an hour.
    {
        "include-path": "/v1/test-messages",
        "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 409, 422, 429]}},
    },
    {
        "include-path-regex": BESIDE_AN_ID,
        "checks": {"unsupported_method": {"enabled": False}, "allow_header_conformance": {"enabled": False}},
    },
]


@dataclass(frozen=True)
class Pass:
    """What is asked, as whom, and how often."""

    role: Role | None
    seed: int
    examples: int
    picks: Callable[[set[str]], bool]
    """By the roles that may; none where everybody may."""
    phases: tuple[str, ...] = BY_CHANCE


@dataclass
class Outcome:
    """What was answered, and what should not have been."""

    answers: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    """By operation, how often each status."""
    failures: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """By operation, check and title, the first of them."""

    def add(self, other: "Outcome") -> None:
        """Put the other's beside these."""
        for operation, statuses in other.answers.items():
            self.answers[operation] += statuses
        self.failures = other.failures | self.failures

    @property
    def asked(self) -> int:
        """How many requests were answered."""
        return sum(statuses.total() for statuses in self.answers.values())

    def done(self, operation: str) -> int:
        """How many of an operation's requests were answered with a 2xx or 3xx."""
        return sum(n for status, n in self.answers[operation].items() if status < 400)


@schemathesis.check
def only_who_may(_: Any, response: Any, case: Any) -> None:
    """Nobody else is answered 2xx (G20)."""
    may, token = roles_of(case.operation), response.request.headers.get("Authorization", "").removeprefix("Bearer ")
    if may and token and response.status_code < 300:
        [role] = jwt.decode(token, options={"verify_signature": False})["roles"]
        assert role in may, f"{role} may not"


def roles_of(operation: Any) -> set[str]:
    """The roles that may."""
    needed: list[dict[str, list[str]]] = operation.definition.raw.get("security", [])
    return {role for need in needed for roles in need.values() for role in roles}


def run(world: World, each: Pass) -> Outcome:
    """Ask, and look at every answer."""
    outcome = Outcome()
    for event in from_schema(_schema(world, each)).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(outcome, event.recorder)
        elif isinstance(event, events.NonFatalError):
            raise event.value  # of what is ours
    return outcome


def _schema(world: World, each: Pass) -> Any:
    config = {
        "seed": each.seed,
        "base-url": world.url,
        "continue-on-failure": True,
        "request-timeout": 120,  # the product says itself what takes too long
        "suppress-health-check": ["all"],
        "generation": {"max-examples": each.examples, "database": "none", "no-shrink": True},
        "phases": {name: PHASE | {"enabled": name in each.phases} for name in (*FIXED, *BY_CHANCE)} | STATELESS,
        "checks": CHECKS,
        "operations": [*OPERATIONS],
    }
    if each.role:
        config["headers"] = {"Authorization": f"Bearer {world.token(each.role)}"}
    if each.role is Role.SERVICE:  # to a program of a company there are none
        headers = {"Authorization": f"Bearer {world.operator()}"}
        config["operations"] = [*OPERATIONS, {"include-path-regex": DEAD_LETTERS, "headers": headers}]
    register()
    url = f"{world.url}/openapi.json"
    schema = schemathesis.openapi.from_url(url, config=schemathesis.Config.from_dict(config))
    vars(schema.config)["get_hypothesis_settings"] = partial(_without_climbing, schema.config.get_hypothesis_settings)
    schema.hook(_flatmap_case(world))
    schema.hook(_after_call(world))
    return schema.include(lambda context: each.picks(roles_of(context.operation)))


def _without_climbing(settings_of: Callable[..., settings], **named: Any) -> settings:
    """Hypothesis would climb towards inputs that are accepted, with more tries than there are examples; ours are
    accepted anyway, and what comes of it is near to what there was.
    """
    given = settings_of(**named)
    return settings(given, phases=[phase for phase in given.phases if phase is not Phase.target])


def _flatmap_case(world: World) -> Callable[[Any, Any], Any]:
    def flatmap_case(_: Any, case: Any) -> Any:
        return st.tuples(st.integers(0, 3), st.integers(0, 5)).map(lambda drawn: settle(world, case, *drawn))

    return flatmap_case


def _after_call(world: World) -> Callable[[Any, Any, Any], None]:
    def after_call(_: Any, case: Any, response: Any) -> None:
        if case.method == "DELETE" and response.status_code < 300:
            world.used_up()

    return after_call


def _note(outcome: Outcome, recorder: Any) -> None:
    for id, interaction in recorder.interactions.items():
        if interaction.response is not None:
            outcome.answers[recorder.cases[id].value.operation.label][interaction.response.status_code] += 1
    for id, check in _failed(recorder):
        failure, interaction = check.failure_info.failure, recorder.interactions[id]
        key = (recorder.cases[id].value.operation.label, check.name, failure.title)
        answer = (
            f"{interaction.response.status_code} {interaction.response.content[:500]!r}"
            if interaction.response
            else "nothing"
        )
        outcome.failures.setdefault(key, f"{failure.message}\n{check.failure_info.code_sample}\n{answer}")


def _failed(recorder: Any) -> Iterator[tuple[str, Any]]:
    for id, checks in recorder.checks.items():
        yield from ((id, check) for check in checks if check.failure_info)
