"""Create the topics of contracts/topics.py that are missing: `python -m servicekit.topics`."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from contracts.topics import TOPICS, Topic
from servicekit.broker import client_options
from servicekit.settings import KafkaSettings


async def create_topics(settings: KafkaSettings, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """Create what is missing; returns the names created. Existing topics stay as they are."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        missing = [
            NewTopic(t.name, t.partitions, settings.replication_factor, topic_configs=t.config)
            for t in topics
            if t.name not in existing
        ]
        if missing:
            response = await admin.create_topics(missing)
            topic_errors: list[tuple[Any, ...]] = getattr(response, "topic_errors", [])
            for name, code, *message in topic_errors:
                if code not in (0, TopicAlreadyExistsError.errno):
                    raise for_code(code)(f"{name}: {message}")
        return [topic.name for topic in missing]
    finally:
        await admin.close()


if __name__ == "__main__":
    created = asyncio.run(create_topics(KafkaSettings()))
    sys.stdout.write(f"topics created: {', '.join(created) or 'none, all exist'}\n")
