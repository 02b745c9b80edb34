"""A job of the demo, worked on over HTTP by the office and its technician."""

from pathlib import Path

from contracts.model import starter_id
from deploy.demo.api import Api, Json
from deploy.demo.people import Seed

STATUS = "status-svc"
SIGNATURE = Path(__file__).with_name("signature.png")


class Job:
    """One job, from booking to payment; `now` is how it stood when it was last changed."""

    def __init__(self, seed: Seed, office: Api, tech: Api, customer: Json, street: str) -> None:
        self._seed = seed
        self._office = office
        self._tech = tech
        self._customer = customer
        [self._site] = [site for site in customer["service_addresses"] if site["line"] == street]
        self.now: Json = {}
        self.invoice: Json = {}  # the one that was sent

    @property
    def id(self) -> str:
        return str(self.now["id"])

    @property
    def name(self) -> str:
        return f"Job {self.now['number']}: {self.now['title']}, {self._site['line']}, for {self.customer_name}"

    @property
    def customer_name(self) -> str:
        return str(self._customer["name"])

    @property
    def _path(self) -> str:
        return f"/v1/jobs/{self.id}"

    def book(self, kind: str, title: str, lines: tuple[Json, ...], *visits: Json) -> None:
        """Book it; an estimate becomes a job when the customer accepts."""
        who = {"customer_id": self._customer["id"], "service_address_id": self._site["id"]}
        what = {"kind": kind, "title": title, "lines": lines, "visits": visits}
        self.now = self._office.post(STATUS, "/v1/jobs", who | what)

    def accept(self) -> None:
        self.now = self._office.post(STATUS, f"{self._path}/estimate/decision", {"decision": "accepted"})

    def plan_visit(self, visit: Json) -> None:
        """Add a visit without a word to the customer: the status that follows tells when."""
        version = self._office.get(STATUS, self._path)["version"]
        self.now = self._office.patch(STATUS, self._path, {"visits": [visit], "notify": False}, version=version)

    def set_status(self, slug: str, *, by_tech: bool = False) -> None:
        status_id = starter_id(self._seed.company.id, "status", slug)
        who = self._tech if by_tech else self._office
        self.now = who.post(STATUS, f"{self._path}/status", {"status_id": str(status_id), "notify": True})

    def write_down(self, text: str) -> None:
        """The technician notes what was done, and has the customer sign for it."""
        self._tech.post(STATUS, f"{self._path}/notes", {"text": text})
        picture = self._tech.upload(STATUS, "/v1/images", SIGNATURE.read_bytes())["sha256"]
        signed = {"signed_by": self.customer_name, "image": picture}
        self._tech.put(STATUS, f"{self._path}/signature", signed)

    def pay_deposit(self, amount: str) -> None:
        self._office.post(STATUS, f"{self._path}/payments", {"amount": amount, "method": "card"})

    def send_invoice(self) -> None:
        self.invoice = self._office.post(STATUS, f"{self._path}/invoices", {})

    def pay_invoice(self) -> None:
        paid = {"amount": self.invoice["balance"], "method": "card", "invoice_id": self.invoice["id"]}
        self._office.post(STATUS, f"{self._path}/payments", paid)
