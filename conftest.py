"""Real PostgreSQL and real Kafka for the tests that ask for them: on free ports, once a session, gone at its end."""

import functools
import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, settings

from deploy.local import databases
from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from servicekit.db import Database
from servicekit.migrate import migrate
from servicekit.remains import Remaining, Words, remains
from servicekit.settings import KafkaSettings
from servicekit.testing import DatabaseUrls, MakeDatabase, TestIssuer, running_issuer
from servicekit.topics import create_topics

hypothesis.settings.register_profile("fieldbell", deadline=None)  # a machine's moods are no fault of an example
hypothesis.settings.load_profile("fieldbell")

NUMBERS = itertools.count(1)
# What starts whole stacks: with several workers one of them does it all, and begins with it.
STACKS = tuple(Path(__file__).parent / folder for folder in ("tests/e2e", "deploy/local"))

# A busy machine is no failure.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Nothing here has a certificate that the world trusts, and to read the world's takes each HTTP client 30 ms.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = os.devnull


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests on whole stacks first, and together."""
    for item in (each for each in items if _starts_a_stack(each)):
        item.add_marker(pytest.mark.xdist_group("stacks"))
    items.sort(key=lambda item: not _starts_a_stack(item))


def _starts_a_stack(item: pytest.Item) -> bool:
    return any(item.path.is_relative_to(folder) for folder in STACKS)


@pytest.fixture
def state_folder() -> Iterator[Path]:
    """A folder for a stack. Not below pytest's: as root PostgreSQL runs as another user, whom pytest locks out."""
    with tempfile.TemporaryDirectory(prefix="fieldbell-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def infrastructure() -> Iterator[Stack]:
    """A stack of this session's own; nothing of it runs until a fixture below starts it."""
    with tempfile.TemporaryDirectory(prefix="fieldbell-") as folder:
        stack = Stack.in_folder(Path(folder))
        stack.open()
        yield stack
        stack.down()


@pytest.fixture(scope="session")
def postgres(infrastructure: Stack) -> str:
    """A PostgreSQL server with the roles of all services; the URL of its administrator."""
    infrastructure.start("postgresql")
    infrastructure.wait_ready("postgresql")
    run_async(databases.create_roles(infrastructure.plan.admin_url, infrastructure.plan.state))
    run_async(databases.trust_the_machine(infrastructure.plan.admin_url))
    return infrastructure.plan.admin_url


@pytest.fixture(scope="session")
def kafka(infrastructure: Stack) -> str:
    """A Kafka broker with all topics of contracts/topics.py; its bootstrap address."""
    infrastructure.start("kafka")
    infrastructure.wait_ready("kafka")
    run_async(create_topics(KafkaSettings(bootstrap_servers=infrastructure.plan.kafka_bootstrap)))
    return infrastructure.plan.kafka_bootstrap


@pytest.fixture(scope="session")
def template_database(postgres: str, infrastructure: Stack) -> Callable[[str], str]:
    """A service's database as its migrations make it, made once a session; the name to clone."""

    @functools.cache
    def made(service: str) -> str:
        name = f"{service}_template"
        run_async(databases.create_database(postgres, service, name))
        owner_url = databases.role_url(postgres, infrastructure.plan.state, service, "owner", name)
        run_async(migrate(owner_url, f"{service}_svc"))
        return name

    return made


@pytest.fixture
def database(postgres: str, infrastructure: Stack, template_database: Callable[[str], str]) -> Iterator[MakeDatabase]:
    """`database("status")` makes a migrated database of this test's own; all are dropped after the test."""
    made: list[DatabaseUrls] = []

    def make(service: str) -> DatabaseUrls:
        name = f"{service}_test_{next(NUMBERS)}"
        run_async(databases.clone(postgres, template_database(service), name, owner=f"{service}_owner"))
        urls = (
            databases.role_url(postgres, infrastructure.plan.state, service, role, name) for role in databases.ROLES
        )
        made.append(DatabaseUrls(name, *urls))
        return made[-1]

    yield make
    for each in made:
        run_async(databases.drop(postgres, each.name))


@pytest.fixture
def remaining(postgres: str) -> Remaining:
    """`await remaining(database, words)`: which of the words stand in which column of a service's database."""

    async def look(database: Database, words: Words) -> dict[str, set[str]]:
        async with database.worker() as tx:
            name = await tx.fetchval("select current_database()")
        return await remains(databases.with_database(postgres, name), words)

    return look


@pytest.fixture(scope="session")
def issuer() -> Iterator[TestIssuer]:
    """Signs tokens that the services under test trust."""
    with running_issuer() as issuer:
        yield issuer
