"""What the integration tests of all services stand on."""

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient

from contracts.topics import TOPICS
from servicekit.testing import MakeDatabase, until


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

    async def all_known() -> bool:  # a broker hears of what was made a moment later
        return {topic.name for topic in TOPICS} <= set(await admin.list_topics())

    try:
        await until(all_known)
    finally:
        await admin.close()
