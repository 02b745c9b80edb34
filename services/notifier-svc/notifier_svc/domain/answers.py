"""What is answered to STOP, START and HELP where the company answers and not Twilio: one text, in its language."""

from contracts.inbound import Meaning
from contracts.profiles import CompanyProfile

_ANSWERS: dict[str, dict[Meaning, str]] = {
    "en": {
        Meaning.STOP: "{company}: you will get no more texts from us. Reply START to get them again.",
        Meaning.START: "{company}: you have taken back your STOP. Reply HELP for help, STOP to end.",
        Meaning.HELP: "{company}: {contact}Reply STOP to get no more texts. Msg&data rates may apply.",
    },
    "es": {
        Meaning.STOP: "{company}: ya no le enviaremos mensajes. Responda START si los quiere de nuevo.",
        Meaning.START: "{company}: su STOP ya no cuenta. Responda HELP para ayuda, STOP para terminar.",
        Meaning.HELP: "{company}: {contact}Responda STOP para no recibir mensajes. Pueden aplicarse tarifas.",
    },
}
_CONTACT = {"en": "reach us at {where}. ", "es": "nuestro contacto es {where}. "}
ENGLISH = "en"


def answer(meaning: Meaning, company: CompanyProfile) -> str | None:
    """The words; `None` where nothing is answered by the way."""
    language = company.locale.partition("-")[0]
    language = language if language in _ANSWERS else ENGLISH
    words = _ANSWERS[language].get(meaning)
    where = company.brand.phone or company.brand.email
    contact = _CONTACT[language].format(where=where) if where else ""
    return words.format(company=company.name, contact=contact) if words else None
