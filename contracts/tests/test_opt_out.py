"""The sentence that says how to stop texts."""

import pytest

from contracts.opt_out import SENTENCES, with_opt_out
from contracts.segments import Encoding, measure


@pytest.mark.parametrize(
    ("words", "locale", "whole"),
    [
        ("We are on the way.", "en_US", "We are on the way. Reply STOP to opt out."),
        ("Vamos en camino.\n", "es-US", "Vamos en camino. Responda STOP para no recibir mensajes."),
        ("Nous arrivons.", "fr_CA", "Nous arrivons. Reply STOP to opt out."),
        ("We are on the way. Text STOP to end.", "en_US", "We are on the way. Text STOP to end."),
        ("The bus stop is yours.", "en_US", "The bus stop is yours. Reply STOP to opt out."),
    ],
)
def test_a_text_says_once_how_to_stop_it(words: str, locale: str, whole: str) -> None:
    assert with_opt_out(words, locale) == whole


def test_the_sentence_never_makes_a_text_more_costly_than_its_words() -> None:
    for sentence in SENTENCES.values():
        assert measure(sentence).encoding is Encoding.GSM_7
