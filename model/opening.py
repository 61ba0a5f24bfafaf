"""The opening: build people, ties and pools as they are before the first period."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import polars as pl

from agents import tallies
from agents.census import eligible_rows, sum_indices
from agents.endowment import Profile, endow_everybody
from agents.errors import PeopleError, ScenarioError, TiesError
from agents.pool import Pool, Pools, windows_on
from agents.population import People, empty_people, with_accounts
from agents.settlement import close_small_plans
from agents.terms import EVERYBODY, Luck, Rates, Terms, Ties
from agents.ties import complete_ties, draw_ties, no_ties, ties_from_graph
from agents.workers import Workers
from model.people_frame import PER_PLAN, check_people
from model.plan import Plan
from model.scenario import Scenario

Array = np.ndarray[Any, Any]

WORTH_KEEPING = 100_000
"""People up to which those drawn last, and their ties, are kept for the next run."""


def draw_population(
    scenario: Scenario, frame: pl.DataFrame | None, profile: Profile, luck: Luck, workers: Workers
) -> People:
    """Return people: drawn as the scenario says, with a user's columns laid over."""
    plans = [plan.name for plan in scenario.plans]
    if frame is None:
        return _drawn_people(scenario.n_people, len(plans), profile, luck, workers)
    people = empty_people(scenario.n_people, len(plans))
    check_people(frame, plans)
    if "person" in frame.columns:
        people.person[:] = frame["person"].to_numpy()
    _draw(people, profile, luck, workers)
    _lay_over(people, frame, profile, plans)
    _refuse_members_of_plans_to_come(people, scenario.plans)
    return people


def _refuse_members_of_plans_to_come(people: People, plans: list[Plan]) -> None:
    for k, plan in enumerate(plans):
        rows = np.flatnonzero(people.plan == k)
        if plan.opens > 0 and rows.size:
            raise PeopleError(
                f"plan of people is {plan.name} in row {rows[0]}, which opens only in period "
                f"{plan.opens}; leave the plan empty there, or set {plan.name}.opens = 0"
            )


def _draw(people: People, profile: Profile, luck: Luck, workers: Workers) -> None:
    workers.over_people(endow_everybody, people, profile, luck)
    people.sentiment[:] = people.opinion


_last_drawn: dict[tuple[Any, ...], People] = {}


def _drawn_people(
    n_people: int, n_plans: int, profile: Profile, luck: Luck, workers: Workers
) -> People:
    """Return drawn people; if the same were drawn last, a copy of those.

    The runs of a sweep with common random numbers differ in rules, seldom in people.
    """
    key = (n_people, n_plans, luck, *(np.asarray(value).tobytes() for value in profile))
    people = _last_drawn.get(key)
    if people is None:
        people = empty_people(n_people, n_plans)
        _draw(people, profile, luck, workers)
        if n_people > WORTH_KEEPING:
            return people
        _last_drawn.clear()
        _last_drawn[key] = people
    return People(*(column.copy() for column in people))


def _lay_over(people: People, frame: pl.DataFrame, profile: Profile, plans: list[str]) -> None:
    """Copy a user's columns over the drawn ones."""
    renamed = {"age": "age_at_start"}
    drawn_income = people.income.astype(np.float64)
    for name in frame.columns:
        target = renamed.get(name, name)
        if target in People._fields and target not in (*PER_PLAN, "person", "plan"):
            getattr(people, target)[:] = frame[name].to_numpy()
    if "sex" in frame.columns:
        people.female[:] = (frame["sex"] == "female").to_numpy()
    if "opinion" in frame.columns:
        people.sentiment[:] = people.opinion
    if {"income", "price_sensitivity"} & set(frame.columns):
        _weigh_prices(people, frame, profile, drawn_income)
    if "plan" in frame.columns:
        numbers = {name: k for k, name in enumerate(plans)}
        people.plan[:] = [numbers.get(name, -1) for name in frame["plan"].to_list()]
    for column in PER_PLAN:
        for k, plan in enumerate(plans):
            for name in (column, f"{column}_{plan}"):
                if name in frame.columns:
                    getattr(people, column)[k] = frame[name].to_numpy()


def _weigh_prices(
    people: People, frame: pl.DataFrame, profile: Profile, drawn_income: Array
) -> None:
    """Put given incomes and sensitivities in the place of the drawn ones."""
    income, elasticity = people.income.astype(np.float64), profile.income_elasticity
    if "price_sensitivity" in frame.columns:
        sensitivity = frame["price_sensitivity"].cast(pl.Float64).to_numpy()
        people.price_weight[:] = sensitivity * (profile.income_reference / income) ** elasticity
    else:
        people.price_weight[:] = people.price_weight * (drawn_income / income) ** elasticity


def derive_incidence(people: People, scenario: Scenario, terms: Terms) -> None:
    """Work out the own incidence that goes with a given expected cost of the first plan.

    Raises
    ------
    PeopleError
        If claims are drawn and somebody's expected cost is not below the benefit.
    """
    ages = np.clip(people.age_at_start.astype(np.int64), 0, terms.benefit.shape[1] - 1)
    for k in range(terms.fee.size):
        benefit = terms.benefit[k, ages]
        with np.errstate(divide="ignore", invalid="ignore"):
            risk = np.where(benefit > 0, people.expected_cost[k] / benefit, 0.0)
        too_dear = np.flatnonzero((risk >= 1) | ((benefit == 0) & (people.expected_cost[k] > 0)))
        if too_dear.size and scenario.claims == "drawn":
            i = too_dear[0]
            raise PeopleError(
                f"expected_cost of people is {people.expected_cost[k, i]:g} yuan in row {i}, not "
                f"below the benefit of {benefit[i]:g} yuan; claims cannot be drawn: raise "
                "`benefit` or set claims = expected"
            )
        if k == 0:
            risk = np.minimum(risk, 1 - 1e-9)
            people.incidence[:] = -np.log1p(-risk) / scenario.period_length


def build_ties(scenario: Scenario, graph: Any, people: People, luck: Luck) -> Ties:
    """Return the scenario's ties, or those of a user's graph.

    Raises
    ------
    TiesError, ScenarioError
        If a graph is given for a scenario that draws its ties, or the other way round.
    """
    n = people.person.size
    if graph is not None:
        if not hasattr(graph, "number_of_nodes"):
            raise TiesError(f"ties must be a networkx graph; got {type(graph).__name__}")
        return ties_from_graph(graph, n)
    if scenario.ties == "given":
        raise ScenarioError("ties = 'given' needs a graph: pass ties=graph, or name another kind")
    if scenario.ties == "none":
        return no_ties()
    if scenario.ties == "complete":
        return complete_ties()
    kind, degree = scenario.ties, scenario.n_neighbours
    if kind == "stochastic_block":
        return draw_ties(kind, n, degree, 0.0, scenario.homophily, _blocks(people), luck)
    draw = _ties_drawn_last if n <= WORTH_KEEPING else _ties_drawn_last.__wrapped__
    return draw(kind, n, degree, scenario.rewiring, luck)


@functools.lru_cache(maxsize=1)
def _ties_drawn_last(kind: str, n: int, degree: int, rewiring: float, luck: Luck) -> Ties:
    return draw_ties(kind, n, degree, rewiring, 0.0, np.zeros(1, np.int64), luck)


def _blocks(people: People) -> Array:
    """Return each person's block: decade of age × tertile of income, int64 (n,)."""
    decade = np.clip(people.age_at_start // 10, 0, 8).astype(np.int64)
    tertiles = np.quantile(people.income, [1 / 3, 2 / 3])
    blocks: Array = decade * 3 + np.searchsorted(tertiles, people.income)
    return blocks


def prepare_accounts(people: People, terms: Terms) -> People:
    """Return people with columns for the accounts that the plans' rules need."""
    return with_accounts(
        people,
        deposits=bool(terms.takes_deposits.any()),
        refunds=bool(terms.refunds_contributions.any()),
    )


def open_accounts(people: People, terms: Terms) -> People:
    """Return people with accounts; the first members have paid their deposits."""
    people = prepare_accounts(people, terms)
    for k in np.flatnonzero(terms.takes_deposits):
        rows = np.flatnonzero(people.plan == k)
        people.balance[rows] = terms.deposit[k, people.age[rows]]
    return people


def announce_anew(state: Pools, before: Terms, terms: Terms) -> None:
    """Announce contributions after a change of what they are in proportion to.

    Until the next bill a plan announces its premium, or the same contribution to everybody.
    """
    changed = (before.index_kind != terms.index_kind) | (before.caps_by_age != terms.caps_by_age)
    for k in np.flatnonzero(changed):
        fixed = terms.has_premium[k]
        shared = 1.0 - terms.subsidy[k] if terms.subsidy_for[k] == EVERYBODY else 1.0
        state.flat[k] = 0.0 if fixed else state.head[k]
        state.slope[k] = shared if fixed else 0.0


def open_pools(
    state: Pools, plans: list[Plan], totals: Array, people: People, terms: Terms, rates: Rates
) -> None:
    """Announce the plans' opening contributions: as given, or the loaded expected cost.

    Parameters
    ----------
    state : Pools
        Changed: what is announced.
    plans : list of Plan
        Their rules.
    totals : ndarray of float64, shape (plans, tallies)
        Of the first members; a plan without any reckons with those it would take in.
    people, terms, rates
        As the sweeps read them.
    """
    pools = windows_on(state, plans)
    opened = state.open.copy()
    state.open[:] = True  # who a plan would take in, whenever it opens
    for k, (pool, plan) in enumerate(zip(pools, plans, strict=True)):
        payers, index = totals[k, tallies.PAYING], totals[k, tallies.INDEX]
        sponsored = plan.subsidy if plan.subsidy_for == "everybody" else 0.0
        if plan.opening_contribution is not None:
            pool.announced = plan.opening_contribution
        elif payers > 0:
            pool.announced = (1 - sponsored) * (1 + plan.fee) * totals[k, tallies.COST] / payers
        else:
            cost = people.expected_cost[k, eligible_rows(k, 0, 1, people, terms, rates)]
            mean = float(cost.mean(dtype=np.float64)) if cost.size else 0.0
            pool.announced = (1 - sponsored) * (1 + plan.fee) * mean
        if plan.premium is not None or plan.subsidy_for != "everybody":
            _announce_by_index(k, plan, state, payers > 0, people, terms, rates)
        mix = 0.0 if plan.sharing == "equal" else plan.sharing_mix
        if mix > 0 and index > 0:
            state.flat[k] = (1 - mix) * pool.announced
            state.slope[k] = mix * pool.announced * payers / index
    state.open[:] = opened
    close_small_plans(totals, tallies.MEMBERS, state, terms, rates)
    _subsidise(pools, plans, totals[:, tallies.MEMBERS] > 0)


def _announce_by_index(
    k: int, plan: Plan, state: Pools, has_payers: bool, people: People, terms: Terms, rates: Rates
) -> None:
    """Announce a premium, or the opening contribution after a subsidy that only some get."""
    n, index, full = sum_indices(k, has_payers, people, terms, rates)
    if plan.premium is not None:
        state.slope[k] = 1 - plan.subsidy if plan.subsidy_for == "everybody" else 1.0
    elif index > 0:
        gross = plan.opening_contribution is None
        state.slope[k] = state.head[k] * n / (full if gross else index)
    else:
        return
    state.flat[k] = 0.0
    state.head[k] = state.slope[k] * index / n if n else 0.0


def _subsidise(pools: list[Pool], plans: list[Plan], has_members: Array) -> None:
    """Take the sponsor's share of the excess over the cheapest plan off the opening terms."""
    heads = [pool.announced for pool, some in zip(pools, has_members, strict=True) if some]
    if len(heads) < 2:
        return
    cheapest = min(heads)
    for pool, plan in zip(pools, plans, strict=True):
        if plan.opening_contribution is None:
            above = max(pool.announced - cheapest, 0.0)
            pool.announced = pool.announced - plan.difference_subsidy * above
