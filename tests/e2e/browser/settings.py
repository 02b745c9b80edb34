"""The settings of the demo's first company: read before a test, and put back after it."""

from typing import Self

from deploy.demo.api import Json
from tests.e2e.companies import Person

COMPANY = ("regions", "quiet_hours", "caps", "sandbox", "contact_defaults")
STATUS = ("name", "colour", "closes", "allow_tech_skip", "hold_seconds", "active")


class Kept:
    """Rules, statuses, company and pause, as they are again when the block ends."""

    def __init__(self, admin: Person) -> None:
        self._admin = admin

    def __enter__(self) -> Self:
        self._rules, self._statuses = self._known_rules(), self._known_statuses()
        self._company = self._admin.get("customer-svc", "/v1/company")
        return self

    def __exit__(self, *_: object) -> None:
        self._resume()
        self._put_back_rules()
        self._put_back_statuses()
        self._put_back_company()

    def _known_rules(self) -> dict[str, Json]:
        return {rule["id"]: rule for rule in self._admin.every("notifier-svc", "/v1/rules")}

    def _known_statuses(self) -> dict[str, Json]:
        return {status["id"]: status for status in self._admin.get("status-svc", "/v1/statuses")["items"]}

    def _resume(self) -> None:
        pause = self._admin.get("notifier-svc", "/v1/pause")
        if pause["paused"]:
            self._admin.put("notifier-svc", "/v1/pause", {"paused": False}, version=pause["version"])

    def _put_back_rules(self) -> None:
        for id, now in self._known_rules().items():
            wanted = self._rules.get(id, now | {"active": False}) | {"version": now["version"]}
            if wanted != now:
                self._admin.put("notifier-svc", f"/v1/rules/{id}", wanted, version=now["version"])

    def _put_back_statuses(self) -> None:
        for id, now in self._known_statuses().items():
            wanted = self._statuses.get(id, now | {"active": False})
            edit = {name: wanted[name] for name in STATUS}
            self._admin.patch("status-svc", f"/v1/statuses/{id}", edit, version=now["version"])
        order = [id for id, status in self._statuses.items() if status["active"]]
        self._admin.put("status-svc", "/v1/statuses/order", {"ids": order})

    def _put_back_company(self) -> None:
        now = self._admin.get("customer-svc", "/v1/company")
        wanted = {name: self._company[name] for name in COMPANY}
        self._admin.patch("customer-svc", "/v1/company", wanted, version=now["version"])
