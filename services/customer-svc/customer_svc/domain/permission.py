"""What a phone is asked and told about texts, in the company's language; the ledger keeps it word for word (G14)."""

from contracts.inbound import Meaning
from contracts.profiles import CompanyProfile

ENGLISH = "en"

_QUESTION = {
    "en": "{company} would like to text you about your service visits. Reply YES to agree or NO to decline. "
    "Msg&data rates may apply. Reply HELP for help, STOP to end.",
    "es": "{company} quisiera enviarle mensajes sobre sus visitas de servicio. Responda SI para aceptar o NO para "
    "rechazar. Pueden aplicarse tarifas. Responda AYUDA para ayuda, STOP para terminar.",
}
# What START and STOP are answered is the notifier's business, and may be Twilio's.
_CONFIRMATION = {
    Meaning.YES: {
        "en": "{company}: thank you, we will text you about your service visits. Reply HELP for help, STOP to end.",
        "es": "{company}: gracias, le enviaremos mensajes sobre sus visitas. Responda AYUDA para ayuda, STOP para "
        "terminar.",
    },
    Meaning.NO: {
        "en": "{company}: thank you, we will not text you about your visits.",
        "es": "{company}: gracias, no le enviaremos mensajes sobre sus visitas.",
    },
}


def question(company: CompanyProfile) -> str:
    """Whether the company may text (S1.18)."""
    return _in_its_language(_QUESTION, company)


def confirmation(answer: Meaning, company: CompanyProfile) -> str | None:
    """What follows from a YES or a NO; `None` for any other answer."""
    words = _CONFIRMATION.get(answer)
    return _in_its_language(words, company) if words else None


def _in_its_language(words: dict[str, str], company: CompanyProfile) -> str:
    language = company.locale.partition("-")[0]
    return words.get(language, words[ENGLISH]).format(company=company.name)
