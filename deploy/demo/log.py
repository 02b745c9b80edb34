"""The delivery log, as the office reads it: what became of each message of a job."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from contracts.deliveries import Channel, DeliveryState
from deploy.demo.api import Api
from deploy.demo.job import Job
from deploy.demo.narrator import Narrator

# What happens to a job without a word to anybody.
SILENT = {"EstimateSent", "InvoicePaid"}
WAITING = {DeliveryState.QUEUED, DeliveryState.SENDING}
SENT = {DeliveryState.SENT, DeliveryState.DELIVERED}
TROUBLE = {DeliveryState.FAILED, DeliveryState.BOUNCED, DeliveryState.UNDELIVERED, DeliveryState.UNKNOWN}


class Delivery(BaseModel):
    """One row of the log."""

    id: UUID
    event_id: UUID
    planned_at: datetime
    updated_at: datetime
    rule_name: str | None
    channel: Channel
    recipient_name: str | None
    state: DeliveryState
    explanation: str | None = None
    detail: str | None = None
    attempts: int = 0

    @property
    def is_sent(self) -> bool:
        return self.state in SENT

    @property
    def is_trouble(self) -> bool:
        """Was it meant to arrive, and did not, as far as we know?"""
        return self.state in TROUBLE

    @property
    def is_final(self) -> bool:
        return self.state not in WAITING


class Log:
    """The log of one job, read until nothing in it waits any more."""

    def __init__(self, office: Api, job: Job) -> None:
        self._office = office
        self._job = job
        self.deliveries: list[Delivery] = []

    def settle(self, narrator: Narrator) -> list[Delivery]:
        """Wait until all that happened to the job was told, or decided not to be; returns what is new."""
        before = {delivery.id for delivery in self.deliveries}
        happened = self._happened()
        narrator.wait(lambda: self._is_settled(happened), lambda: self._trouble(happened))
        return [delivery for delivery in self.deliveries if delivery.id not in before]

    def _happened(self) -> set[UUID]:
        events = self._office.every("status-svc", f"/v1/jobs/{self._job.id}/history")
        return {UUID(event["id"]) for event in events if event["type"] not in SILENT}

    def _is_settled(self, happened: set[UUID]) -> bool:
        rows = self._office.every("notifier-svc", "/v1/deliveries", job_id=self._job.id)
        self.deliveries = sorted(map(Delivery.model_validate, rows), key=self._order)
        return not _untold(happened, self.deliveries) and all(d.is_final for d in self.deliveries)

    def _order(self, delivery: Delivery) -> tuple[datetime, str, bool, str]:
        """As it happened; of those who were told the same, the customer first."""
        who = delivery.recipient_name or ""
        return delivery.planned_at, delivery.rule_name or "", who != self._job.customer_name, who

    def _trouble(self, happened: set[UUID]) -> str:
        untold = len(_untold(happened, self.deliveries))
        waiting = sum(not delivery.is_final for delivery in self.deliveries)
        return (
            f"Not in the delivery log yet: {untold} of the job's events. Not sent yet: {waiting} messages.\n"
            "`make status` shows what does not run. See notifier-svc.log, template-svc.log and status-svc.log in "
            f"{self._office.plan.state.logs}."
        )


def _untold(happened: set[UUID], deliveries: Iterable[Delivery]) -> set[UUID]:
    return happened - {delivery.event_id for delivery in deliveries}
