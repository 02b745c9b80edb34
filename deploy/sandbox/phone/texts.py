"""The life of a text: taken, sent, delivered or not; and what a phone writes back."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

from contracts.segments import segments
from deploy.sandbox.phone.accounts import Account, Accounts
from deploy.sandbox.phone.book import PhoneBook
from deploy.sandbox.phone.fates import Callbacks, fate_of
from deploy.sandbox.phone.lives import Lives
from deploy.sandbox.phone.records import Text
from deploy.sandbox.phone.webhooks import Webhooks

API_VERSION = "2010-04-01"
KEYWORDS = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), "STOP"),
    **dict.fromkeys(("START", "YES", "UNSTOP"), "START"),
    **dict.fromkeys(("HELP", "INFO"), "HELP"),
}
ANSWERS = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


class Texts:
    """Takes texts of the API and of phones, and leads each to its end."""

    def __init__(
        self, book: PhoneBook, accounts: Accounts, webhooks: Webhooks, lives: Lives, step_seconds: float
    ) -> None:
        self._book = book
        self._accounts = accounts
        self._webhooks = webhooks
        self._lives = lives
        self._step = step_seconds

    async def take(self, account: Account, to: str, body: str, service_sid: str, callback: str) -> Text:
        """Keep a text of the API; return once it is on the disk. Raises OSError."""
        text = _text(account, account.number, to, "outbound-api", body, "accepted" if service_sid else "queued")
        text = text.model_copy(update={"service_sid": service_sid, "callback": callback})
        await self._book.add(text)
        return text

    def start(self, text: Text) -> asyncio.Task[None]:
        """Lead it to its end from where it is."""
        return self._lives.start(self._live(text))

    def resume(self) -> None:
        """Go on with what was on its way when the sandbox stopped."""
        for text in list(self._book.texts):
            if text.moving:
                self.start(text)

    async def reply(self, account: Account, phone: str, body: str) -> Text:
        """A text from a phone: kept, then posted to the company's inbound URL, signed. Raises OSError."""
        opt_out = KEYWORDS.get(body.strip().upper(), "") if account.settings.stop_by_twilio else ""
        text = _text(account, phone, account.number, "inbound", body, "received")
        text = text.model_copy(update={"opt_out": opt_out, "service_sid": account.service_sid})
        is_answered = self._is_answered(opt_out, text)
        await self._book.add(text)
        if is_answered:
            answer = _text(account, account.number, phone, "outbound-reply", ANSWERS[opt_out], "delivered")
            await self._book.add(answer)
        return await self._book.change_text(text.sid, notice=await self._deliver(account, text))

    def _is_answered(self, opt_out: str, text: Text) -> bool:
        """Twilio answers what changes its list, and HELP; not a first YES, not a second STOP."""
        opted_out = self._book.has_opted_out(text.number, text.phone)
        return {"STOP": not opted_out, "START": opted_out, "HELP": True}.get(opt_out, False)

    async def _deliver(self, account: Account, text: Text) -> str:
        url = account.settings.inbound_url
        if not url:
            return "Not passed on: no inbound URL is set."
        reply = await self._webhooks.send(url, _inbound(text), account.token)
        return f"Passed on to {url}: {reply.words}."

    async def _live(self, text: Text) -> None:
        style = fate_of(text.to).callbacks
        passed = []
        for status in _ahead(text):
            await asyncio.sleep(self._step)
            text = await self._become(text, status)
            passed.append(text)
            if style is not Callbacks.BACKWARDS:
                await self._call_back(text, times=2 if style is Callbacks.TWICE else 1)
        if style is Callbacks.BACKWARDS:
            for moment in reversed(passed):
                await self._call_back(moment)

    async def _become(self, text: Text, status: str) -> Text:
        changes: dict[str, object] = {"status": status}
        if status == "sent":
            changes["sent_at"] = datetime.now(UTC)
        if status in ("failed", "undelivered"):
            changes["error_code"] = fate_of(text.to).text_error
        return await self._book.change_text(text.sid, **changes)

    async def _call_back(self, text: Text, times: int = 1) -> None:
        if not text.callback:
            return
        for _ in range(times):
            reply = await self._webhooks.insist(text.callback, _status(text), self._accounts[text.account].token)
            if not reply.ok:
                notice = f"The status “{text.status}” was not taken: {reply.words}."
                await self._book.change_text(text.sid, notice=notice)


def _ahead(text: Text) -> tuple[str, ...]:
    """The statuses to come; a `queued` text has yet to say so."""
    end = fate_of(text.to).text_ends
    way = ("queued", end) if end == "failed" else ("queued", "sent", end)
    return way[way.index("sent") + 1 :] if text.status == "sent" else way


def _text(account: Account, sender: str, to: str, direction: str, body: str, status: str) -> Text:
    now = datetime.now(UTC)
    return Text(
        sid="SM" + uuid4().hex,
        account=account.sid,
        company=account.company.slug,
        sender=sender,
        to=to,
        direction=direction,
        status=status,
        created_at=now,
        updated_at=now,
        sent_at=None if direction == "outbound-api" else now,
        body=body,
        segments=segments(body),
    )


def _inbound(text: Text) -> dict[str, str]:
    params = {
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsMessageSid": text.sid,
        "AccountSid": text.account,
        "MessagingServiceSid": text.service_sid,
        "From": text.sender,
        "To": text.to,
        "Body": text.body,
        "NumMedia": "0",
        "NumSegments": str(text.segments),
        "SmsStatus": text.status,
        "ApiVersion": API_VERSION,
    }
    return params | ({"OptOutType": text.opt_out} if text.opt_out else {})


def _status(text: Text) -> dict[str, str]:
    params = {
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "MessageStatus": text.status,
        "SmsStatus": text.status,
        "AccountSid": text.account,
        "From": text.sender,
        "To": text.to,
        "ApiVersion": API_VERSION,
    }
    params |= {"MessagingServiceSid": text.service_sid} if text.service_sid else {}
    return params | ({"ErrorCode": str(text.error_code)} if text.error_code else {})
