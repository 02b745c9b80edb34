"""Hands texts and calls over: one request to Twilio each, with the company's own account."""

import logging
from dataclasses import replace

from contracts.deliveries import DeliveryState
from notifier_svc.channels.codes import refused
from notifier_svc.channels.twilio import Accepted, Account, Away, Call, Lost, Refused, Text, Twilio
from notifier_svc.domain import outcome
from notifier_svc.domain.outcome import Outcome
from notifier_svc.domain.sender import Sender
from notifier_svc.sealing import Seal, Unopenable
from notifier_svc.send.allowance import Allowance
from notifier_svc.send.breaker import Breaker
from notifier_svc.send.message import Ready
from notifier_svc.send.worker import Begin, Tried, not_tried

log = logging.getLogger(__name__)


class PhoneCourier:
    """Carries texts and calls to Twilio."""

    def __init__(self, twilio: Twilio, seal: Seal, allowance: Allowance, breaker: Breaker) -> None:
        self._twilio = twilio
        self._seal = seal
        self._allowance = allowance
        self._breaker = breaker

    def turn(self) -> float:
        """The claims keep to each account's pace."""
        return 0.0

    async def carry(self, message: Ready, begin: Begin) -> Tried | None:
        """One try: T2, then the request; it is never repeated by itself."""
        company_id = message.sender.company_id
        try:
            account = self._account(message.sender)
        except Unopenable as error:
            log.error("a phone account's token can't be opened", extra={"company_id": str(company_id)})
            return not_tried(outcome.again(str(error), delay=self._allowance.failed(company_id)))
        if not await begin():
            return None
        try:
            accepted = await self._hand_over(account, message)
        except Refused as error:
            return Tried(self._refused(message, error))
        except Away as error:
            log.warning("Twilio is away", extra={"error": str(error)})
            return Tried(outcome.again("Twilio can't be reached.", delay=self._breaker.failed()))
        except Lost as error:
            self._allowance.failed(company_id)
            return Tried(outcome.unknown(f"Twilio did not answer ({error})."))
        self._breaker.answered()
        self._allowance.answered(company_id)
        return Tried(outcome.sent(None, None, provider_id=accepted.sid, segments=message.segments))

    async def goodbye(self) -> None:
        """Nothing is kept open for one message."""

    def hang_up(self) -> None:
        """Nothing is kept open for one message."""

    def _account(self, sender: Sender) -> Account:
        phone = sender.phone
        assert phone is not None  # the gate has seen to it
        token = self._seal.open(sender.company_id, phone.sealed_token)
        return Account(phone.account_sid, token, phone.numbers[0], phone.messaging_service_sid)

    async def _hand_over(self, account: Account, message: Ready) -> Accepted:
        match message.content:
            case Text() as text:
                return await self._twilio.text(account, text)
            case Call() as call:
                return await self._twilio.call(account, call)
            case _:
                raise TypeError("an email has no place here")

    def _refused(self, message: Ready, error: Refused) -> Outcome:
        """By the table; what is no fault of the message leaves the whole account alone for a while."""
        ended = refused(error.status, error.code, error.words)
        if not (ended.temporary or ended.state is DeliveryState.UNKNOWN):
            return ended
        company_id = message.sender.company_id
        log.warning("a phone account is refused", extra={"company_id": str(company_id), "code": error.code})
        delay = self._allowance.failed(company_id, message.due.attempts)
        return replace(ended, delay=delay) if ended.temporary else ended
