"""What Twilio's error codes mean for a delivery: one table, with the words that the office reads.

Codes: twilio.com/docs/api/errors. The 2xxxx refuse a request; the 3xxxx come later, with a status callback.
"""

from dataclasses import dataclass

from contracts.deliveries import Reason
from contracts.inbound import Cause
from notifier_svc.domain import outcome
from notifier_svc.domain.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means. Without a `reason` nothing is wrong with the message: it waits until the account can send."""

    words: str
    reason: Reason | None = None
    block: Cause | None = None


CODES: dict[int, Meaning] = {
    # the recipient
    13223: Meaning("This is not a phone number that can be called.", Reason.INVALID_ADDRESS),
    13224: Meaning("This is not a phone number that can be called.", Reason.INVALID_ADDRESS),
    21211: Meaning("This is not a phone number.", Reason.INVALID_ADDRESS),
    21214: Meaning("This phone number can't be reached.", Reason.INVALID_ADDRESS),
    21217: Meaning("This is not a phone number.", Reason.INVALID_ADDRESS),
    21610: Meaning("This phone has opted out of texts (STOP).", Reason.OPTED_OUT, Cause.OPTED_OUT),
    21612: Meaning("This phone can't be texted from the company's number.", Reason.REFUSED_BY_PROVIDER),
    21614: Meaning("This number takes no texts: it is a landline.", Reason.LANDLINE, Cause.LANDLINE),
    21635: Meaning("This number takes no texts: it is a landline.", Reason.LANDLINE, Cause.LANDLINE),
    30003: Meaning("The phone is switched off, or out of reach.", Reason.REFUSED_BY_PROVIDER),
    30004: Meaning("The phone or its carrier blocks texts from this number.", Reason.REFUSED_BY_PROVIDER),
    30008: Meaning("The carrier did not deliver it, and says no more.", Reason.REFUSED_BY_PROVIDER),
    30005: Meaning("This phone number is not in use.", Reason.INVALID_ADDRESS),
    30006: Meaning("This number takes no texts: it is a landline.", Reason.LANDLINE, Cause.LANDLINE),
    # where it is
    21408: Meaning("The company's Twilio account may not text this country.", Reason.REFUSED_BY_PROVIDER),
    30034: Meaning(
        "The company's number is not registered for texts to the US (A2P 10DLC).", Reason.REFUSED_BY_PROVIDER
    ),
    **dict.fromkeys(
        (13227, 21215, 32205),
        Meaning("The company's Twilio account may not call this country.", Reason.REFUSED_BY_PROVIDER),
    ),
    21608: Meaning(
        "The company's Twilio account is on trial: it texts confirmed numbers only.", Reason.REFUSED_BY_PROVIDER
    ),
    # the words
    21602: Meaning("The text has no words.", Reason.EMPTY_MESSAGE),
    21617: Meaning("The text has more than 1,600 characters.", Reason.TOO_LONG),
    30007: Meaning("The carrier took it for spam and dropped it.", Reason.REFUSED_BY_PROVIDER),
    # the pace
    14107: Meaning("The phone account sends faster than it may."),
    20429: Meaning("The phone account sends faster than it may."),
    21611: Meaning("Too many texts wait at Twilio already."),
    30001: Meaning("Too many texts wait at Twilio already."),
    30022: Meaning("The company sends more a second than its registration with US carriers allows (A2P 10DLC)."),
    30023: Meaning("The company has used up what US carriers let it send in a day (A2P 10DLC)."),
    # the company's account
    20003: Meaning("Twilio does not accept the company's account and token."),
    20005: Meaning("The company's Twilio account is not active."),
    20404: Meaning("Twilio does not know the company's account."),
    21210: Meaning("The number that calls come from is not the account's."),
    21212: Meaning("The number that texts or calls come from is not a phone number."),
    21601: Meaning("The number that texts come from can't text."),
    21606: Meaning("The number that texts come from is not the account's, or can't text."),
    21659: Meaning("The number that texts come from is not the account's, or can't text."),
    21660: Meaning("The number that texts come from is not the account's."),
    21701: Meaning("The account has no such Messaging Service."),
    21703: Meaning("The Messaging Service has no number to text from."),
    30002: Meaning("The company's Twilio account is suspended."),
}
ACCOUNT_STATUSES = frozenset({401, 429})  # 403 may be about one country, or one number
TIMED_OUT = 408


def refused(status: int, code: int, words: str) -> Outcome:
    """The outcome of a request that Twilio answered with an error.

    A 5xx or a timeout is no refusal: the message may have been taken all the same (fault 38).
    """
    label = str(code)
    if status // 100 == 5 or status == TIMED_OUT:
        return outcome.unknown(f"Twilio answered {status}; the message may have gone all the same.", label)
    unlisted = Meaning(words, None if status in ACCOUNT_STATUSES else Reason.REFUSED_BY_PROVIDER)
    meaning = CODES.get(code, unlisted)
    if meaning.reason is None:
        return outcome.again(meaning.words, label)
    return outcome.failed(meaning.reason, meaning.words, label, block=meaning.block)


def meaning_of(code: str | None) -> Meaning | None:
    """What an error code means that came with a callback, if it is listed."""
    return CODES.get(int(code)) if code and code.isdecimal() else None


def explained(code: str | None) -> str | None:
    """The words for it."""
    meaning = meaning_of(code)
    return meaning.words if meaning else None
