"""What the companies sent by phone: the sandbox's append-only truth log."""

import json
from collections.abc import Iterator

from deploy.demo.phone import Ring
from deploy.local.plan import Plan
from deploy.sandbox.phone.book import LOG_NAME


class Made(Ring):
    """A text or call that the phone took, and from which number."""

    sender: str
    company: str


def rings_of(plan: Plan, company: str) -> list[Made]:
    """Every text and call that a company's account ever made; answers of the phone itself are none."""
    return [ring for ring in _truth(plan) if ring.company == company]


def _truth(plan: Plan) -> Iterator[Made]:
    with (plan.state.folder / "sandbox" / LOG_NAME).open() as lines:
        records = [json.loads(line) for line in lines]
    for record in records:
        if record["kind"] in ("text", "call") and record["direction"] == "outbound-api":
            yield Made.model_validate(record)
