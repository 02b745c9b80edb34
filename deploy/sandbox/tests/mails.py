"""Messages to send in tests."""

from email.message import EmailMessage


def a_mail(
    *,
    to: str = "maria.lee@example.com",
    subject: str = "Sam ist unterwegs 🚐",
    message_id: str = "<delivery-1@fieldbell.dev>",
    text: str = "Hi Maria, à bientôt.",
    html: str | None = "<p>Hi <b>Maria</b>, à bientôt.</p>",
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Northside <office@northside-plumbing.example>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = message_id
    mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    return mail
