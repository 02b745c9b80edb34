"""What a voice should say where people write signs: times, money, phones, numbers, ranges, addresses.

Words stay as their author wrote them. Only words come out, and no markup: which SSML elements are obeyed differs from
voice to voice, and a voice may say nothing at all where it meets one that it does not know
(twilio.com/docs/voice/twiml/say/text-speech, docs.aws.amazon.com/polly/latest/dg/supportedtags.html).
"""

import re
from collections.abc import Callable

from notifier_svc.domain.spoken_words import (
    DIRECTIONS,
    LANGUAGES,
    PESOS,
    STATES,
    STREETS,
    UNITS,
    Language,
)

_Say = Callable[[re.Match[str], Language], str]

_BLANK = re.compile(r"[^\S\n]")  # among them the narrow and the fixed ones, which CLDR puts into times
_DASH = r"\s?[-\u2010-\u2015\u2212]\s?"

_PHONE = re.compile(
    r"(?<![\w#.$-])(?:(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}|\+1\d{10}"
    r"|\+\d{1,3}(?:[ .-]?\d{2,4}){2,5})(?![\w-])"
)
_SIGN = r"(?:US\$|CA\$|MX\$|USD|\$|€|£)"
_AMOUNT = r"(?:\d{1,3}(?:[,.]\d{3})+|\d+)(?:[.,]\d\d)?(?!\d)"
_MONEY = re.compile(
    rf"(?<![\w$.,])(?P<minus>[-\u2212])?"
    rf"(?:(?P<sign>{_SIGN}) ?(?P<amount>{_AMOUNT})|(?P<amount_first>{_AMOUNT}) ?(?P<sign_last>{_SIGN})(?!\w))"
)
_HALF = r"(?:[AP]M|[ap]m|[AaPp]\. ?[Mm]\.)"
_STOP = r"(?P<stop>(?<=\.)(?=$|\s+[A-ZÁÉÍÓÚÑ¿¡]))?"  # the dot of `p. m.` that also ends the sentence


def _clock(n: str, half: str) -> str:
    return rf"(?<![\d:.,$#])(?P<hour{n}>\d{{1,2}})(?::(?P<minute{n}>\d\d))?(?: ?(?P<half{n}>{_HALF})){half}(?![\w:])"


_TIME = re.compile(_clock("", "") + _STOP)
_TIMES = re.compile(
    rf"(?:\b(?P<lead>(?i:from|between|de|desde|entre)) (?:las? )?)?"
    rf"{_clock('1', '?')}{_DASH}(?:las? )?{_clock('2', '?')}{_STOP}"
)
_NUMBER = re.compile(
    r"(?:\b(?:number|número) ?)?(?<![\w&])#\s?(?=\d)|\b(?:No\.|N\.?[º°]|n\.[º°]) ?(?=\d)", re.IGNORECASE
)
_RANGES = {
    name: re.compile(rf"(?<![\w.,-])(\d{{1,3}}){_DASH}(\d{{1,3}})(?= ?(?:{language.units})(?!\w))")
    for name, language in LANGUAGES.items()
}
_AMPERSAND = re.compile(r"(?<= )&(?= )")
_SIDE = rf"(?:{'|'.join(sorted(DIRECTIONS, key=len, reverse=True))})\b"
_STREET = re.compile(
    rf"\b(?P<house>\d+[A-Z]?)(?P<before> {_SIDE}\.?(?= ))?(?P<name>(?: [A-Z0-9][\w'\u2019.-]*){{1,5}}?)"
    rf" (?P<kind>{'|'.join([*STREETS, *STREETS.values(), 'Way'])})\b"
    rf"(?:\.(?=,| [A-Z]))?(?P<after> {_SIDE})?"
    rf"(?P<unit>,? (?:{'|'.join(UNITS)})\.?(?= #?\w))?(?! [A-Z][a-z])"
    rf"(?:(?P<city>[^\n.;]{{0,50}}?), (?P<state>{'|'.join(STATES)})\b)?"
)
_POSTCODE = re.compile(rf", (?P<state>{'|'.join([*STATES, *STATES.values()])}) (?P<zip>\d{{5}})(?:-\d{{4}})?(?![\w-])")


def spoken(words: str, locale: str) -> str:
    """The words as they should be heard in `locale`; as they are where its language is none of ours."""
    name = locale.partition("-")[0]
    language = LANGUAGES.get(name)
    if language is None:
        return words
    if locale in PESOS:
        language = language.with_dollars_as("MX$")
    said = _BLANK.sub(" ", words)
    for pattern, say in _STEPS:
        said = pattern.sub(lambda found, say=say: say(found, language), said)  # type: ignore[misc]
    return _RANGES[name].sub(rf"\1 {language.to} \2", said)


def _phone(found: re.Match[str], _: Language) -> str:
    """Digit by digit, with a rest where a person would take one."""
    written = found[0]
    digits = re.sub(r"\D", "", written)
    national = len(digits) == 10 or (len(digits) == 11 and digits[0] == "1")
    groups = [digits[:-10], digits[-10:-7], digits[-7:-4], digits[-4:]] if national else re.findall(r"\d+", written)
    return ", ".join(" ".join(group) for group in groups if group)


def _money(found: re.Match[str], language: Language) -> str:
    currency = language.currencies[found["sign"] or found["sign_last"]]
    amount = found["amount"] or found["amount_first"]
    whole, cents = (amount[:-3], amount[-2:]) if re.search(r"[.,]\d\d$", amount) else (amount, "00")
    units, hundredths = re.sub(r"\D", "", whole).lstrip("0"), int(cents)
    parts = [f"{units or 0} {currency.one if units == '1' else currency.many}"] if units or not hundredths else []
    parts += [f"{hundredths} {currency.cent if hundredths == 1 else currency.cents}"] if hundredths else []
    return (f"{language.minus} " if found["minus"] else "") + f" {language.cents} ".join(parts)


def _times(found: re.Match[str], language: Language) -> str:
    """`from 10 AM to 12 PM`. Two bare numbers are no times."""
    written, lead = found.groupdict(), found["lead"] or ""
    if not (written["half2"] or (written["minute1"] and written["minute2"])):
        return found[0]
    if lead and lead.lower() not in language.spans:
        return found[0]
    opening, joint = language.spans[lead.lower()]
    spoken_half = written["half2"] is not None
    times = (_said(language, spoken_half, *(written[part + n] for part in ("hour", "minute", "half"))) for n in "12")
    first, second = map(language.article, times)
    return f"{lead or opening} {first} {joint} {second}" + _full_stop(found)


def _time(found: re.Match[str], language: Language) -> str:
    return _said(language, True, found["hour"], found["minute"], found["half"]) + _full_stop(found)


def _said(language: Language, of_twelve: bool, hour: str, minute: str | None, half: str | None) -> str:
    """As people say it; a clock of 24 hours as it is written."""
    if not of_twelve:
        return f"{hour}:{minute}"
    return language.time(int(hour), int(minute or 0), half[0] in "pP" if half else None)


def _full_stop(found: re.Match[str]) -> str:
    return "." if found["stop"] is not None else ""


def _number(_: re.Match[str], language: Language) -> str:
    return f"{language.number} "


def _ampersand(_: re.Match[str], language: Language) -> str:
    return language.ampersand


def _street(found: re.Match[str], _: Language) -> str:
    """`48 W Juniper Ct, Apt 2, Denver, CO`, with its short forms written out."""
    part = {name: text or "" for name, text in found.groupdict().items()}
    kind = STREETS.get(part["kind"], part["kind"])
    street = f"{part['house']}{_side(part['before'])}{part['name']} {kind}{_side(part['after'])}{_unit(part['unit'])}"
    return street + (f"{part['city']}, {STATES[part['state']]}" if part["state"] else "")


def _side(written: str) -> str:
    return f" {DIRECTIONS[written.strip(' .')]}" if written else ""


def _unit(written: str) -> str:
    lead, _, short = written.rstrip(".").rpartition(" ")
    return f"{lead} {UNITS[short]}" if written else ""


def _postcode(found: re.Match[str], _: Language) -> str:
    return f", {STATES.get(found['state'], found['state'])}, {' '.join(found['zip'])}"


_STEPS: tuple[tuple[re.Pattern[str], _Say], ...] = (
    (_PHONE, _phone),
    (_MONEY, _money),
    (_TIMES, _times),
    (_TIME, _time),
    (_STREET, _street),
    (_POSTCODE, _postcode),
    (_NUMBER, _number),
    (_AMPERSAND, _ampersand),
)
