"""Real PostgreSQL and real Kafka for the tests that ask for them: on free ports, once a session, gone at its end."""

import functools
import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from deploy.local import databases
from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from servicekit.db import Database
from servicekit.migrate import migrate
from servicekit.remains import Remaining, Words, remains
from servicekit.settings import KafkaSettings
from servicekit.testing import DatabaseUrls, MakeDatabase, TestIssuer, running_issuer
from servicekit.topics import create_topics

NUMBERS = itertools.count(1)
# One worker's each, and begun first: the browser; what stops parts of a whole stack; most of what needs Kafka.
TOGETHER = (
    "tests/e2e/browser/",
    "tests/e2e/",
    "deploy/local/",
    "services/servicekit/servicekit/tests/test_events_in_and_out.py",
)

# A busy machine is no failure.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Nothing here has a certificate that the world trusts, and to read the world's takes each HTTP client 30 ms.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = os.devnull


class Scheduling(LoadScopeScheduling):
    """Gives a worker the next test, or all that belong together. (`--dist loadgroup` does nothing with pytest 9.2.)"""

    def _split_scope(self, nodeid: str) -> str:
        return next((start for start in TOGETHER if nodeid.startswith(start)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """What several workers share out the tests by."""
    return Scheduling(config, log)


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
