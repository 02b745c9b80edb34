"""What a text costs, shown before it is sent; and signs that only cost (G10, fault 48)."""

from uuid import uuid4

import pytest

from contracts.deliveries import Channel
from contracts.jobs import Role
from contracts.rendering import RecipientTags
from template_svc.domain.drafts import Words, finish
from template_svc.domain.sizes import EXTREMES, sizes
from template_svc.domain.values import text_paths
from template_svc.domain.variants import ENGLISH
from template_svc.starters import frame, starters
from template_svc.tests.conftest import Service
from template_svc.tests.factories import a_context, a_text, an_email, rendered

MARIA = RecipientTags(name="D\u2019Angelo", first_name="D\u2019Angelo")


@pytest.mark.survives(48)
def test_a_texts_costly_signs_are_folded_its_authors_and_those_of_its_values() -> None:
    # S1.3
    typed = a_text("Hi {{ recipient.first_name }} \u2013 we\u2019re \u201chere\u201d\u2026")
    assert rendered(typed, a_context(recipient=MARIA)).text == "Hi D'Angelo - we're \"here\"..."


@pytest.mark.parametrize("first_name", ["Ramón", "Maria 🚐"])
def test_a_value_that_costs_anyhow_leaves_every_sign_as_it_was(first_name: str) -> None:
    context = a_context(recipient=RecipientTags(name=first_name, first_name=first_name))
    assert rendered(a_text("Hi {{ recipient.first_name }}\u2026"), context).text == f"Hi {first_name}…"


@pytest.mark.parametrize(
    "words", [an_email(text="We\u2019re here\u2026"), Words(Channel.VOICE, text="We\u2019re here\u2026")]
)
def test_emails_and_calls_keep_their_typography(words: Words) -> None:
    assert "We\u2019re here\u2026" in rendered(words).text


def test_a_text_is_measured_with_short_and_long_values() -> None:
    found = sizes(finish(a_text("{{ job.title }}. " + "x" * 100), frame()), "en-US")
    assert found is not None
    assert (found.shortest.segments, found.longest.segments) == (1, 2)
    assert found.shortest.characters == len("Tune-up. ") + 100
    assert found.longest.characters > found.shortest.characters + len("Reply STOP to opt out.")
    assert "It is billed as 2 texts." in found.longest.warnings


def test_the_longest_counts_the_sentence_that_the_first_text_carries() -> None:
    found = sizes(finish(a_text("We are here."), frame()), "en-US")
    assert found is not None
    assert found.longest.characters - found.shortest.characters == len(" Reply STOP to opt out.")


def test_what_stands_behind_a_condition_makes_the_difference() -> None:
    found = sizes(
        finish(a_text("Hello{% if visit.technician %} from {{ visit.technician }}{% endif %}"), frame()), "en-US"
    )
    assert found is not None
    assert found.shortest.characters == len("Hello")
    assert found.longest.characters > len("Hello from Sam Rivera, ")


def test_what_sample_values_can_t_fill_has_no_size() -> None:
    assert sizes(finish(a_text("{% if job.number == 'none' %}Hello{% endif %} "), frame()), "en-US") is None
    assert sizes(finish(an_email(), frame()), "en-US") is None


def test_only_the_authors_own_words_make_a_sample_costly() -> None:
    assert set(EXTREMES) <= text_paths()
    for short, long in EXTREMES.values():
        assert len("".join(short)) < len("".join(long))
    for starter in starters():
        for locale, version in starter.version.by_locale.items():
            found, own = sizes(version, locale), starter.words.by_locale[locale].text
            if found and own and locale == ENGLISH:  # a month may have an accent, in Spanish say
                assert set(found.longest.costly) <= set(own), starter.slug


async def test_an_author_sees_the_size_of_a_text_when_saving_it(service: Service) -> None:
    # G10
    admin = (Role.ADMIN, uuid4())
    words = {
        "en": {"text": "🚐 {{ recipient.first_name }}, we are on the way."},
        "es": {"text": "{{ recipient.first_name }}: vamos para el trabajo {{ job.number }}."},
    }
    body = {"name": "On the way", "channel": "sms", "default_locale": "en", "variants": words}
    saved = await service.call("POST", "/v1/templates", body, who=admin)
    sizes = saved.json()["sizes"]
    assert sizes["en"]["shortest"] == {
        "characters": 24,
        "encoding": "ucs-2",
        "segments": 1,
        "costly": ["🚐"],
        "warnings": ["Only 70 characters fit into one text instead of 160, because of 🚐."],
    }
    assert sizes["es"]["shortest"]["encoding"] == "gsm-7"
    longest = len("Maximiliana: vamos para el trabajo 104250. Responda STOP para no recibir mensajes.")
    assert sizes["es"]["longest"]["characters"] == longest
    draft = {"name": "On the way", "default_locale": "es", "variants": {"es": words["es"]}}
    path = saved.headers["location"]
    changed = await service.call("PUT", path, draft, who=admin, if_match=saved.headers["etag"])
    assert changed.json()["sizes"] == {"es": sizes["es"]}
    assert (await service.call("GET", path, who=admin)).json() | {"warnings": []} == changed.json()


@pytest.mark.parametrize(("spare", "status"), [(0, 201), (1, 422)])
@pytest.mark.survives(48)
async def test_a_text_is_saved_as_long_as_it_may_be_with_how_to_stop_it(
    service: Service, spare: int, status: int
) -> None:
    most = 10 * 153 - len(" Reply STOP to opt out.")
    words = {"en": {"text": "Hello"}, "fr": {"text": "x" * (most + spare)}}
    body = {"name": "Long", "channel": "sms", "default_locale": "en", "variants": words}
    answer = await service.call("POST", "/v1/templates", body, who=(Role.ADMIN, uuid4()))
    assert answer.status_code == status, answer.text
    if status == 422:
        [flaw] = answer.json()["flaws"]
        assert (flaw["part"], flaw["locale"]) == ("text", "fr")


async def test_an_email_has_no_size(service: Service) -> None:
    words = {"subject": "Hello", "html": "<p>Hello</p>"}
    body = {"name": "Hello", "default_locale": "en", "variants": {"en": words}}
    assert (await service.call("POST", "/v1/templates", body, who=(Role.ADMIN, uuid4()))).json()["sizes"] == {}


async def test_a_preview_says_what_the_text_costs(service: Service) -> None:
    # G10
    words = {"channel": "sms", "words": {"text": "We\u2019re here, {{ recipient.first_name }}."}}
    for who, whose in (((Role.DISPATCHER, uuid4()), {}), ((Role.SERVICE, None), {"company_id": str(uuid4())})):
        answer = (await service.call("POST", "/v1/renderings/preview", words | whose, who=who)).json()
        assert answer["text"] == "We're here, Maria."
        assert answer["size"] == {"characters": 18, "encoding": "gsm-7", "segments": 1, "costly": [], "warnings": []}
    email = {"words": {"subject": "Hello", "html": "<p>Hello</p>"}}
    answer = await service.call("POST", "/v1/renderings/preview", email, who=(Role.ADMIN, uuid4()))
    assert answer.json()["size"] is None
