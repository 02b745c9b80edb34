"""Brightway Cleaning: a second company, to see that the two stay apart. It has a Maria Lee, too."""

from deploy.demo.people import Customer, Seed, contact, email, home, only, site, twilio
from deploy.sandbox.identity.personas import BRIGHTWAY

SEED = Seed(
    company=BRIGHTWAY,
    zone="America/New_York",
    brand={
        "colour": "#0f766e",
        "email": "hello@brightway-cleaning.example",
        "phone": "(718) 555-0140",
        "website": "https://brightway-cleaning.example",
        "postal_address": "75 Jay St, Brooklyn, NY 11201",
    },
    regions=("Brooklyn", "New York"),
    sender=twilio(BRIGHTWAY, "hello@brightway-cleaning.example"),
    customers=(
        home("Maria Lee", "maria.lee@example.com", "718-555-0141", "214 Clinton St", "11201"),
        home("Samuel Adeyemi", "samuel.adeyemi@example.org", "718-555-0142", "480 Halsey St", "11233", texts=True),
        home("Ellen Marsh", "ellen.marsh@example.net", "212-555-0143", "320 E 9th St", "10003", archived=True),
        Customer(
            "Lantern Bookshop",
            (contact("Noor Haddad", email("noor@lantern.example.com", **only("invoices")), phone="212-555-0144"),),
            (site("61 W 10th St", "10011"),),
            kind="commercial",
        ),
    ),
)
