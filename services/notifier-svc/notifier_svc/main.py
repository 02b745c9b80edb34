"""Wiring: the notifier-svc process."""

from functools import cache

from fastapi import FastAPI

from contracts.addresses import normalised_email
from notifier_svc.bounces import Door, take_bounces
from notifier_svc.channels import observing
from notifier_svc.channels.callbacks import Callbacks
from notifier_svc.channels.verp import BounceAddresses
from notifier_svc.domain.keys import Keys
from notifier_svc.events import consumers, note_currency, release_parked
from notifier_svc.http import (
    blocks,
    board,
    bulk_resends,
    cells,
    changes,
    choices,
    deliveries,
    dryruns,
    inbound,
    once_more,
    pauses,
    presets,
    previews,
    reminders,
    reports,
    resends,
    rule_trials,
    rules,
    senders,
    sendgrid,
    summary,
    trials,
    twilio,
    usage,
    volume,
)
from notifier_svc.http.turns import Turns
from notifier_svc.keeping import keep_log
from notifier_svc.reports import reports as made_by_others
from notifier_svc.resending import Copier, resend_many
from notifier_svc.scheduler import keep_schedule
from notifier_svc.send.task import reconcile, rehearsal, send, template_service
from notifier_svc.settings import NotifierSettings, Role
from notifier_svc.store import pauses as pauses_store
from notifier_svc.store import senders as senders_store
from servicekit import deadletters_http
from servicekit.cli import Chore, run_cli
from servicekit.db import Database
from servicekit.http import create_app
from servicekit.links import Links
from servicekit.runtime import Runtime, Task

ROUTERS = (
    *(deliveries.router, resends.router, bulk_resends.router, summary.router, inbound.router),
    *(rules.router, presets.router, rule_trials.router, board.router, cells.router, changes.router),
    *(
        pauses.router,
        volume.router,
        usage.router,
        senders.router,
        once_more.router,
        blocks.router,
        blocks.customer_router,
    ),
    *(previews.router, dryruns.router, trials.router, reports.router, reminders.router),
    *(inbound.twilio_router, twilio.router, sendgrid.router, choices.router, choices.page_router),
    deadletters_http.router,
)


def build(settings: NotifierSettings) -> FastAPI:
    """The service with all parts of its roles; any of them may publish, one at a time does."""
    keys = Keys(settings.secret_key.get_secret_value().encode())
    tasks: list[tuple[Role, str, Task]] = [
        (Role.PLAN, "release parked events", lambda runtime: release_parked(runtime, keys, settings.breaker)),
        (Role.PLAN, "note currency", note_currency),
        (Role.PLAN, "schedule", lambda runtime: keep_schedule(runtime, keys, settings.breaker)),
        (Role.PLAN, "resend many", lambda runtime: resend_many(runtime.database, keys)),
        (Role.PLAN, "keep the log", lambda runtime: keep_log(runtime.database, keys, settings.kept)),
        (Role.SEND, "send", lambda runtime: send(runtime, settings, keys, reports_of())),
        (Role.SEND, "reconcile", lambda runtime: reconcile(runtime, settings)),
    ]
    if domain := settings.bounce_domain:
        tasks.append((Role.BOUNCES, "bounces", lambda runtime: bounces(runtime, settings, domain, keys)))
    runtime = Runtime(
        "notifier-svc",
        settings,
        consumers=consumers(keys, settings.breaker, settings.update_window) if Role.PLAN in settings.roles else (),
        tasks=[(name, task) for role, name, task in tasks if role in settings.roles],
    )
    if {Role.API, Role.BOUNCES} & set(settings.roles):
        observing.from_zero()
    templates = cache(lambda: template_service(settings, runtime))
    reports_of = cache(lambda: made_by_others(settings, runtime.http))
    app = create_app(runtime, ROUTERS if Role.API in settings.roles else ())
    app.state.keys = keys
    app.state.copier = Copier(keys)
    app.state.templates = templates
    app.state.rehearsal = cache(lambda: rehearsal(settings, keys, templates()))
    app.state.update_window = settings.update_window
    app.state.turns = Turns()
    app.state.seal = settings.seal
    app.state.links = Links.of(settings.link_keys)
    app.state.own_address = normalised_email(settings.smtp_from_address)
    app.state.reports = reports_of
    app.state.breaker = settings.breaker
    app.state.callbacks = Callbacks(str(settings.public_url))
    app.state.sendgrid = settings.sendgrid
    return app


async def bounces(runtime: Runtime, settings: NotifierSettings, domain: str, keys: Keys) -> None:
    """Take bounces until cancelled."""
    door = Door(runtime.database, BounceAddresses(domain, keys), keys, settings.bounce_tls)
    await take_bounces(door, settings.bounce_host, settings.bounce_port)


def cli() -> None:
    """`notifier-svc migrate | serve | reseal-credentials | ...`."""
    chores = {
        "reseal-credentials": Chore("seal all credentials with the first of SENDER_KEYS", reseal),
        "pause-all": Chore("let automated messages of all companies wait", pause_all),
        "resume-all": Chore("end that; companies that are paused by themselves stay so", resume_all),
    }
    run_cli("notifier-svc", "notifier_svc", NotifierSettings, build, ROUTERS, chores)


async def reseal(database: Database, settings: NotifierSettings) -> str:
    """After a new key was put first: afterwards the old ones can go."""
    async with database.worker() as tx:
        return f"credentials sealed anew: {await senders_store.reseal(tx, settings.seal)}"


async def pause_all(database: Database, _: NotifierSettings) -> str:
    """From now on nothing automated is claimed; what is on its way arrives."""
    async with database.worker() as tx:
        await pauses_store.pause_all(tx)
    return "sending is paused for all companies"


async def resume_all(database: Database, _: NotifierSettings) -> str:
    """What waited goes out bit by bit."""
    async with database.worker() as tx:
        await pauses_store.resume_all(tx)
    return "sending is resumed, but for companies that are paused by themselves"
