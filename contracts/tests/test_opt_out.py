"""The sentence that says how to stop texts."""

import pytest

from contracts.opt_out import SENTENCES, with_opt_out
from contracts.segments import Encoding, measure


@pytest.mark.parametrize(
    ("words", "locale", "whole"),
    [
        ("We are on the way.", "en-US", "We are on the way. Reply STOP to opt out."),
        ("Vamos en camino.\n", "es-US", "Vamos en camino. Responda STOP para no recibir mensajes."),
        ("Nous arrivons.", "fr-CA", "Nous arrivons. Reply STOP to opt out."),
        ("We are on the way. Text STOP to end.", "en-US", "We are on the way. Text STOP to end."),
        ("Reply stop to end.", "en-US", "Reply stop to end."),
        ('Send "STOP" to end.', "en-US", 'Send "STOP" to end.'),
        ("Envíe STOP y listo.", "es-US", "Envíe STOP y listo."),
        ("ENVIE STOP.", "es-US", "ENVIE STOP."),
        ("Responda STOP.", "en-US", "Responda STOP."),
        ("Install STOP valve is done.", "en-US", "Install STOP valve is done. Reply STOP to opt out."),
        ("STOP: reply soon.", "en-US", "STOP: reply soon. Reply STOP to opt out."),
        ("Reply to us. STOP valve in.", "en-US", "Reply to us. STOP valve in. Reply STOP to opt out."),
        ("Reply STOPPED.", "en-US", "Reply STOPPED. Reply STOP to opt out."),
        ("The bus stop is yours.", "en-US", "The bus stop is yours. Reply STOP to opt out."),
    ],
)
def test_a_text_says_once_how_to_stop_it(words: str, locale: str, whole: str) -> None:
    assert with_opt_out(words, locale) == whole


def test_the_sentence_never_makes_a_text_more_costly_than_its_words() -> None:
    for sentence in SENTENCES.values():
        assert measure(sentence).encoding is Encoding.GSM_7
