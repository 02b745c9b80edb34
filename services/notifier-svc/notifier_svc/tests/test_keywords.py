"""What texts mean, however people type them (G5, fault 60)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.inbound import Meaning
from contracts.profiles import Brand
from notifier_svc.domain.answers import answer
from notifier_svc.domain.keywords import heard, meaning
from notifier_svc.tests.factories import a_company


@pytest.mark.parametrize(
    "body",
    [
        *("STOP", "stop.", " Stop! ", "StopAll", "stop all", "UNSUBSCRIBE", "end", "Quit", "cancel", "REVOKE"),
        *(
            "OPTOUT",
            "Opt out",
            "opt-out",
            "\u201cStop\u201d",
            "ＳＴＯＰ",
            "Please stop",
            "stop texting me",
            "STOP ALL TEXTS NOW",
        ),
        *("remove me", "Remove my number from your list", "Parar", "ALTO", "Dar de baja", "no más", "Por favor, pare"),
        *("¡Dejen de enviarme mensajes!", "stop\n", "opt out please", "cancel please", "end texts", "REVOKE CONSENT"),
        *("STOP, thanks", "I want to stop", "do not text me", "Don't text me!", "no more texts", "Please cancel texts"),
    ],
)
@pytest.mark.survives(60)
def test_every_way_of_saying_stop_is_a_stop(body: str) -> None:
    assert meaning(body) is Meaning.STOP


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        *((body, Meaning.YES) for body in ("YES", "yes.", "Y", "Yes please!", "Sí", "SI")),
        *((body, Meaning.NO) for body in ("No", "NO.", "no thanks", "No, gracias")),
        *((body, Meaning.START) for body in ("START", "unstop", "Iniciar")),
        *((body, Meaning.HELP) for body in ("HELP", "help?", "Info", "ayuda")),
    ],
)
def test_the_other_words_are_known_in_two_languages(body: str, meant: Meaning) -> None:
    assert meaning(body) is meant


@pytest.mark.parametrize(
    "body",
    [
        *(
            "",
            "👍",
            "Stop by at 5 pm",
            "Please cancel my appointment",
            "don't stop",
            "Is the end near?",
            *("yes but later", "do you want me to send it", "I would like a text", "no text came", "never mind"),
            *("cancel it", "I would like to cancel", "no, cancel", "do not cancel", "end of my list"),
            "cancel it at 5",
        ),
        *("no problem, come at 9", "Can you help me with the heater?", "The water won't stop", "me", "please", "all"),
    ],
)
def test_what_a_person_must_read_is_left_to_one(body: str) -> None:
    assert meaning(body) is Meaning.OTHER


@given(st.text())
def test_any_text_has_a_meaning(body: str) -> None:
    assert meaning(body) in Meaning


@pytest.mark.parametrize(
    ("body", "opt_out_type", "meant"),
    [
        ("adios amigos", "STOP", Meaning.STOP),  # a keyword that the company chose at Twilio
        ("hola", "START", Meaning.START),
        ("quien", "HELP", Meaning.HELP),
        ("YES", "START", Meaning.YES),  # it may answer a question
        ("hola", "", Meaning.OTHER),
        ("hola", "SOMETHING NEW", Meaning.OTHER),
    ],
)
def test_what_twilio_took_for_a_keyword_is_one(body: str, opt_out_type: str, meant: Meaning) -> None:  # D12
    assert heard(body, opt_out_type) is meant


def test_help_says_where_the_company_is_reached() -> None:
    company = a_company(brand=Brand(phone="(303) 555-0134"))
    assert "reach us at (303) 555-0134" in (answer(Meaning.HELP, company) or "")
    assert (answer(Meaning.HELP, a_company()) or "").startswith(f"{company.name}: Reply STOP")
    assert "Responda START" in (answer(Meaning.STOP, a_company(locale="es-MX")) or "")
    assert answer(Meaning.YES, company) is None
