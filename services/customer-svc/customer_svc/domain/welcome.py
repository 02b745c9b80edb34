"""What the page behind an invitation says, in the company's language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """All of it in one language; `{company}` and `{address}` are filled in."""

    title: str
    to: str
    label: str
    hint: str
    choose: str
    done: str
    done_hint: str
    go: str
    easy: str
    short: str
    long: str
    used: str
    broken: str
    broken_hint: str
    closed: str
    elsewhere: str


WORDS = {
    "en": Words(
        title="Your account at {company}",
        to="You sign in with {address}",
        label="Choose a password",
        hint="At least 10 characters. A few words that only you would put together are good.",
        choose="Save password",
        done="Your password is saved",
        done_hint="You can sign in with it from now on.",
        go="To the portal",
        easy="This password is too easy to guess. Please choose another one.",
        short="Please choose a password of at least 10 characters.",
        long="Please choose a password of at most 200 characters.",
        used="This link was used already, has expired, or a newer one was sent. Please ask {company} for another.",
        broken="This link is not complete",
        broken_hint="Please open it again from the email, or copy all of it.",
        closed="This account is closed. Please ask {company}.",
        elsewhere="Somebody signs in with this address already. Please ask {company}.",
    ),
    "es": Words(
        title="Su cuenta en {company}",
        to="Inicia sesión con {address}",
        label="Elija una contraseña",
        hint="Al menos 10 caracteres. Unas palabras que solo usted juntaría son una buena idea.",
        choose="Guardar contraseña",
        done="Su contraseña está guardada",
        done_hint="Ya puede iniciar sesión con ella.",
        go="Al portal",
        easy="Esta contraseña es fácil de adivinar. Elija otra.",
        short="Elija una contraseña de al menos 10 caracteres.",
        long="Elija una contraseña de 200 caracteres como máximo.",
        used="Este enlace ya se usó, venció, o se envió uno más nuevo. Pida otro a {company}.",
        broken="Este enlace no está completo",
        broken_hint="Ábralo de nuevo desde el correo, o cópielo entero.",
        closed="Esta cuenta está cerrada. Consulte a {company}.",
        elsewhere="Alguien ya inicia sesión con este correo. Consulte a {company}.",
    ),
}
