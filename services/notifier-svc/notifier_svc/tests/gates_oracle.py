"""What requirement D7 says of any case: tables in the requirements' words, written without a look at the code."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from contracts.deliveries import Category, Channel, Lane, Reason
from notifier_svc.domain.model import Wait

# category | email needs | text and call need
NEEDS = """
confirmation     | contact's confirmations, address's confirmations | contact's confirmations
status           | address's status updates                          |
request          | address's status updates                          |
follow_up        | address's status updates                          |
receipt          | address's payment receipts                        |
invoice          | address's invoices                                |
service_reminder | contact's service reminders                       | contact's service reminders
invoice_reminder | contact's invoice reminders                       | contact's invoice reminders
broadcast        | not excluded from broadcasts                      | never
manual           |                                                   | consent for texts
direct           |                                                   | consent for texts
account          |                                                   |
system           |                                                   |
"""
EVERY_MESSAGE = {"not archived", "an address", "a valid address", "no block of everything", "reachable in the sandbox"}
AUTOMATED = {
    Channel.EMAIL: set[str](),
    Channel.SMS: {"contact's text flag", "consent for texts"},
    Channel.VOICE: {"contact's voice flag", "not opted out of calls"},
}
NOT_AUTOMATED = {Category.MANUAL, Category.DIRECT, Category.ACCOUNT, Category.SYSTEM}
UNSUBSCRIBES = {
    Category.SERVICE_REMINDER: "no unsubscribe from reminders",
    Category.INVOICE_REMINDER: "no unsubscribe from reminders",
    Category.BROADCAST: "no unsubscribe from broadcasts",
}
RULE = {"rule active", "told by whoever made the change", "not too old"}
ASKED_FOR = {Category.ACCOUNT, Category.SYSTEM}  # by the very person: nobody was asked whether to tell
SCHEDULED = {Category.SERVICE_REMINDER, Category.INVOICE_REMINDER, Category.FOLLOW_UP}
WHEN_ITS_TIME_COMES = {"rule active", "not too old", "not too near"}  # "not later follow-ups" (D9)
BY_PHONE = {"an account to text and call with"}  # S3.13, "delivery settings valid"
REGION = {"region active", "client notifications on", "not a head office"}

# What stands against a message: the need it leaves unmet, and the reason; in the order in which the log names them.
WITHOUT_RECIPIENT = {
    "inactive rule": ("rule active", Reason.RULE_INACTIVE),
    "told not to notify": ("told by whoever made the change", Reason.NOTIFY_DECLINED),
    "inactive region": ("region active", Reason.REGION_INACTIVE),
    "client notifications off": ("client notifications on", Reason.CLIENT_NOTIFICATIONS_OFF),
    "head office": ("not a head office", Reason.HEAD_OFFICE),
    "phone not set up": ("an account to text and call with", Reason.PHONE_NOT_SET_UP),
}
OLD = {"too near": ("not too near", Reason.TOO_NEAR), "too old": ("not too old", Reason.TOO_OLD)}
BY_RECIPIENT = {
    "archived": ("not archived", Reason.ARCHIVED),
    "no address": ("an address", Reason.NO_ADDRESS),
    "invalid address": ("a valid address", Reason.INVALID_ADDRESS),
    "landline": ("a phone that takes texts", Reason.LANDLINE),
    "unsubscribed from reminders": ("no unsubscribe from reminders", Reason.UNSUBSCRIBED),
    "unsubscribed from broadcasts": ("no unsubscribe from broadcasts", Reason.UNSUBSCRIBED),
    "blocked": ("no block of everything", Reason.BLOCKED),
    "sandbox": ("reachable in the sandbox", Reason.SANDBOX),
    "by phone": ("never", Reason.BY_EMAIL_ONLY),
    "contact's confirmations off": ("contact's confirmations", Reason.CONFIRMATIONS_OFF),
    "address's confirmations off": ("address's confirmations", Reason.ADDRESS_CONFIRMATIONS_OFF),
    "status updates off": ("address's status updates", Reason.STATUS_UPDATES_OFF),
    "payment receipts off": ("address's payment receipts", Reason.RECEIPTS_OFF),
    "invoices off": ("address's invoices", Reason.INVOICES_OFF),
    "service reminders off": ("contact's service reminders", Reason.SERVICE_REMINDERS_OFF),
    "invoice reminders off": ("contact's invoice reminders", Reason.INVOICE_REMINDERS_OFF),
    "excluded from broadcasts": ("not excluded from broadcasts", Reason.BROADCASTS_EXCLUDED),
    "text off": ("contact's text flag", Reason.TEXT_OFF),
    "voice off": ("contact's voice flag", Reason.VOICE_OFF),
    "consent none": ("consent for texts", Reason.NO_SMS_CONSENT),
    "consent requested": ("consent for texts", Reason.NO_SMS_CONSENT),
    "consent refused": ("consent for texts", Reason.NO_SMS_CONSENT),
    "consent revoked": ("consent for texts", Reason.NO_SMS_CONSENT),
    "calls opted out": ("not opted out of calls", Reason.CALLS_OPTED_OUT),
}
# Asked again before sending: what only then can stand in the way, or then has another name.
BEFORE_SENDING = {
    "expired": ("in time", Reason.EXPIRED),
    "customer deleted": ("a customer", Reason.UNKNOWN_CUSTOMER),
    "status moved on": ("still that status", Reason.STATUS_MOVED_ON),
    "job cancelled": ("still that status", Reason.STATUS_MOVED_ON),
    "visit moved": ("still that visit", Reason.VISIT_MOVED),
    "invoice paid": ("still to pay", Reason.INVOICE_PAID),
    "opened again": ("still closed", Reason.STATUS_MOVED_ON),
    "rule deleted": ("a rule", Reason.RULE_INACTIVE),
}
STILL = {
    Category.STATUS: "still that status",
    Category.SERVICE_REMINDER: "still that visit",
    Category.INVOICE_REMINDER: "still to pay",
    Category.FOLLOW_UP: "still closed",
}
NOT_SELECTED = {
    "left the region": ("customer in the region", Reason.NO_LONGER_SELECTED),
    "of another kind": ("customer of that kind", Reason.NO_LONGER_SELECTED),
    "lost the tag": ("customer with that tag", Reason.NO_LONGER_SELECTED),
    "of another status": ("rule for that status", Reason.NO_LONGER_SELECTED),
}
TOLD = {"told before": ("not told of this job before", Reason.ALREADY_TOLD)}
REMOVED = {
    "no address": ("an address", Reason.ADDRESS_REMOVED),
    "invalid address": ("a valid address", Reason.ADDRESS_REMOVED),  # it is another one
}
BY_NATURE = "by phone"  # no case lacks it; only a broadcast needs it not to be so
# None of these stops anything.
HARMLESS = (
    "blocked customer",  # D11
    "service specials off",  # S0.21: a banner, no message
    "on the sandbox's allow-list",
    "blocked on the other channels",
)
ALTERNATIVES = (  # of each, a case has one at most
    {"consent none", "consent requested", "consent refused", "consent revoked"},
    {"sandbox", "on the sandbox's allow-list"},
    {"no address", "landline"},
)
# An additional recipient has one confirmations flag, which stands for both, and gets no broadcasts.
NOT_OF_RECIPIENTS = {"address's confirmations off", "excluded from broadcasts", "service specials off"}


IN_ORDER = WITHOUT_RECIPIENT | OLD | BY_RECIPIENT
_PHONE = {"phone not set up": WITHOUT_RECIPIENT["phone not set up"]}
BEFORE_SENDING_IN_ORDER = BEFORE_SENDING | {no: each for no, each in WITHOUT_RECIPIENT.items() if no not in _PHONE}
BEFORE_SENDING_IN_ORDER |= NOT_SELECTED | TOLD | _PHONE | BY_RECIPIENT | REMOVED


@dataclass(frozen=True)
class Case:
    """A message to one person, with all that stands against it."""

    category: Category
    channel: Channel
    recipient: bool
    """To an additional recipient rather than to a contact."""
    against: frozenset[str]
    regional: bool = False
    planned: bool = False
    """By a rule, rather than at the gate alone."""
    own_words: bool = False
    """Without a rule, by a text that brings its words along."""
    sending: bool = False
    """Asked again before it is sent."""


def combinations_of(nos: Iterable[str], recipient: bool, most: int = 2) -> Iterator[frozenset[str]]:
    """Nothing, each single one, and so on up to `most` of them."""
    possible = [no for no in nos if no != BY_NATURE and not (recipient and no in NOT_OF_RECIPIENTS)]
    for size in range(most + 1):
        for chosen in map(frozenset, combinations(possible, size)):
            if not any(len(chosen & alternatives) > 1 for alternatives in ALTERNATIVES):
                yield chosen


def expected(case: Case) -> Reason | None:
    """The first "no" in the order of the requirements; none: it goes."""
    needed = needs_of(case)
    against = case.against | {BY_NATURE}
    for no, (need, reason) in (BEFORE_SENDING_IN_ORDER if case.sending else IN_ORDER).items():
        if no in against and need in needed:
            return reason
    return None


def needs_of(case: Case) -> set[str]:
    """All that this message needs."""
    needed = EVERY_MESSAGE | table_needs(case.category, case.channel)
    if case.category not in NOT_AUTOMATED:
        needed |= AUTOMATED[case.channel]
    if case.category in UNSUBSCRIBES:
        needed |= {UNSUBSCRIBES[case.category]}
    if case.channel is Channel.SMS:
        needed |= {"a phone that takes texts"}
    if case.planned and not case.own_words:
        needed |= WHEN_ITS_TIME_COMES if case.category in SCHEDULED else RULE
    if case.category in ASKED_FOR:
        needed -= {"told by whoever made the change"}
    if case.planned and case.channel is not Channel.EMAIL:
        needed |= BY_PHONE
    if case.regional:
        needed |= REGION
    if case.sending:
        needed |= {"in time", "a customer", "a rule", "customer of that kind", "customer with that tag"}
        needed |= {"not told of this job before"}
        needed |= {"customer in the region"} if case.regional else set()
        needed |= {STILL.get(case.category, "")}
        needed |= {"rule for that status"} if case.category is Category.STATUS else set()
    return needed


def table_needs(category: Category, channel: Channel) -> set[str]:
    """What the table's row says of this channel."""
    rows = {row[0].strip(): row[1:] for line in NEEDS.strip().splitlines() if (row := line.split("|"))}
    cell = rows[category][0 if channel is Channel.EMAIL else 1]
    return {need.strip() for need in cell.split(",")} - {"" if channel is Channel.SMS else "consent for texts"}


@dataclass(frozen=True)
class Moment:
    """What may hold a message back that passed the gates."""

    category: Category
    channel: Channel
    lane: Lane
    paused: bool
    capped: bool
    """The recipient had as many as a day allows."""
    night: bool
    """In quiet hours."""
    hold_email: bool
    urgent_passes: bool


def expected_wait(moment: Moment) -> Wait | None:
    """Caps and a pause hold all that is automated; quiet hours texts and calls, and what the company says."""
    if moment.category in NOT_AUTOMATED:
        return None
    heeds_the_night = moment.hold_email if moment.channel is Channel.EMAIL else True
    if moment.lane is Lane.URGENT and moment.urgent_passes:
        heeds_the_night = False
    held = {Wait.PAUSE: moment.paused, Wait.CAP: moment.capped, Wait.QUIET_HOURS: moment.night and heeds_the_night}
    return next((wait for wait, holds in held.items() if holds), None)
