"""What previews and test messages share: the occasion they are tried on, and template-svc."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from contracts.deliveries import Channel
from contracts.jobs import Role
from contracts.triggers import Trigger
from contracts.values import Locale
from notifier_svc.channels.templates import TemplateService
from notifier_svc.domain.occasions import Occasion, newest, sample
from notifier_svc.store import trials as store
from servicekit import clock
from servicekit.auth import Principal, require
from servicekit.db import Tx
from servicekit.errors import Conflict, NotFound, Unavailable
from servicekit.http import Body

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]


def _templates(request: Request) -> TemplateService:
    service: TemplateService = request.app.state.templates()
    return service


Templates = Annotated[TemplateService, Depends(_templates)]


class NothingTold(Conflict):
    """Nothing was told about this job yet that such a message could be about: try it on the sample."""

    slug = "nothing-told"


class Tried(Body):
    """What a message is tried on."""

    channel: Channel
    trigger: Trigger
    job_id: UUID | None = None
    """A real job, as it was last told; a made-up one of a made-up customer where absent."""
    locale: Locale | None = None
    """For a reader of which language; the customer's where absent, or the company's."""


async def occasion_of(tx: Tx, company_id: UUID, tried: Tried) -> Occasion:
    """What the message would be about now. Raises `NotFound`, `NothingTold`, `Unavailable`."""
    now = clock.now()
    told = await store.told_of(tx, tried.job_id) if tried.job_id else []
    about = newest(tried.trigger, told, now)
    company, customer = await store.profiles(tx, company_id, about.customer_id if about else None)
    if company is None:
        raise Unavailable("The company's profile has not arrived yet.")
    if tried.job_id is None:
        return sample(tried.trigger, company, tried.locale, now)
    if not told and not await store.job_exists(tx, tried.job_id):
        raise NotFound("There is no such job.")
    if about is None or customer is None:
        raise NothingTold
    return Occasion(await store.up_to_date(tx, about), customer, company)
