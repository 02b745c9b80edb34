"""Business time that a test moves: the services' by their file, their database's by a `now()` in front of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg

from deploy.local.databases import with_database
from deploy.local.plan import Plan
from deploy.local.waiting import run_async
from servicekit.db import Connection

DENVER = ZoneInfo("America/Denver")
# What the notifier asks its database: what is due, and until when a lease holds.
_SHADOW = """
create schema moved;
create table moved.clock (ahead interval not null);
insert into moved.clock values ('0');
create function moved.now() returns timestamptz language sql stable as
    'select pg_catalog.now() + ahead from moved.clock';
grant usage on schema moved to public;
grant select on moved.clock to public;
alter role notifier_api in database notifier set search_path = moved, public, pg_catalog;
alter role notifier_worker in database notifier set search_path = moved, public, pg_catalog;
"""
_WAKE = "select pg_notify(channel, '') from unnest(array['schedule', 'due']) channel"


@dataclass
class BusinessTime:
    """The one clock of a stack; it only goes forward."""

    plan: Plan
    ahead: timedelta = timedelta()

    @property
    def file(self) -> Path:
        """What the services read."""
        return self.plan.state.folder / "clock"

    def begin(self) -> None:
        """Put it in front of the notifier's database, for whoever connects from now on."""
        run_async(self._begin())

    def now(self) -> datetime:
        """What time it is for the services."""
        return datetime.now(UTC) + self.ahead

    def local(self) -> datetime:
        """The same, on the clock at the service addresses."""
        return self.now().astimezone(DENVER)

    def at(self, days: int, clock: time) -> datetime:
        """That time of the clock at the service addresses, so many days from today."""
        return local(self.local().date() + timedelta(days=days), clock)

    def move_to(self, moment: datetime) -> None:
        """Be there at once; whoever sleeps until something is due looks again."""
        assert moment > self.now()
        self.ahead += moment - self.now()
        self.write()
        run_async(self._move())

    def next_change(self, *, to_summer: bool) -> date:
        """The next day on which the clocks at the service addresses go forward, or back; not today or tomorrow."""
        day = self.local().date() + timedelta(days=2)
        while _leap(day) * (1 if to_summer else -1) <= timedelta():
            day += timedelta(days=1)
        return day

    def write(self) -> None:
        """Tell the services."""
        new = self.file.with_suffix(".new")
        new.write_text(str(self.ahead.total_seconds()))
        new.rename(self.file)

    async def _begin(self) -> None:
        async with _admin(self.plan) as admin:
            await admin.execute(_SHADOW)

    async def _move(self) -> None:
        async with _admin(self.plan) as admin:
            await admin.execute("update moved.clock set ahead = $1", self.ahead)
            await admin.execute(_WAKE)


@asynccontextmanager
async def _admin(plan: Plan) -> AsyncIterator[Connection]:
    admin = await asyncpg.connect(with_database(plan.admin_url, "notifier"))
    try:
        yield admin
    finally:
        await admin.close()


def local(day: date, clock: time) -> datetime:
    """That time of the clock at the service addresses, in UTC."""
    return datetime.combine(day, clock, DENVER).astimezone(UTC)


def _leap(day: date) -> timedelta:
    """How far the clocks go forward on a day; less than nothing where they go back."""
    return timedelta(days=1) - (local(day + timedelta(days=1), time.min) - local(day, time.min))
