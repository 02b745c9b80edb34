"""What the integration tests of all services stand on."""

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient

from servicekit.testing import MakeDatabase


async def test_a_database_has_what_every_service_needs_and_row_level_security_holds(
    database: MakeDatabase,
) -> None:
    made = database("status")
    for url in (made.owner_url, made.api_url, made.worker_url):
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("select count(*) from snapshot") == 0
        await connection.close()


async def test_two_databases_of_one_service_are_apart(database: MakeDatabase) -> None:
    assert database("status").name != database("status").name


async def test_kafka_has_the_topics_of_the_contracts(kafka: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    assert "jobs.v1" in await admin.list_topics()
    await admin.close()
