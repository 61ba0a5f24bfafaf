"""The simulation: what happens in a period, in order. `model.mesa_model` wraps it for Mesa."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.announcement import announced, begin_year, begins_year, prepare
from agents.compiled import mark_warm
from agents.conditional_mean import share_bills_by_conditional_mean
from agents.endowment import enrol_at_the_start
from agents.ledger import refuse_unless_balanced
from agents.life import go_on_record, live
from agents.perception import appraise, revise_beliefs
from agents.phases import after_the_bill, scratch_for, take_stock, until_the_bill
from agents.pool import new_pools, windows_on
from agents.randomness import key_of, seed_of
from agents.record import empty_record, with_room
from agents.settlement import N_BILL, close_on_time, settle, write_bills
from agents.tallies import N_TALLIES, add_up, wipe
from agents.terms import CONDITIONAL_MEAN, Luck, Quotes, Rates, Scratch
from agents.workers import Workers, n_tiles
from model.engine_terms import news_of, profile_of, rates_of, risk_quartiles, terms_of, thinned
from model.looks import Looks
from model.opening import (
    announce_anew,
    build_ties,
    derive_incidence,
    draw_population,
    open_accounts,
    open_pools,
    prepare_accounts,
)
from model.people_frame import as_polars
from model.scenario import Scenario, as_scenario, refuse_fixed

if TYPE_CHECKING:
    import polars as pl

    from agents.population import People

Array = np.ndarray[Any, Any]

AT_A_TIME = 10_000_000
"""Person-periods lived through between two looks at the keyboard."""


class Simulation(Looks):
    """People, ties and pools, and the step that takes them through a period.

    Parameters
    ----------
    scenario : Scenario, optional
        What the run is told; the default scenario if left out.
    people : polars or pandas frame, optional
        One row a person; its columns replace drawn ones (see `model.people_frame`).
    ties : networkx graph, optional
        Who hears from whom, one node a person; replaces the scenario's ties.
    seed : int, optional
        Up to 64 bits; None takes a fresh one, readable from `seed`.
    threads : int, optional
        Threads; the result does not depend on it.

    Raises
    ------
    ScenarioError, PeopleError, TiesError
        A sentence for each thing that is wrong.
    """

    def __init__(
        self,
        scenario: Scenario | None = None,
        *,
        people: Any = None,
        ties: Any = None,
        seed: int | None = None,
        threads: int | None = None,
    ) -> None:
        scenario = as_scenario(scenario)
        frame = None if people is None else as_polars(people)
        if frame is not None:
            scenario = scenario.but(n_people=max(frame.height, 1))
        self.scenario = scenario
        self.seed = seed_of(seed)
        self.luck = Luck(*key_of(self.seed))
        self.workers = Workers(threads, scenario.n_people)
        self.period = 0
        self.running = True
        n_plans = len(scenario.plans)
        self.pool_state = new_pools(n_plans)
        self.pool_state.open[:] = [plan.opens == 0 for plan in scenario.plans]
        self.pools = windows_on(self.pool_state, scenario.plans)
        self.record = empty_record(scenario.n_periods, n_plans)
        self.news = news_of(scenario)
        self._build_people(frame)
        self.ties = build_ties(scenario, ties, self.people, self.luck)
        self.tallies = np.zeros((n_tiles(scenario.n_people), n_plans, N_TALLIES))
        self._bills = np.zeros((n_plans, N_BILL))
        self._open()

    def _build_people(self, frame: pl.DataFrame | None) -> None:
        """Draw people, work out what cover costs and is worth, enrol the first members."""
        scenario = self.scenario
        given = set() if frame is None else {c.split("_")[0] for c in frame.columns}
        self.profile = profile_of(scenario)
        self.people = draw_population(scenario, frame, self.profile, self.luck, self.workers)
        self._frailty = thinned(self.people.frailty).copy()
        self.terms = terms_of(scenario.plans, self._frailty, self.pool_state)
        self._cost_given = "expected" in given
        self._worth_given = "willingness" in given
        self._quartiles = np.zeros(3)
        self.rates = self._rates()
        if self._cost_given:
            derive_incidence(self.people, scenario, self.terms)
        self._appraise()
        self._quartiles = risk_quartiles(self.people.incidence)
        self.rates = self.rates._replace(risk_quartiles=self._quartiles)
        profile = self.profile
        if frame is not None and "plan" in frame.columns:
            profile = profile._replace(initial_membership=0.0)
        self.workers.over_people(
            enrol_at_the_start, self.people, self.terms, self.rates, profile, self.luck
        )
        self.people = open_accounts(self.people, self.terms)

    def _rates(self) -> Rates:
        given = self._cost_given, self._worth_given
        return rates_of(self.scenario, *given, self._frailty, self._quartiles)

    def _appraise(self) -> None:
        """Work out what everybody's cover costs and is worth; given columns are left alone."""
        self.workers.over_people(appraise, self.period, self.people, self.terms, self.rates)

    def _open(self) -> None:
        """Announce the opening contributions and record period 0."""
        self._take_stock()
        state, plans, totals = self.pool_state, self.scenario.plans, self.record.totals[0]
        open_pools(state, plans, totals, self.people, self.terms, self.rates)
        self.opening = state.head.copy()
        at_once = self.rates._replace(contribution_learning=1.0, reference_adaptation=1.0)
        revise_beliefs(0, self.scenario.n_people, self.people, self.quotes, at_once)
        self._take_stock()
        go_on_record(0, self.record, state, self.terms, self.rates)

    def _take_stock(self) -> None:
        wipe(self.tallies)
        self.record.totals[0] = 0.0
        self._prepare()
        self._over_tiles(take_stock, self.quotes, self.pool_state.head, self.terms, self.rates)
        add_up(self.tallies, self.record.totals[0])

    def step(self) -> None:
        """One period: announce, perceive, talk, choose, fall ill, settle, grow older, record."""
        if not self.running:
            return
        self.amend_on_time()
        self.announce()
        terms, rates, heads = self.terms, self.rates, self.pool_state.head
        self._over_tiles(until_the_bill, self.ties, self.quotes, terms, rates, self.luck)
        self.settle()
        self._over_tiles(after_the_bill, self.quotes, heads, terms, rates, self.profile, self.luck)
        self.keep()

    def _over_tiles(self, sweep: Callable[..., None], *arguments: Any) -> None:
        self.workers.over_tiles(
            sweep, self.people, *arguments, self.tallies, space=self._working_space
        )

    def _working_space(self) -> Scratch:
        return scratch_for(len(self.pools))

    def run(self) -> Simulation:
        """Step until the horizon, or until no plan has a member; return the simulation."""
        if self.workers.threads > 1 or self._needs_a_look:
            while self.running:
                self.step()
        while self.running:
            self._live()
        return self

    @property
    def _needs_a_look(self) -> bool:
        """Whether a rule of sharing needs everybody's claims at once, between two sweeps."""
        drawn = self.scenario.claims == "drawn"
        return drawn and bool((self.terms.sharing == CONDITIONAL_MEAN).any())

    def _live(self) -> None:
        """Live through as many periods as take about a second; the same bits as `step`."""
        self.amend_on_time()
        first = self.period
        last = min(first + 1 + AT_A_TIME // self.scenario.n_people, self._last_unchanged)
        turned = self._turned()
        self.period, alive = live(
            first,
            last,
            self.people,
            turned,
            self.ties,
            self.pool_state,
            self.terms,
            self.rates,
            self.profile,
            self.luck,
            self.news,
            self.tallies,
            self._bills,
            self._working_space(),
            self.record,
        )
        if (self.period - first) % 2:
            self.people = turned
        self.quotes = self._quotes()
        self._end_period(alive=alive)

    def announce(self) -> None:
        """Begin a period: everybody hears last period's contribution, the news, the neighbours."""
        self.period += 1
        wipe(self.tallies)
        self.people = self._turned()
        if begins_year(self.period, self.scenario.period_length):
            begin_year(self.pool_state)
        self._prepare()

    def _turned(self) -> People:
        """Return the people with what was spoken in the place of what is heard."""
        return self.people._replace(heard=self.people.spoken, spoken=self.people.heard)

    def _prepare(self) -> None:
        """Let everybody hear what is announced for the present period."""
        news = self.news[self.period]
        prepare(self.period, news, self.pool_state, self.terms, self.rates)
        self.quotes = self._quotes()

    def _quotes(self) -> Quotes:
        before = self.record.totals[max(self.period - 1, 0)]
        return announced(self.period, self.news[self.period], before, self.pool_state)

    def settle(self) -> None:
        """Share the period's bill of each plan; refuse books that do not balance."""
        write_bills(self.tallies, self._bills)
        if self._needs_a_look:
            share_bills_by_conditional_mean(
                self.people, self.period, self.terms, self.rates, self._bills
            )
        books = self.record.books[self.period]
        settle(self._bills, self.pool_state, self.terms, self.rates, books)
        refuse_unless_balanced(self.period, self.plan_names, books)
        close_on_time(self.period, self.pool_state, self.terms)

    def keep(self) -> None:
        """Put the period on record; close plans that are too small; stop when all is over."""
        add_up(self.tallies, self.record.totals[self.period])
        self._end_period(
            alive=go_on_record(self.period, self.record, self.pool_state, self.terms, self.rates)
        )

    def _end_period(self, *, alive: bool) -> None:
        refuse_unless_balanced(self.period, self.plan_names, self.record.books[self.period])
        if not alive or self.period >= self.scenario.n_periods:
            self.running = False
            mark_warm()
        self.__dict__.pop("history", None)
        self.__dict__.pop("verdict", None)

    @property
    def _last_unchanged(self) -> int:
        """The last period before the rules change again, or the run ends."""
        ahead = [a.period - 1 for a in self.scenario.amendments if a.period > self.period + 1]
        return min([self.scenario.n_periods, *ahead])

    def amend_on_time(self) -> None:
        """Make the scenario's changes for the period that begins; `step` does so by itself."""
        for amendment in self.scenario.amendments:
            if amendment.period == self.period + 1:
                self.amend(**amendment.changes)

    def amend(self, **changes: Any) -> None:
        """Change parameters or rules of the running simulation, from the next period on.

        Raises
        ------
        ScenarioError
            If a change is invalid, or would change how many people there are or their plans.
        """
        refuse_fixed(changes)
        ahead = [a for a in self.scenario.amendments if a.period > self.period + 1]
        self.scenario = self.scenario.but(**{"amendments": ahead, **changes})
        before, plans = self.terms, self.scenario.plans
        self.pools = windows_on(self.pool_state, plans)
        self.terms = terms_of(plans, self._frailty, self.pool_state)
        self.people = prepare_accounts(self.people, self.terms)
        self.news = news_of(self.scenario)
        self.record = with_room(self.record, self.scenario.n_periods)
        self.rates = self._rates()
        self._appraise()
        announce_anew(self.pool_state, before, self.terms)
