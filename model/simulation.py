"""The simulation: what happens in a period, in order. `model.mesa_model` wraps it for Mesa."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from agents import tallies
from agents.compiled import mark_warm
from agents.conditional_mean import share_by_conditional_mean
from agents.errors import ScenarioError
from agents.ledger import Books
from agents.perception import revise_beliefs
from agents.phases import after_the_bill, appraise_everybody, settle_in, take_stock, until_the_bill
from agents.pool import Bill, Pool, subsidise_differences
from agents.population import n_bytes
from agents.randomness import key_of, seed_of
from agents.terms import CONDITIONAL_MEAN, LISTED_TIES, Luck, Quotes
from agents.workers import Workers, n_tiles
from model.announcement import begins_year, quotes_of
from model.engine_terms import profile_of, rates_of, risk_quartiles, terms_of, thinned
from model.opening import (
    build_ties,
    derive_incidence,
    draw_population,
    open_pools,
    table_incidence,
)
from model.people_frame import as_polars, people_table
from model.scenario import Scenario, as_scenario, refuse_fixed

if TYPE_CHECKING:
    import polars as pl

    from model.verdict import Verdict

Array = np.ndarray[Any, Any]


class Simulation:
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
        self.totals: list[Array] = []
        self.books: list[list[Books]] = []
        self.pools = [Pool(plan, scenario.persons_per_row) for plan in scenario.plans]
        self._build_people(frame)
        self.ties = build_ties(scenario, ties, self.people, self.luck)
        shape = (n_tiles(scenario.n_people), len(self.pools), tallies.N_TALLIES)
        self.tallies = np.zeros(shape)
        self._open()

    def _build_people(self, frame: pl.DataFrame | None) -> None:
        """Draw people, work out what cover costs and is worth, enrol the first members."""
        scenario = self.scenario
        given = set() if frame is None else {c.split("_")[0] for c in frame.columns}
        self.profile = profile_of(scenario)
        self.people = draw_population(scenario, frame, self.profile, self.luck, self.workers)
        self._frailty = thinned(self.people.frailty).copy()
        self.terms = terms_of(scenario.plans, self._frailty, [True] * len(self.pools))
        self._cost_given = "expected" in given
        self._worth_given = "willingness" in given
        self._quartiles = np.zeros(3)
        self._set_rates()
        if self._cost_given:
            derive_incidence(self.people, scenario, self.terms)
        else:
            table_incidence(self.people, self.rates.incidence)
        self._quartiles = risk_quartiles(self.people.incidence)
        self._set_rates()
        self._appraise()
        profile = self.profile
        if frame is not None and "plan" in frame.columns:
            profile = profile._replace(initial_membership=0.0)
        self.workers.over_tiles(settle_in, self.people, self.terms, self.rates, profile, self.luck)

    def _set_rates(self) -> None:
        given = self._cost_given, self._worth_given
        self.rates = rates_of(self.scenario, *given, self._frailty, self._quartiles)

    def _appraise(self) -> None:
        """Work out what everybody's cover costs and is worth; given columns are left alone."""
        self.workers.over_tiles(
            appraise_everybody, self.period, self.people, self.terms, self.rates
        )

    def _open(self) -> None:
        """Announce the opening contributions and record period 0."""
        self._take_stock()
        plans = self.scenario.plans
        open_pools(self.pools, plans, self.totals[0], self.people, self.terms, self.rates)
        at_once = self.rates._replace(contribution_learning=1.0, reference_adaptation=1.0)
        revise_beliefs(0, self.scenario.n_people, self.people, self._quotes(0.0), at_once)
        self.totals.clear()
        self._take_stock()
        self.books.append([Books(0, pool.rules.name) for pool in self.pools])
        self.opening = [pool.head for pool in self.pools]
        self.is_open = [[pool.is_open for pool in self.pools]]
        self.announced = [[pool.terms for pool in self.pools]]

    def _take_stock(self) -> None:
        self.tallies[:] = 0.0
        self.quotes = self._quotes(0.0)
        self.heads = np.array([pool.head for pool in self.pools])
        self.workers.over_tiles(
            take_stock, self.people, self.quotes, self.heads, self.terms, self.rates, self.tallies
        )
        self.totals.append(tallies.add_up_cells(self.tallies.sum(axis=0)))

    def step(self) -> None:
        """One period: announce, perceive, talk, choose, fall ill, settle, grow older, record."""
        if not self.running:
            return
        self.announce()
        self.workers.over_tiles(
            until_the_bill,
            self.people,
            self.ties,
            self.quotes,
            self.terms,
            self.rates,
            self.luck,
            self.tallies,
        )
        self.settle()
        self.workers.over_tiles(
            after_the_bill,
            self.people,
            self.quotes,
            self.heads,
            self.terms,
            self.rates,
            self.profile,
            self.luck,
            self.tallies,
        )
        self.record()

    def run(self) -> Simulation:
        """Step until the horizon, or until no plan has a member; return the simulation."""
        while self.running:
            self.step()
        return self

    def announce(self) -> None:
        """Begin a period: everybody hears last period's contribution, the news, the neighbours."""
        self.period += 1
        self.tallies[:] = 0.0
        self.people = self.people._replace(heard=self.people.spoken, spoken=self.people.heard)
        now = [event.news for event in self.scenario.events if event.period == self.period]
        if begins_year(self.period, self.scenario.period_length):
            for pool in self.pools:
                pool.begin_year()
        self.quotes = self._quotes(sum(now) * self.scenario.news_weight)

    def _quotes(self, news: float) -> Quotes:
        totals = self.totals[-1] if self.totals else None
        return quotes_of(self.scenario, self.pools, self.period, news, totals)

    def settle(self) -> None:
        """Share the period's bill of each plan; refuse books that do not balance."""
        totals = self.tallies.sum(axis=0)
        bills = [self._bill(k, totals[k]) for k in range(len(self.pools))]
        drafts = [
            pool.draw_up(self.period, bill) for pool, bill in zip(self.pools, bills, strict=True)
        ]
        drafts = subsidise_differences(self.pools, drafts)
        self.books.append(
            [
                pool.settle(draft, bill)
                for pool, draft, bill in zip(self.pools, drafts, bills, strict=True)
            ]
        )
        self.quotes = self._quotes(self.quotes.news)
        self.heads = np.array([pool.head for pool in self.pools])

    def _bill(self, k: int, totals: Array) -> Bill:
        index = totals[tallies.PAYER_INDEX] + totals[tallies.LEFT_INDEX]
        payers = totals[tallies.PAYERS] + totals[tallies.LEFT_OWING]
        incurred = totals[tallies.INCURRED]
        drawn = self.scenario.claims == "drawn"
        if drawn and self.terms.sharing[k] == CONDITIONAL_MEAN:
            index, payers = share_by_conditional_mean(
                self.people, k, self.period, self.terms, self.rates, float(incurred)
            )
        return Bill(float(payers), float(index), float(totals[tallies.CLAIMS]), float(incurred))

    def record(self) -> None:
        """Keep the period's totals; close plans that are too small; stop when all is over."""
        totals = tallies.add_up_cells(self.tallies.sum(axis=0))
        self.totals.append(totals)
        self.announced.append([pool.terms for pool in self.pools])
        for k, pool in enumerate(self.pools):
            pool.close_if_small(totals[k, tallies.MEMBERS])
            self.terms.open[k] = pool.is_open
        self.is_open.append([pool.is_open for pool in self.pools])
        nobody = not totals[:, tallies.MEMBERS].any()
        closed = not any(pool.is_open for pool in self.pools)
        if self.period >= self.scenario.n_periods or (nobody and (closed or self._is_dead())):
            self.running = False
            mark_warm()
        self.__dict__.pop("history", None)
        self.__dict__.pop("verdict", None)

    def _is_dead(self) -> bool:
        """Whether an empty pool stays empty: it had members and nobody wants to come back."""
        had_members = any(t[:, tallies.MEMBERS].any() for t in self.totals)
        return had_members and not self.totals[-1][:, tallies.JOINED].any()

    def amend(self, **changes: Any) -> None:
        """Change parameters or rules of the running simulation, from the next period on.

        Raises
        ------
        ScenarioError
            If a change is invalid, or would change how many people there are or their plans.
        """
        refuse_fixed(changes)
        self.scenario = self.scenario.but(**changes)
        for pool, plan in zip(self.pools, self.scenario.plans, strict=True):
            pool.rules = plan
        is_open = [pool.is_open for pool in self.pools]
        self.terms = terms_of(self.scenario.plans, self._frailty, is_open)
        self._set_rates()
        self._appraise()

    @cached_property
    def history(self) -> pl.DataFrame:
        """One row a period and plan; columns, units and meaning in `model.metrics.COLUMNS`."""
        from model.metrics import history_of

        return history_of(self)

    @cached_property
    def verdict(self) -> Verdict:
        """What became of the first plan."""
        from model.verdict import judge

        return judge(self.history, self.scenario)

    def curves(self, plan: int = 0, points: int = 400) -> pl.DataFrame:
        """Return demand, average-cost and marginal-cost curves of a plan as people are now."""
        from model.curves import cost_curves

        if plan not in range(len(self.pools)):
            raise ScenarioError(f"there is no plan {plan!r}; plans are 0 to {len(self.pools) - 1}")
        return cost_curves(self, plan, points)

    def sample(self, k: int | None = None) -> pl.DataFrame:
        """Return k people, evenly spread over the rows, as a frame; everybody if k is None."""
        n = self.scenario.n_people
        rows = np.arange(n) if k is None else np.linspace(0, n - 1, min(k, n)).astype(np.int64)
        return people_table(self.people, [p.name for p in self.scenario.plans], rows)

    @property
    def bytes_per_person(self) -> float:
        """Memory of columns and ties for each person [bytes]."""
        ties = sum(a.nbytes for a in (self.ties.start, self.ties.neighbour))
        listed = ties if self.ties.kind == LISTED_TIES else 0
        return (n_bytes(self.people) + listed) / self.scenario.n_people
