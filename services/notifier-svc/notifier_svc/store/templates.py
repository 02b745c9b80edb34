"""The copy of template-svc's templates: what a rule may name, and which version a message is planned with."""

from collections.abc import Collection, Mapping
from uuid import UUID

from contracts.profiles import TemplateEntry, TemplateState
from notifier_svc.store.reading import readable
from servicekit import copies
from servicekit.db import Tx

KIND = "templates"


async def known(tx: Tx, template_ids: Collection[UUID]) -> Mapping[UUID, TemplateEntry]:
    """Those of the templates that are known here; of the transaction's company, where it has one."""
    stored = await copies.find(tx, {KIND: set(template_ids)}) if template_ids else {KIND: {}}
    return readable("template", stored[KIND], TemplateEntry.model_validate_json)


async def published(tx: Tx, template_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """The version in use of each template that is published, as far as it is known here."""
    return {
        id: entry.published_version
        for id, entry in (await known(tx, template_ids)).items()
        if entry.state is TemplateState.PUBLISHED and entry.published_version is not None
    }
