"""The whole service on a real broker: customers come in, jobs go out."""

from uuid import UUID, uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from contracts import topics
from contracts.events import JobCreated
from contracts.model import Contract
from contracts.topics import Topic
from servicekit.cloudevents import clean, decode, headers_of
from servicekit.testing import TestIssuer, serving, until
from status_svc.main import build
from status_svc.tests.conftest import Configure
from status_svc.tests.factories import NOW
from status_svc.tests.service import Service


async def publish(brokers: str, topic: Topic, id: UUID, company_id: UUID, data: Contract) -> None:
    """Say something as the service that owns it would."""
    attributes = headers_of(
        type(data), id=str(uuid4()), source="/test", subject=str(id), time=NOW, company_id=company_id, traceparent=None
    )
    headers = [(name, value.encode()) for name, value in attributes.items()]
    async with AIOKafkaProducer(bootstrap_servers=brokers) as producer:
        await producer.send_and_wait(topic.name, data.model_dump_json().encode(), key=id.bytes, headers=headers)


async def first_of(brokers: str, topic: Topic, company_id: UUID) -> tuple[bytes, dict[str, str], bytes]:
    """Key, headers and value of the first record of the company on the topic."""
    async with AIOKafkaConsumer(topic.name, bootstrap_servers=brokers, auto_offset_reset="earliest") as consumer:
        async for record in consumer:
            headers = clean(record.headers)
            if headers["ce_companyid"] == str(company_id):
                return record.key, headers, record.value
    raise AssertionError("the topic ended")


async def test_a_customer_from_kafka_books_a_job_that_arrives_in_kafka(
    configure: Configure, kafka: str, issuer: TestIssuer
) -> None:
    app = build(configure(kafka))
    async with serving(app) as client:
        service = Service(client, app.state.database, issuer)
        company, customer = service.company, service.customer
        await publish(kafka, topics.CUSTOMERS, customer.id, company.id, customer)
        await publish(kafka, topics.COMPANIES, company.id, company.id, company)

        async def booked() -> str | None:
            response = await service.call("POST", "/v1/jobs", service.draft())
            return response.json()["id"] if response.is_success else None

        job_id = await until(booked)
        key, headers, value = await first_of(kafka, topics.JOBS, company.id)
        event = decode(headers, value)
        assert (key, headers["ce_specversion"]) == (job_id.encode(), "1.0")
        assert event is not None
        assert isinstance(event.data, JobCreated)
        assert (str(event.data.job.id), event.source, event.subject) == (job_id, "/status-svc", job_id)
        _, headers, _ = await first_of(kafka, topics.STATUSES, company.id)
        assert headers["ce_type"] == "com.fieldbell.StatusEntry"
