"""The email that is measured: the starter for "Scheduled", grown to a real company's size, 8 KB of HTML and more."""

from contracts.model import starter_id
from deploy.demo.api import Api
from deploy.local.plan import Plan
from deploy.local.waiting import until
from deploy.sandbox.identity.keys import load_or_create_key
from deploy.sandbox.identity.personas import Persona
from deploy.sandbox.identity.tokens import TokenMaker
from tests.bench.world import COMPANY

ADVICE = (
    (
        "Clear a path",
        "Please clear the way to the water heater, so that {{ visit.technician | default: 'we' }} can start at once.",
    ),
    ("Pets", "If you have pets, please keep them in another room while the door is open."),
    ("Water", "We turn the water off for about an hour. Fill a jug beforehand if you will need some."),
    ("Parking", "A place close to {{ service_address.line }} helps: the old tank is heavy."),
    ("Warranty", "Your new parts have ten years of warranty, our work has two. Keep this email with your papers."),
    ("Paying", "Pay by card, check or in the portal. The total of {{ job.total }} is due when the work is done."),
    ("Changes", "Call us at {{ company.phone }} if the time does not suit you any more; a day ahead costs nothing."),
)


def grow(plan: Plan) -> None:
    """Publish a second version of the company's template, with advice for the visit."""
    tokens = TokenMaker(plan.issuer, load_or_create_key(plan.state.folder / "sandbox"))
    admin = Api(plan, tokens.for_persona(Persona(COMPANY, "admin", "Ann", "ann@northside-plumbing.example")))
    path = f"/v1/templates/{starter_id(COMPANY.id, 'template', 'status-scheduled')}"
    until(lambda: admin.find("template-svc", path) is not None, "the starter templates did not arrive", 30)
    template = admin.get("template-svc", path)
    locale = template["default_locale"]
    words = template["variants"][locale]
    variants = template["variants"] | {locale: words | {"html": words["html"] + advice()}}
    draft = {"name": template["name"], "default_locale": locale, "variants": variants}
    saved = admin.put("template-svc", path, draft, version=template["version"])
    admin.post("template-svc", f"{path}/publish", version=saved["version"])


def advice() -> str:
    """Seven rows, as a designer's export writes them."""
    rows = [
        f'<tr><td class="name" style="padding:10px 0;border-bottom:1px solid #e4e7ec;vertical-align:top">{title}</td>'
        f'<td style="padding:10px 0;border-bottom:1px solid #e4e7ec;vertical-align:top">{words} It is written on our '
        f"checklist, too, which you find in the portal under your job's number, #{{{{ job.number }}}}, together with "
        "the photos of our last visit.</td></tr>"
        for title, words in ADVICE
    ]
    return f'<h2>How to prepare</h2>\n<table class="facts">{"".join(rows)}</table>\n'
