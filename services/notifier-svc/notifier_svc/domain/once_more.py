"""How often an email in doubt is sent once more by itself: the R of D14, the company's choice for each category."""

from dataclasses import dataclass
from uuid import UUID

from contracts.deliveries import Category


@dataclass(frozen=True, slots=True)
class OnceMore:
    """Emails of these categories are sent once more (R = 1), all others are not (R = 0)."""

    company_id: UUID
    version: int = 0
    categories: frozenset[Category] = frozenset()
