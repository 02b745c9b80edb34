"""`GET /v1/tags`: what templates can say."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from contracts.jobs import Role
from servicekit.auth import require
from template_svc.domain.filters import FILTERS
from template_svc.domain.tags import Tag, catalogue

router = APIRouter(prefix="/v1", tags=["tags"])


class Catalogue(BaseModel):
    """Everything that may stand in a template."""

    tags: tuple[Tag, ...]
    filters: tuple[str, ...]
    blocks: tuple[str, ...] = ("if", "unless", "case", "for", "comment")


@router.get("/tags", dependencies=[Depends(require(Role.ADMIN, Role.DISPATCHER))])
async def list_tags() -> Catalogue:
    """The tag catalogue. An optional tag may be absent: it wants a `default`, or an `if` around it.

    On a trigger that is not among its `triggers`, or by a channel that is none of its `channels`, it always is.
    """
    return Catalogue(tags=catalogue(), filters=tuple(FILTERS))
