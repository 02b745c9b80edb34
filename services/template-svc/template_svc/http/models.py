"""What clients of the templates API send and get."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts.deliveries import Channel
from contracts.profiles import TemplateState
from servicekit.http import Body
from template_svc import store
from template_svc.domain.drafts import Words

Name = Annotated[str, Field(min_length=1, max_length=120)]


class WordsIn(Body):
    """The words of a template; spaces stay, so that lines and columns are the author's."""

    model_config = ConfigDict(str_strip_whitespace=False)

    subject: str | None = None
    preheader: str | None = None
    html: str | None = None
    text: str | None = None

    def words(self, channel: Channel) -> Words:
        """The words as the domain takes them."""
        return Words(channel, self.subject, self.preheader, self.html, self.text)


class Draft(WordsIn):
    """A template as its author writes it."""

    name: Name


class NewTemplate(Draft):
    """A template to create; its channel stays."""

    channel: Channel = Channel.EMAIL


class TemplateOut(BaseModel):
    """A template with its draft."""

    id: UUID
    version: int
    name: str
    channel: Channel
    state: TemplateState
    subject: str | None
    preheader: str | None
    html: str | None
    text: str | None
    published_version: int | None
    changed_since_published: bool
    created_at: datetime
    updated_at: datetime
    updated_by: str

    @classmethod
    def of(cls, template: store.Template) -> "TemplateOut":
        """The template as clients see it."""
        return cls.model_validate({**vars(template), **vars(template.words)}, from_attributes=False)


class VersionOut(BaseModel):
    """A published version, as it was written."""

    template_id: UUID
    number: int
    channel: Channel
    subject: str | None
    preheader: str | None
    html: str | None
    text: str | None
    published_at: datetime
    published_by: str

    @classmethod
    def of(cls, template_id: UUID, version: store.PublishedVersion) -> "VersionOut":
        """The version as clients see it."""
        return cls.model_validate({"template_id": template_id, **vars(version), **vars(version.words)})
