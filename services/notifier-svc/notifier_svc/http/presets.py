"""`GET /v1/reminder-presets`: reminders and follow-ups to choose from, each as a rule to begin with."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from contracts.deliveries import Channel
from contracts.jobs import Role
from contracts.model import starter_id
from contracts.triggers import Trigger
from notifier_svc.domain.presets import PRESETS
from notifier_svc.http.rules import TimingBody
from servicekit.auth import Principal, require

router = APIRouter(prefix="/v1/reminder-presets", tags=["rules"])

Office = Annotated[Principal, Depends(require(Role.ADMIN, Role.DISPATCHER))]


class PresetView(BaseModel):
    """What a new rule can be made of, by `POST /v1/rules`."""

    name: str
    trigger: Trigger
    channel: Channel
    template_id: UUID
    """The company's starter template with its words."""
    timing: TimingBody


@router.get("")
async def list_presets(who: Office) -> list[PresetView]:
    """Reminders and follow-ups that companies commonly want."""
    return [
        PresetView(
            name=preset.name,
            trigger=preset.trigger,
            channel=preset.channel,
            template_id=starter_id(who.company, "template", preset.template),
            timing=TimingBody.model_validate(asdict(preset.timing)),
        )
        for preset in PRESETS
    ]
