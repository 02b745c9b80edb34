"""How written signs are said in a call, in English and Spanish (S1.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier_svc.domain.speech import spoken
from notifier_svc.domain.spoken_words import LANGUAGES

ENGLISH = [
    # times
    ("We come at 10:00 AM.", "We come at 10 AM."),
    ("We come at 10:30 AM.", "We come at 10:30 AM."),
    ("We come at 9:05 a.m. tomorrow.", "We come at 9:05 AM tomorrow."),
    ("We come at 9:00 p.m. Please open.", "We come at 9 PM. Please open."),
    ("We come at 9:00 p.m.", "We come at 9 PM."),
    ("Tuesday, November 24, 10:00 AM - 12:00 PM.", "Tuesday, November 24, from 10 AM to 12 PM."),
    ("10:00\u202fAM\u2009\u2013\u200912:00\u202fPM", "from 10 AM to 12 PM"),
    ("between 10:00 AM - 12:30 PM", "between 10 AM and 12:30 PM"),
    ("Between 10:00 AM and 12:00 PM", "Between 10 AM and 12 PM"),
    ("from 1:00 PM-3:00 PM", "from 1 PM to 3 PM"),
    ("10:00 \u2013 11:30 AM", "from 10 to 11:30 AM"),
    ("10 - 12 AM", "from 10 to 12 AM"),
    ("13:00 - 15:30", "from 13:00 to 15:30"),
    ("at 14:00", "at 14:00"),
    # money
    ("It comes to $480.00.", "It comes to 480 dollars."),
    ("It comes to $480.50, today.", "It comes to 480 dollars and 50 cents, today."),
    ("$1.00", "1 dollar"),
    ("$1.01", "1 dollar and 1 cent"),
    ("$0.05", "5 cents"),
    ("$0.00", "0 dollars"),
    ("$1,234,567.89", "1234567 dollars and 89 cents"),
    ("-$5.00", "minus 5 dollars"),
    ("US$20", "20 dollars"),
    ("CA$20.00 or £3.50", "20 dollars or 3 pounds and 50 pence"),
    ("480,00 €", "480 euros"),
    ("1.234,50 €.", "1234 euros and 50 cents."),
    # phones
    ("Call (303) 555-0134.", "Call 3 0 3, 5 5 5, 0 1 3 4."),
    ("Call 303-555-0134 or 303.555.0135", "Call 3 0 3, 5 5 5, 0 1 3 4 or 3 0 3, 5 5 5, 0 1 3 5"),
    ("Call +13035550134", "Call 1, 3 0 3, 5 5 5, 0 1 3 4"),
    ("Call +1 303-555-0134", "Call 1, 3 0 3, 5 5 5, 0 1 3 4"),
    ("Call 1-800-555-0134!", "Call 1, 8 0 0, 5 5 5, 0 1 3 4!"),
    ("Call +52 55 1234 5678", "Call 5 2, 5 5, 1 2 3 4, 5 6 7 8"),
    # numbers
    ("your job #1042, Replace faucet", "your job number 1042, Replace faucet"),
    ("your job number #1042", "your job number 1042"),
    ("No. 7 is ready", "number 7 is ready"),
    ("Say no. 7 people know", "Say number 7 people know"),
    ("Invoice INV-1042", "Invoice INV-1042"),
    # ranges
    ("It takes 2-3 hours.", "It takes 2 to 3 hours."),
    ("in 5\u201310 minutes", "in 5 to 10 minutes"),
    ("model 10-12 is in stock", "model 10-12 is in stock"),
    # addresses
    ("at 48 Juniper Ct, Denver, CO 80206.", "at 48 Juniper Court, Denver, Colorado, 8 0 2 0 6."),
    ("at 48 Juniper Court, Denver, CO 80206-1234", "at 48 Juniper Court, Denver, Colorado, 8 0 2 0 6"),
    ("to 1200 W Colfax Ave, Apt 3", "to 1200 West Colfax Avenue, Apartment 3"),
    ("to 9 Main St. Please wait.", "to 9 Main Street. Please wait."),
    ("to 9 Main St, Santa Fe, NM", "to 9 Main Street, Santa Fe, New Mexico"),
    ("to 9 Main St NW.", "to 9 Main Street Northwest."),
    ("to 17 E 5th St", "to 17 East 5th Street"),
    ("to 2 Dr Martin Luther King Blvd", "to 2 Dr Martin Luther King Boulevard"),
    ("Dr Smith of St Paul", "Dr Smith of St Paul"),
    ("1 Visit St James", "1 Visit St James"),
    ("OK, OR ELSE", "OK, OR ELSE"),
    ("at 100 Broadway, New York, NY 10005", "at 100 Broadway, New York, New York, 1 0 0 0 5"),
    ("about 80206 parts", "about 80206 parts"),
    # the rest
    ("Northside Plumbing & Heating", "Northside Plumbing and Heating"),
    ("AT&T", "AT&T"),
]

SPANISH = [
    ("a las 10:00 a. m. Gracias.", "a las 10 de la mañana. Gracias."),
    ("a las 10:30\u00a0a.\u00a0m. en punto", "a las 10 y 30 de la mañana en punto"),
    ("a las 12:00 p.m.", "a las 12 del mediodía."),
    ("a las 7:15 PM", "a las 7 y 15 de la tarde"),
    ("a las 9:00 PM", "a las 9 de la noche"),
    ("10:00 a.\u00a0m. - 12:00 p.\u00a0m.", "de las 10 de la mañana a las 12 del mediodía."),
    ("entre las 10:00 a. m. \u2013 1:00 p. m. en casa", "entre las 10 de la mañana y la 1 de la tarde en casa"),
    ("10:00\u201311:30 a.m.", "de las 10 a las 11 y 30 de la mañana."),
    ("10:00 - 12:00", "de las 10:00 a las 12:00"),
    ("Total: $480.50", "Total: 480 dólares con 50 centavos"),
    ("Total: $1.00 y 2,05 €", "Total: 1 dólar y 2 euros con 5 céntimos"),
    ("Llame al (303) 555-0134", "Llame al 3 0 3, 5 5 5, 0 1 3 4"),
    ("su trabajo #1042", "su trabajo número 1042"),
    ("su trabajo n.º 1042", "su trabajo número 1042"),
    ("en 2-3 horas", "en 2 a 3 horas"),
    ("48 Juniper Ct, Denver, CO 80206", "48 Juniper Court, Denver, Colorado, 8 0 2 0 6"),
    ("Ruiz & Hijos", "Ruiz y Hijos"),
]


@pytest.mark.parametrize(("written", "said"), ENGLISH)
def test_what_is_written_is_said_in_english(written: str, said: str) -> None:
    assert spoken(written, "en-US") == said
    assert spoken(said, "en-US") == said


@pytest.mark.parametrize(("written", "said"), SPANISH)
def test_what_is_written_is_said_in_spanish(written: str, said: str) -> None:
    assert spoken(written, "es-US") == said
    assert spoken(said, "es-US") == said


def test_a_dollar_sign_means_pesos_where_people_pay_in_them() -> None:
    assert spoken("$480.00", "es-MX") == "480 pesos"


def test_another_language_is_left_to_its_voice() -> None:
    assert spoken("de 10 h à 12 h, 480,00 $, n° 7", "fr-CA") == "de 10 h à 12 h, 480,00 $, n° 7"


@given(st.text(st.characters(categories=["L", "P", "Zs"], exclude_characters="#&\u00a0"), max_size=200))
def test_words_stay_as_their_author_wrote_them(words: str) -> None:
    plain = "".join(" " if character.isspace() else character for character in words)
    for locale in LANGUAGES:
        assert spoken(words, locale) == plain


@given(st.text(st.sampled_from("0123456789:-–.,$€#+() AaPpMm&StCO\n"), max_size=120))
def test_whatever_is_written_can_be_said(words: str) -> None:
    for locale in LANGUAGES:
        assert len(spoken(words, locale)) < 40 * (len(words) + 1)


def test_an_amount_may_have_any_number_of_digits() -> None:
    assert spoken("It is $" + "9" * 5000 + ".", "en-US") == "It is " + "9" * 5000 + " dollars."
