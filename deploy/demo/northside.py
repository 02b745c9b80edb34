"""Northside Plumbing & Heating: thirty customers in two regions, each with preferences of their own."""

from deploy.demo.people import Customer, Seed, contact, email, home, only, site, tenant, twilio
from deploy.sandbox.identity.personas import NORTHSIDE

# The story's people.
MARIA = Customer(
    "Maria Lee",
    (contact("Maria Lee", email("maria.lee@example.com"), phone="303-555-0101"),),
    (
        site("12 Elm St", "80220", tenant("Jo Alvarez", "jo.alvarez@example.org", "303-555-0151")),
        site("88 Alder Ct", "80219", tenant("Ben Novak", "ben.novak@example.net")),
    ),
    tags=("landlord", "vip"),
    texts=True,
    notes="Lets both houses. Call before nine.",
)
HAROLD = Customer(
    "Harold Jensen",
    (
        contact(
            "Harold Jensen",
            email("harold.jensen@example.com", **only()),
            phone="719-555-0102",
            confirmations=False,
            voice=True,
        ),
    ),
    (site("2417 N Tejon St", "80907"),),
    tags=("no-email",),
    notes="Wants a phone call and nothing in writing.",
)

_HOMES = (
    home("Nora Castillo", "nora.castillo@example.com", "303-555-0103", "1834 S Pearl St", "80210", texts=True),
    home("David Okonkwo", "d.okonkwo@example.org", "303-555-0104", "3120 W 38th Ave", "80211", tags=("vip",)),
    home("Emily Hartman", "emily.hartman@example.net", "720-555-0105", "745 Logan St", "80203"),
    home("Luis Herrera", "luis.herrera@example.com", "303-555-0106", "4551 Tennyson St", "80212", tags=("membership",)),
    home("Grace Kim", "grace.kim@example.com", "720-555-0107", "2960 Race St", "80205"),
    home("Tom Brandt", "tom.brandt@example.org", "303-555-0108", "1290 S Gaylord St", "80210"),
    home("Aisha Rahman", "aisha.rahman@example.net", "720-555-0109", "6033 E Colfax Ave", "80220"),
    home("Peter Lindqvist", "peter.lindqvist@example.com", "303-555-0110", "512 Marion St", "80218", archived=True),
    home("Walter Boone", "walter.boone@example.com", "719-555-0111", "1516 W Colorado Ave", "80904"),
    home("Susan Whitehorse", "s.whitehorse@example.org", "719-555-0112", "328 Mesa Rd", "80905", tags=("membership",)),
    home("Kenji Mori", "kenji.mori@example.net", "719-555-0113", "2210 N Nevada Ave", "80907"),
    home("Carla Benedetti", "carla.benedetti@example.com", "719-555-0114", "914 E Platte Ave", "80903"),
    home("Ray Dalton", "ray.dalton@example.com", "719-555-0115", "5240 Flintridge Dr", "80918", blocked=True),
    home("Hannah Weiss", "hannah.weiss@example.org", "719-555-0116", "1107 Cheyenne Blvd", "80906"),
    home("Marcus Bell", "marcus.bell@example.net", "719-555-0117", "3655 Austin Bluffs Pkwy", "80918", archived=True),
)

_CHOOSY = (
    Customer(
        "Priscilla Ortega",
        (
            contact(
                "Priscilla Ortega",
                email("priscilla@example.com", **only("confirmations", "status_updates")),
                email("ortega.bills@example.net", **only("payment_receipts", "invoices")),
                phone="303-555-0118",
            ),
        ),
        (site("2050 Kearney St", "80207"),),
    ),
    Customer(
        "Frank & Dolores Medina",
        (
            contact("Dolores Medina", email("dolores.medina@example.com"), phone="303-555-0119"),
            contact("Frank Medina", email("frank.medina@example.com", **only("invoices")), confirmations=False),
        ),
        (site("4425 Zuni St", "80211"),),
    ),
    Customer(
        "Owen Gallagher",
        (contact("Owen Gallagher", email("owen.g@example.org", **only("payment_receipts", "invoices")), text=False),),
        (site("930 E 7th Ave", "80218"),),
        tags=("money-only",),
    ),
    Customer("Beatrice Stone", (contact("Beatrice Stone", phone="719-555-0121"),), (site("18 Ruxton Ave", "80904"),)),
    Customer(
        "The Nguyen Family",
        (
            contact(
                "Linh Nguyen", email("linh.nguyen@example.com"), phone="719-555-0122", exclude_from_broadcasts=True
            ),
            contact("Minh Nguyen", email("minh.nguyen@example.com"), phone="719-555-0123"),
        ),
        (site("7102 Wind River Way", "80923"),),
    ),
    Customer(
        "Teresa Quinn",
        (contact("Teresa Quinn", email("teresa.quinn@example.net"), phone="303-555-0124", service_reminders=False),),
        (site("1477 Cook St", "80206", tenant("Andre Simmons", "andre.simmons@example.org")),),
        tags=("landlord",),
    ),
)

_BUSINESSES = (
    Customer(
        "Bluebird Coffee Roasters",
        (contact("Iris Tan", email("iris@bluebird.example.com"), phone="303-555-0125"),),
        (site("2737 Larimer St", "80205"), site("1701 Wynkoop St", "80202")),
        kind="commercial",
        tags=("restaurant",),
    ),
    Customer(
        "Cedar & Pine Property Management",
        (
            contact("Joel Pruitt", email("joel@cedarpine.example.com", **only("confirmations", "status_updates"))),
            contact("Accounts payable", email("ap@cedarpine.example.com", **only("payment_receipts", "invoices"))),
        ),
        (
            site("1200 Galapago St", "80204", tenant("Rosa Delgado", "rosa.delgado@example.org")),
            site("935 Sherman St", "80203", tenant("Kyle Fisher", "kyle.fisher@example.net", status_updates=False)),
        ),
        kind="commercial",
        tags=("property-manager", "net-30"),
    ),
    Customer(
        "Garden of the Gods Dental",
        (contact("Dr. Alan Ruiz", email("office@gogdental.example.com"), phone="719-555-0128"),),
        (site("3005 W Colorado Ave", "80904"),),
        kind="commercial",
    ),
    Customer(
        "Old Town Brewing",
        (contact("Megan Yates", email("megan@oldtown.example.org", **only("invoices")), phone="719-555-0129"),),
        (site("20 S Tejon St", "80903"),),
        kind="commercial",
        tags=("restaurant",),
    ),
    Customer(
        "St. Brigid Community Center",
        (contact("Fr. Paul Keane", email("parish@stbrigid.example.org"), phone="303-555-0130"),),
        (site("2300 Downing St", "80205"),),
        kind="commercial",
        tags=("non-profit",),
    ),
    Customer(
        "Pikes Peak Auto Glass",
        (contact("Vic Sandoval", email("vic@ppautoglass.example.net"), phone="719-555-0131", voice=True),),
        (site("1845 S Circle Dr", "80910"),),
        kind="commercial",
    ),
    Customer(
        "Highline Yoga",
        (contact("Sasha Petrov", email("hello@highlineyoga.example.com"), phone="720-555-0132", text=False),),
        (site("3458 Walnut St", "80205"),),
        kind="commercial",
    ),
)

SEED = Seed(
    company=NORTHSIDE,
    zone="America/Denver",
    brand={
        "colour": "#0b5cad",
        "email": "office@northside-plumbing.example",
        "phone": "(303) 555-0100",
        "website": "https://northside-plumbing.example",
        "postal_address": "2601 Blake St, Denver, CO 80205",
    },
    regions=("Denver", "Colorado Springs"),
    sender=twilio(NORTHSIDE, "hello@northside-plumbing.example"),
    customers=(MARIA, HAROLD, *_HOMES, *_CHOOSY, *_BUSINESSES),
)
