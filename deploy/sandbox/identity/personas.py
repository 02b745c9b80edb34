"""The people one can be: three roles in each of two demo companies. Customers sign in to the portal, not here."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5


@dataclass(frozen=True, slots=True)
class Company:
    """A demo company, known by its slug."""

    slug: str
    name: str

    @property
    def id(self) -> UUID:
        """The same in every run, so that seeds and tokens agree."""
        return company_id(self.slug)


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody with one role in one company."""

    company: Company
    role: str
    name: str
    email: str

    @property
    def id(self) -> str:
        """The name in URLs, such as `northside-plumbing-dispatcher`."""
        return f"{self.company.slug}-{self.role}"

    @property
    def subject(self) -> UUID:
        """The `sub` of this persona's tokens, the same in every run."""
        return uuid5(self.company.id, f"user:{self.role}")


def company_id(slug: str) -> UUID:
    """The id of a demo company."""
    return uuid5(NAMESPACE_URL, f"https://fieldbell.dev/companies/{slug}")


NORTHSIDE = Company("northside-plumbing", "Northside Plumbing & Heating")
BRIGHTWAY = Company("brightway-cleaning", "Brightway Cleaning")
COMPANIES = (NORTHSIDE, BRIGHTWAY)

PERSONAS = {
    persona.id: persona
    for persona in (
        Persona(NORTHSIDE, "admin", "Dana Whitfield", "dana@northside-plumbing.example"),
        Persona(NORTHSIDE, "dispatcher", "Priya Nair", "priya@northside-plumbing.example"),
        Persona(NORTHSIDE, "tech", "Sam Rivera", "sam@northside-plumbing.example"),
        Persona(BRIGHTWAY, "admin", "Grace Okafor", "grace@brightway-cleaning.example"),
        Persona(BRIGHTWAY, "dispatcher", "Tom Becker", "tom@brightway-cleaning.example"),
        Persona(BRIGHTWAY, "tech", "Lucia Moreno", "lucia@brightway-cleaning.example"),
    )
}
