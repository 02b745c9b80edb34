"""What passes over the phone: texts and calls, as the truth log keeps them."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

FINAL_TEXT = frozenset({"delivered", "undelivered", "failed", "received"})
FINAL_CALL = frozenset({"completed", "busy", "no-answer", "failed"})


class Exchange(BaseModel):
    """A text or a call between a company's number and a phone; `notice` is what a webhook of it met with last."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    sid: str
    account: str
    company: str
    sender: str = Field(alias="from")
    to: str
    direction: str
    status: str
    created_at: datetime
    updated_at: datetime
    callback: str = ""
    notice: str = ""

    @property
    def inbound(self) -> bool:
        """Whether the phone began it."""
        return self.direction == "inbound"

    @property
    def phone(self) -> str:
        """The person's number."""
        return self.sender if self.inbound else self.to

    @property
    def number(self) -> str:
        """The company's number."""
        return self.to if self.inbound else self.sender


class Text(Exchange):
    """One SMS. `opt_out` is Twilio's OptOutType of an inbound one."""

    body: str
    segments: int
    service_sid: str = ""
    error_code: int | None = None
    sent_at: datetime | None = None
    opt_out: str = ""

    @property
    def moving(self) -> bool:
        """Whether its status will still change."""
        return self.status not in FINAL_TEXT


class Line(BaseModel):
    """One thing that happened in a call: `said`, `paused`, `pressed`, `silence`, `fetched` or `broken`."""

    model_config = ConfigDict(frozen=True)

    what: str
    words: str


class Call(Exchange):
    """One call and what was heard in it."""

    url: str = ""
    method: str = "POST"
    twiml: str = ""
    events: tuple[str, ...] = ("completed",)
    detected: str = ""
    """Where it is told who answered, a person or a machine."""
    heard: tuple[Line, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def moving(self) -> bool:
        """Whether it goes on."""
        return self.status not in FINAL_CALL

    @property
    def seconds(self) -> int | None:
        """How long it lasted, once it is over."""
        if self.started_at is None or self.ended_at is None:
            return 0 if not self.moving else None
        return round((self.ended_at - self.started_at).total_seconds())
