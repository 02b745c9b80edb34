"""How signs and short forms are said: the tables of `speech`, by language, and of American addresses."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

STREETS = {
    "Ave": "Avenue",
    "Av": "Avenue",
    "Blvd": "Boulevard",
    "Cir": "Circle",
    "Ct": "Court",
    "Dr": "Drive",
    "Hwy": "Highway",
    "Ln": "Lane",
    "Pkwy": "Parkway",
    "Pl": "Place",
    "Rd": "Road",
    "Sq": "Square",
    "St": "Street",
    "Ter": "Terrace",
    "Trl": "Trail",
}
"""After a house number and a name (Publication 28 of the US Postal Service, appendix C1)."""

DIRECTIONS = {
    "N": "North",
    "S": "South",
    "E": "East",
    "W": "West",
    "NE": "Northeast",
    "NW": "Northwest",
    "SE": "Southeast",
    "SW": "Southwest",
}

UNITS = {"Apt": "Apartment", "Ste": "Suite", "Bldg": "Building", "Fl": "Floor", "Unit": "Unit", "Rm": "Room"}

_STATES = (
    "AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut, DE Delaware, "
    "DC D C, FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa, KS Kansas, KY Kentucky, "
    "LA Louisiana, ME Maine, MD Maryland, MA Massachusetts, MI Michigan, MN Minnesota, MS Mississippi, MO Missouri, "
    "MT Montana, NE Nebraska, NV Nevada, NH New Hampshire, NJ New Jersey, NM New Mexico, NY New York, "
    "NC North Carolina, ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon, PA Pennsylvania, PR Puerto Rico, "
    "RI Rhode Island, SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah, VT Vermont, VA Virginia, "
    "WA Washington, WV West Virginia, WI Wisconsin, WY Wyoming"
)
STATES = {state[:2]: state[3:] for state in _STATES.split(", ")}


@dataclass(frozen=True, slots=True)
class Currency:
    """One and many of it, and of its hundredth."""

    one: str
    many: str
    cent: str
    cents: str


@dataclass(frozen=True, slots=True)
class Language:
    """What signs are called."""

    number: str
    """`#`."""
    ampersand: str
    minus: str
    to: str
    """`2-3 hours`."""
    cents: str
    """Between whole and hundredths."""
    spans: dict[str, tuple[str, str]]
    """What stands before a range of times, and what joins it then; by '' where nothing does."""
    units: str
    """What is counted in ranges of numbers, as alternatives of a pattern."""
    currencies: dict[str, Currency]
    """By sign."""
    time: Callable[[int, int, bool | None], str]
    """Hour and minute of twelve; whether after noon, if it is said."""
    article: Callable[[str], str]
    """A time as it stands in a range."""

    def with_dollars_as(self, sign: str) -> "Language":
        """The same, where a lone `$` stands for what `sign` does."""
        return replace(self, currencies=self.currencies | {"$": self.currencies[sign]})


def _english(hour: int, minute: int, after_noon: bool | None) -> str:
    half = "" if after_noon is None else " PM" if after_noon else " AM"
    return (f"{hour}:{minute:02}" if minute else str(hour)) + half


def _spanish(hour: int, minute: int, after_noon: bool | None) -> str:
    return f"{hour} y {minute}{_part_of_day(hour, after_noon)}" if minute else f"{hour}{_part_of_day(hour, after_noon)}"


def _part_of_day(hour: int, after_noon: bool | None) -> str:
    if after_noon is None:
        return ""
    if not after_noon:
        return " de la noche" if hour == 12 else " de la mañana"
    return " del mediodía" if hour == 12 else " de la tarde" if hour < 8 else " de la noche"


def _with_article(time: str) -> str:
    return f"la {time}" if re.match(r"1(?!\d)", time) else f"las {time}"


_DOLLAR = Currency("dollar", "dollars", "cent", "cents")
_DOLAR = Currency("dólar", "dólares", "centavo", "centavos")
_PESO = Currency("peso", "pesos", "centavo", "centavos")

ENGLISH = Language(
    number="number",
    ampersand="and",
    minus="minus",
    to="to",
    cents="and",
    spans={"": ("from", "to"), "from": ("from", "to"), "between": ("between", "and")},
    units="hours?|hrs?|minutes?|mins?|days?|weeks?|months?|years?|percent|%|people|dollars",
    currencies={
        "$": _DOLLAR,
        "US$": _DOLLAR,
        "USD": _DOLLAR,
        "CA$": _DOLLAR,
        "MX$": Currency("peso", "pesos", "centavo", "centavos"),
        "€": Currency("euro", "euros", "cent", "cents"),
        "£": Currency("pound", "pounds", "penny", "pence"),
    },
    time=_english,
    article=str,
)

SPANISH = Language(
    number="número",
    ampersand="y",
    minus="menos",
    to="a",
    cents="con",
    spans={"": ("de", "a"), "de": ("de", "a"), "desde": ("desde", "hasta"), "entre": ("entre", "y")},
    units="horas?|minutos?|días?|semanas?|mes(?:es)?|años?|por ciento|%|personas|dólares",
    currencies={
        "$": _DOLAR,
        "US$": _DOLAR,
        "USD": _DOLAR,
        "CA$": _DOLAR,
        "MX$": _PESO,
        "€": Currency("euro", "euros", "céntimo", "céntimos"),
        "£": Currency("libra", "libras", "penique", "peniques"),
    },
    time=_spanish,
    article=_with_article,
)

LANGUAGES = {"en": ENGLISH, "es": SPANISH}
PESOS = frozenset({"es-MX", "es-CO", "es-CL", "es-AR", "es-DO", "es-UY"})
"""Where `$` alone means pesos."""
