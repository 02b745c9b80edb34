"""The topics: who owns them, what lies on them, how they are keyed, kept and split."""

from dataclasses import dataclass
from functools import cache

from contracts import customer_requests, deliveries, events, inbound, profiles
from contracts.model import Contract

DAY_MS = 24 * 60 * 60 * 1000
MAX_MESSAGE_BYTES = 1_000_000
CONTENT_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Topic:
    """A Kafka topic and the messages on it (CloudEvents 1.0, binary mode)."""

    name: str
    owner: str
    key: str
    messages: tuple[type[Contract], ...] = ()
    groups: tuple[str, ...] = ()
    """Consumer groups that read it, each `<service>.<what>`."""
    compacted: bool = False
    retention_days: int = 14
    partitions: int = 6

    @property
    def config(self) -> dict[str, str]:
        """Kafka's topic settings."""
        common = {"max.message.bytes": str(MAX_MESSAGE_BYTES + 48_576)}
        if not self.compacted:
            return common | {"cleanup.policy": "delete", "retention.ms": str(self.retention_days * DAY_MS)}
        return common | {
            "cleanup.policy": "compact",
            "max.compaction.lag.ms": str(7 * DAY_MS),
            "segment.ms": str(DAY_MS),
            "delete.retention.ms": str(30 * DAY_MS),
        }


JOBS = Topic(
    "jobs.v1",
    "status-svc",
    "job id, or request id",
    (*events.JOB_EVENTS, *events.SERVICE_REQUEST_EVENTS),
    groups=("notifier-svc.jobs", "notifier-svc.schedule"),
)
STATUSES = Topic(
    "statuses.v1",
    "status-svc",
    "status id",
    (profiles.StatusEntry,),
    groups=("notifier-svc.statuses",),
    compacted=True,
)
CUSTOMERS = Topic(
    "customers.v1",
    "customer-svc",
    "customer id",
    (profiles.CustomerProfile, profiles.CustomerDeleted),
    groups=("notifier-svc.customers", "status-svc.customers"),
    compacted=True,
)
COMPANIES = Topic(
    "companies.v1",
    "customer-svc",
    "company id",
    (profiles.CompanyProfile,),
    groups=("notifier-svc.companies", "status-svc.companies", "template-svc.companies"),
    compacted=True,
)
# Each replica of template-svc follows it, too, without a group: nothing is lost where one does not hear.
TEMPLATES = Topic(
    "templates.v1",
    "template-svc",
    "template id",
    (profiles.TemplateEntry,),
    groups=("notifier-svc.templates",),
    compacted=True,
)
RULES = Topic(
    "rules.v1",
    "notifier-svc",
    "rule id, or company id",
    (profiles.RuleEntry, profiles.PauseEntry),
    groups=("template-svc.rules",),
    compacted=True,
)
DELIVERIES = Topic("deliveries.v1", "notifier-svc", "delivery id", (deliveries.DeliveryUpdated,))
INBOUND = Topic(
    "inbound.v1",
    "notifier-svc",
    "keyed hash of company and phone or address",
    (inbound.InboundTextReceived, inbound.BlockChanged),
    groups=("customer-svc.inbound",),
)
CUSTOMER_REQUESTS = Topic(
    "customer-requests.v1",
    "customer-svc",
    "customer id",
    (
        customer_requests.SmsPermissionRequested,
        customer_requests.SmsAnswerConfirmed,
        customer_requests.InvitationRequested,
    ),
    groups=("notifier-svc.customer-requests",),
)


SERVICES = ("status-svc", "customer-svc", "template-svc", "notifier-svc")
TOPICS = (*(JOBS, STATUSES, CUSTOMERS, COMPANIES, TEMPLATES, RULES, DELIVERIES, INBOUND, CUSTOMER_REQUESTS),)

# CloudEvents `type` -> model. The name of the model is the name of the message.
TYPE_PREFIX = "com.fieldbell."
MESSAGES: dict[str, type[Contract]] = {TYPE_PREFIX + m.__name__: m for t in TOPICS for m in t.messages}


def schema_version(model: type[Contract]) -> int:
    """The version of a message's shape; raised when readers of the old one can't read the new one."""
    return getattr(model, "schema_version", 1)


@cache
def dataschema(model: type[Contract]) -> str:
    """The URI that names a message's shape and its version."""
    return f"urn:fieldbell:{model.__name__}:{schema_version(model)}"
