"""Blocks and consent by text, in two services together and in any order: a dict knows what should be true."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count, product
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from contracts.customer_requests import SmsAnswerConfirmed
from contracts.deliveries import Category, Channel
from contracts.inbound import BlockChanged, Cause, Meaning, Scope
from contracts.profiles import Consent
from notifier_svc.domain.model import Rule
from notifier_svc.tests import factories
from servicekit import clock
from servicekit.testing import MakeDatabase, TestIssuer
from tests.contract.blocks_model import COMPANIES, COMPANY_OF, CUSTOMERS, Expected, Key, stop_of
from tests.contract.two_services import TwoServices, two_services

WORDS = {
    Meaning.STOP: ("STOP", "please stop texting me", "alto"),
    Meaning.START: ("START", "unstop"),
    Meaning.YES: ("YES", "si"),
    Meaning.NO: ("no", "No thanks"),
    Meaning.HELP: ("help",),
    Meaning.OTHER: ("Is 9 fine?",),
}
CHANNELS = (Channel.SMS, Channel.EMAIL)
CATEGORIES = (Category.STATUS, Category.SERVICE_REMINDER)
STATUSES = {category: uuid4() for category in CATEGORIES}
"""Setting it sends, by each channel, a message of this category."""
NUMBERS = count(1)
DAY = "2999-01-01T00:00:00Z"

companies, customers = st.sampled_from(COMPANIES), st.sampled_from(CUSTOMERS)
scopes, times = st.sampled_from(Scope), st.integers(1, 2)


class BlocksAndConsent(RuleBasedStateMachine):
    """One phone and one email address, on file at two companies."""

    runner: asyncio.Runner
    world: TwoServices
    ids: Mapping[int, UUID]
    """Of the companies."""

    def __init__(self) -> None:
        super().__init__()
        self.run, self.now = self.runner.run, Expected()
        number = next(NUMBERS)
        self.email, self.phone = f"maria{number}@example.com", f"+1303555{number:04}"
        made = (self.world.customer(self.ids[COMPANY_OF[n]], self.email, self.phone) for n in CUSTOMERS)
        self.people = [self.run(each) for each in made]
        self.run(self.world.carry())

    # what its owner does

    @rule(company=companies, times=times, words=st.sampled_from(WORDS[Meaning.STOP]))
    def says_stop(self, company: int, times: int, words: str) -> None:
        for _ in range(times):
            self.texts(company, Meaning.STOP, words)

    @rule(company=companies, times=times, words=st.sampled_from(WORDS[Meaning.START]))
    def says_start(self, company: int, times: int, words: str) -> None:
        for _ in range(times):
            self.texts(company, Meaning.START, words)

    @rule(company=companies, times=times, meaning=st.sampled_from((Meaning.YES, Meaning.NO)), data=st.data())
    def answers(self, company: int, times: int, meaning: Meaning, data: st.DataObject) -> None:
        for _ in range(times):
            self.texts(company, meaning, data.draw(st.sampled_from(WORDS[meaning])))

    @rule(company=companies, meaning=st.sampled_from((Meaning.HELP, Meaning.OTHER)))
    def writes(self, company: int, meaning: Meaning) -> None:
        self.texts(company, meaning, WORDS[meaning][0])

    def texts(self, company: int, meaning: Meaning, words: str) -> None:
        answer = self.run(self.world.text(company, self.phone, words))
        news = meaning is Meaning.HELP
        if meaning is Meaning.STOP:
            news = self.now.stop(company)
        elif meaning in (Meaning.START, Meaning.YES) and stop_of(company) in self.now.blocks:
            news = True
            self.now.lift(stop_of(company))
            for n in (n for n in CUSTOMERS if COMPANY_OF[n] == company):
                self.now.become(n, self.now.before_stop[n])
        elif meaning in (Meaning.YES, Meaning.NO):
            said = Consent.GRANTED if meaning is Meaning.YES else Consent.REFUSED
            self.now.confirmed = int(self.now.hear(company, {Consent.REQUESTED: said}))
        assert answer.count("<Message>") == news  # one confirmation of a change, none of what is so already
        self.heard()

    @rule(n=customers, scope=scopes)
    def clicks_once(self, n: int, scope: Scope) -> None:
        path = f"/v1/unsubscribe/{self.link(n, scope)}"
        answer = self.run(self.world.notifier.post(path, data={"List-Unsubscribe": "One-Click"}))
        assert answer.status_code == 200
        if scope is not Scope.EVERYTHING:  # ADR 15
            self.now.block((COMPANY_OF[n], Channel.EMAIL, scope, Cause.UNSUBSCRIBED), n)
        self.heard()

    @rule(n=customers, scope=scopes, stop=st.booleans())
    def chooses(self, n: int, scope: Scope, stop: bool) -> None:
        path = f"/v1/email-choices/{self.link(n, Scope.REMINDERS)}/{scope}"
        assert self.run(self.world.notifier.put(path, json={"stopped": stop})).status_code == 200
        key = (COMPANY_OF[n], Channel.EMAIL, scope, Cause.UNSUBSCRIBED)
        if stop:
            self.now.block(key, n)
        elif key in self.now.blocks:
            self.now.lift(key, n)
        self.heard()

    # what the office does

    @rule(n=customers)
    def is_asked(self, n: int) -> None:
        path = f"/v1/customers/{self.people[n]['id']}"
        etag = self.run(self.world.ask_customers(self.company(n), "GET", path)).headers["etag"]
        path += f"/phones/{self.people[n]['contacts'][0]['phones'][0]['id']}/consent/request"
        with clock.standing(datetime.now(UTC) + timedelta(hours=25)):  # a phone may be asked again
            asked = self.run(self.world.ask_customers(self.company(n), "POST", path, **{"if-match": etag}))
        refused = self.now.consent[n] in (Consent.GRANTED, Consent.REVOKED)
        assert asked.status_code == (409 if refused else 200), asked.text
        if not refused:
            self.now.become(n, Consent.REQUESTED)
        self.heard()

    @rule(company=companies, channel=st.sampled_from(CHANNELS), scope=scopes, ends=st.booleans())
    def is_blocked(self, company: int, channel: Channel, scope: Scope, ends: bool) -> None:
        address = self.email if channel is Channel.EMAIL else self.phone
        body = {"channel": channel, "address": address, "scope": scope, "note": "asked"}
        body |= {"expires_at": DAY} if ends else {}
        answer = self.run(self.world.ask_notifier(self.ids[company], "POST", "/v1/blocks", body))
        added = self.now.block((company, channel, scope, Cause.OFFICE), ends=ends)
        assert answer.status_code == (201 if added else 409)
        self.heard()

    @rule(n=customers, scope=scopes)
    def is_unsubscribed(self, n: int, scope: Scope) -> None:
        path, body = f"/v1/customers/{self.people[n]['id']}/unsubscribe", {"scope": scope, "note": "asked"}
        answer = self.run(self.world.ask_notifier(self.company(n), "POST", path, body))
        added = self.now.block((COMPANY_OF[n], Channel.EMAIL, scope, Cause.OFFICE), n)
        assert (answer.status_code, len(answer.json())) == (201, added)
        self.heard()

    @precondition(lambda self: self.now.blocks)
    @rule(data=st.data(), company=companies)
    def is_lifted(self, data: st.DataObject, company: int) -> None:
        key = data.draw(st.sampled_from(sorted(self.now.blocks)))
        path = f"/v1/blocks/{self.run(self.id_of(key))}"
        answer = self.run(self.world.ask_notifier(self.ids[company], "DELETE", path))
        if company != key[0]:
            assert answer.status_code == 404  # fault 51
        elif key[3] is not Cause.OFFICE:
            assert answer.status_code == 409  # D12, S1.19
        else:
            assert answer.status_code == 204
            self.now.lift(key)
        self.heard()

    # what happens

    @precondition(lambda self: self.texted())
    @rule(data=st.data())
    def opted_out_at_twilio(self, data: st.DataObject) -> None:
        n = data.draw(st.sampled_from(self.texted()))
        self.run(self.world.refused_by_twilio(self.company(n), self.job(n, Category.STATUS)))
        self.now.stop(COMPANY_OF[n])
        self.heard()

    @precondition(lambda self: self.now.ending)
    @rule()
    def time_passes(self) -> None:
        self.run(self.blocks_end())
        for key in self.now.ending:
            del self.now.blocks[key]
        self.now.ending.clear()
        self.heard()

    # what is true after each step

    @invariant()
    def the_registry_is_as_expected(self) -> None:
        assert self.run(self.registry()) == {(*key, key[3] is Cause.OFFICE) for key in self.now.blocks}

    @invariant()
    def consent_and_ledger_are_as_expected(self) -> None:
        assert self.run(self.consents()) == [(self.now.consent[n], self.now.written[n]) for n in CUSTOMERS]

    @invariant()
    def the_planner_says_why(self) -> None:
        jobs = [self.job(n, category) for n, category in product(CUSTOMERS, CATEGORIES)]
        assert self.run(self.world.would_send(jobs)) == {
            (self.people[n]["id"], category, channel): self.now.reason(n, category, channel)
            for n, category, channel in product(CUSTOMERS, CATEGORIES, CHANNELS)
        }

    def heard(self) -> None:
        """Each change of a block was told once and nothing else; a YES or NO that counts was answered once."""
        events = [event.data for event in self.run(self.world.carry())]
        numbers = {id: number for number, id in self.ids.items()}
        told = [
            ((numbers[each.company_id], each.channel, each.scope, each.cause), each.lifted)
            for each in events
            if isinstance(each, BlockChanged)
        ]
        assert told == self.now.told
        assert self.run(self.confirmations()) == self.now.confirmed
        self.now.told, self.now.confirmed = [], 0

    # how to look and ask

    def company(self, n: int) -> UUID:
        return self.ids[COMPANY_OF[n]]

    def link(self, n: int, scope: Scope) -> str:
        return self.world.link(self.company(n), self.people[n], scope)

    def texted(self) -> list[int]:
        return [n for n in CUSTOMERS if self.now.reason(n, Category.STATUS, Channel.SMS) is None]

    def job(self, n: int, category: Category) -> Any:
        return factories.a_job(
            id=uuid4(),
            company_id=self.company(n),
            customer_id=self.people[n]["id"],
            service_address_id=self.people[n]["service_addresses"][0]["id"],
            status=factories.a_status(id=STATUSES[category]),
        )

    async def registry(self) -> set[tuple[Any, ...]]:
        """What each company's office sees of its first customer's addresses."""
        found = set()
        for company, n in ((1, 0), (2, 2)):
            path = f"/v1/blocks?limit=100&customer_id={self.people[n]['id']}"
            views = (await self.world.ask_notifier(self.ids[company], "GET", path)).json()["items"]
            found |= {(company, *(view[name] for name in ("channel", "scope", "cause", "liftable"))) for view in views}
        return found

    async def id_of(self, key: Key) -> str:
        company, channel, scope, cause = key
        path = f"/v1/blocks?channel={channel}&cause={cause}&customer_id={self.people[0 if company == 1 else 2]['id']}"
        views = (await self.world.ask_notifier(self.ids[company], "GET", path)).json()["items"]
        [id] = [view["id"] for view in views if view["scope"] == scope]
        return str(id)

    async def consents(self) -> list[tuple[str, int]]:
        """Of each customer's phone, and how much was ever written into the customer's ledger."""
        sql = """select p.sms_consent, (select count(*) from consent_ledger l where l.customer_id = known.customer_id)
                 from unnest($1::uuid[], $2::uuid[]) with ordinality as known (customer_id, phone_id, n)
                 join phone p on p.id = known.phone_id order by known.n"""
        phones = [person["contacts"][0]["phones"][0]["id"] for person in self.people]
        async with self.world.customer_db.worker() as tx:
            rows = await tx.fetch(sql, [person["id"] for person in self.people], phones)
        return [tuple(row) for row in rows]

    async def confirmations(self) -> int:
        """Of this step; they are taken from the outbox."""
        sql = "delete from outbox where headers ->> 'ce_type' like $1 returning id"
        async with self.world.customer_db.worker() as tx:
            return len(await tx.fetch(sql, f"%.{SmsAnswerConfirmed.__name__}"))

    async def blocks_end(self) -> None:
        async with self.world.notifier_db.worker() as tx:
            await tx.execute("update block set expires_at = now() - interval '1 s' where expires_at is not null")


HISTORIES = settings(
    max_examples=6,
    stateful_step_count=20,
    derandomize=True,
    phases=(Phase.generate,),  # a failure is shown as it was found: shrinking takes minutes
    suppress_health_check=list(HealthCheck),
)


def test_after_any_history_blocks_and_consent_are_what_was_last_said(  # D12, S1.18, S1.19, S4.9, S4.10, G4, G5, G14
    database: MakeDatabase, issuer: TestIssuer
) -> None:
    with asyncio.Runner() as runner, both(runner, database, issuer) as world:
        companies = {number: runner.run(world.company(number)) for number in COMPANIES}
        runner.run(world.carry())
        runner.run(world.add_rules(_rules(companies.values())))
        machine = type("Here", (BlocksAndConsent,), {"runner": runner, "world": world, "ids": companies})
        run_state_machine_as_test(machine, settings=HISTORIES)


@contextmanager
def both(runner: asyncio.Runner, database: MakeDatabase, issuer: TestIssuer) -> Iterator[TwoServices]:
    """The services on the runner's loop: hypothesis calls steps that are not async."""
    services = two_services(database, issuer)
    try:
        yield runner.run(services.__aenter__())
    finally:
        runner.run(services.__aexit__(None, None, None))


def _rules(companies: Iterable[UUID]) -> list[Rule]:
    return [
        factories.a_rule(company_id=id, category=category, channel=channel, status_id=status)
        for id, channel, (category, status) in product(companies, CHANNELS, STATUSES.items())
    ]
