"""What happens: two jobs, one whose customer wants to hear all of it, and one whose customer wants calls only."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from deploy.demo.api import Json
from deploy.demo.job import Job
from deploy.sandbox.identity.personas import PERSONAS, Persona

# A sentence, and what then happens.
Step = tuple[str, Callable[[], object]]

DISPATCHER = PERSONAS["northside-plumbing-dispatcher"]
TECH = PERSONAS["northside-plumbing-tech"]
DONE = "The old tank leaked at its lower seam; it is drained and gone. The new one is level and strapped."
OPENS, LAST_START, MIDNIGHT = time(8), time(23), time(23, 59)


def water_heater(job: Job, now: datetime) -> list[Step]:
    """From estimate to paid, with a deposit."""
    lines = (
        line("50-gallon water heater", "1", "1180.00"),
        line("Installation, hours", "4", "95.00"),
        line("Haul away the old tank", "1", "60.00"),
    )
    office, tech = first_name(DISPATCHER), first_name(TECH)
    return [
        (f"{office} writes an estimate", lambda: job.book("estimate", "Replace water heater", lines)),
        ("Maria accepts it", job.accept),
        ("Maria pays a deposit of $400", lambda: job.pay_deposit("400.00")),
        (f"{office} adds a visit by {tech}, quietly", lambda: job.plan_visit(visit(TECH, now))),
        (f'{office} sets "Scheduled"', lambda: job.set_status("scheduled")),
        (f'{tech} sets "On the way"', lambda: job.set_status("on-the-way", by_tech=True)),
        (f"{tech} writes down what was done, and Maria signs", lambda: job.write_down(DONE)),
        (f'{tech} sets "Done", which closes the job', lambda: job.set_status("done", by_tech=True)),
        (f"{office} sends the invoice", job.send_invoice),
        ("Maria pays the rest", job.pay_invoice),
    ]


def kitchen_faucet(job: Job, now: datetime) -> list[Step]:
    """A small job, booked by phone."""
    lines = (line("Kitchen faucet", "1", "145.00"), line("Labor, hours", "1.5", "95.00"))
    office, tech = first_name(DISPATCHER), first_name(TECH)
    return [
        (f"{office} books a visit", lambda: job.book("job", "Replace kitchen faucet", lines, visit(TECH, now))),
        (f'{tech} sets "On the way"', lambda: job.set_status("on-the-way", by_tech=True)),
        (f'{tech} sets "Done", which closes the job', lambda: job.set_status("done", by_tech=True)),
        (f"{office} sends the invoice", job.send_invoice),
        ("Harold pays it", job.pay_invoice),
    ]


def line(description: str, quantity: str, unit_price: str) -> Json:
    return {"description": description, "quantity": quantity, "unit_price": unit_price}


def visit(tech: Persona, now: datetime) -> Json:
    """Two hours today, by `tech`, who sets off in a moment."""
    starts_at = next_start(now)
    midnight = datetime.combine(now.date(), MIDNIGHT, now.tzinfo)
    return {
        "starts_at": starts_at.isoformat(),
        "ends_at": min(starts_at + timedelta(hours=2), midnight).isoformat(),
        "technicians": [{"id": str(tech.subject), "name": tech.name}],
    }


def next_start(now: datetime) -> datetime:
    """The next full hour of today, not before the office opens; `now` in the company's zone."""
    opens, last = (datetime.combine(now.date(), at, now.tzinfo) for at in (OPENS, LAST_START))
    next_hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return min(max(next_hour, opens), last)


def first_name(persona: Persona) -> str:
    return persona.name.partition(" ")[0]
