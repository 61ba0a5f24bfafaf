"""Winners and losers: what a lever brings or costs each person, against itself without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from agents.population import LAPSED, WAITING
from agents.tallies import AGE_BANDS
from experiments.sweeps.seeds import run_seed
from model import Scenario, Simulation

if TYPE_CHECKING:
    from experiments.sweeps.engines import Engine

Array = np.ndarray[Any, Any]

QUARTILES = ("1", "2", "3", "4")
TERTILES = ("low", "middle", "high")
KINDS = {"age": tuple(AGE_BANDS), "risk": QUARTILES, "income": TERTILES, "everybody": ("all",)}
"""Groups of people by what they had at the start; risk 4 and income high are the highest."""
INDIFFERENT = 0.5
"""Yuan a year below which nobody is called better or worse off."""


@dataclass(frozen=True)
class Fortune:
    """What a run brought each person."""

    stayed: Array
    """Whether the row still stands for the person of the start, bool; not for a newcomer."""
    net: Array
    """Worth of the cover while covered, less contributions and penalties [yuan over the run]."""
    penalties: Array
    """Paid by people without cover [yuan over the run]."""
    groups: dict[str, Array]
    """By kind, each person's place among its groups."""


def fortune(scenario: Scenario, seed: int) -> Fortune:
    """Run a scenario period by period and add up what each person gains from it.

    Parameters
    ----------
    scenario : Scenario
        What is run.
    seed : int
        Seed of all luck.
    """
    simulation = Simulation(scenario, seed=seed, threads=1)
    penalties = np.zeros(scenario.n_people)
    groups, born = _groups(simulation), simulation.people.age_at_start.copy()
    net = np.zeros(scenario.n_people)
    while simulation.running:
        simulation.amend_on_time()
        before = simulation.people
        waited, index = before.status == WAITING, before.share_index.copy()
        simulation.step()
        net += _gained(simulation, waited, index)
        penalties += _penalty(simulation)
    stayed = simulation.people.age_at_start == born
    return Fortune(stayed, net - penalties, penalties, groups)


def _gained(simulation: Simulation, waited: Array, index: Array) -> Array:
    """Return what the last period brought each person, penalties apart [yuan].

    `waited` and `index` are who was waiting, and the share indices, before it.
    """
    people, pools = simulation.people, simulation.pool_state
    plan = people.owes_to.astype(np.int64)
    rows, payer = np.arange(plan.size), plan >= 0
    k = np.maximum(plan, 0)
    paid = pools.flat[k] + pools.slope[k] * index[k, rows]
    covered = payer & ~waited & (people.status != WAITING)
    covered &= ~(simulation.terms.leavers_owe[k] & (people.status == LAPSED))
    worth = np.where(covered, people.willingness_to_pay[k, rows], 0.0)
    return np.asarray(worth - np.where(payer, paid, 0.0))


def _penalty(simulation: Simulation) -> Array:
    """Return what each person without cover paid for that in the last period [yuan]."""
    people = simulation.people
    alone = (people.plan < 0) & ~people.insured & (people.owes_to.astype(np.int64) < 0)
    return np.asarray(simulation.scenario.penalty_for_none * alone)


def _groups(simulation: Simulation) -> dict[str, Array]:
    people = simulation.people
    ends = np.quantile(people.income, (1 / 3, 2 / 3))
    return {
        "age": np.clip(people.age.astype(np.int64) // 10 - 2, 0, len(AGE_BANDS) - 1),
        "risk": people.risk_quartile.astype(np.int64),
        "income": np.searchsorted(ends, people.income),
        "everybody": np.zeros(people.age.size, np.int64),
    }


def gains_of(
    base: Scenario, others: Sequence[tuple[str, Scenario]], seed: int
) -> list[dict[str, Any]]:
    """Compare scenarios with a first one person by person, on one seed.

    Returns
    -------
    list of dict
        A row a scenario and group: ``label``, ``kind``, ``group``, ``people``, ``better``,
        ``worse`` (numbers of people), ``gain`` and ``penalties`` (their sums [yuan/year]).
        Newcomers are left out.
    """
    before, rows = fortune(base, seed), []
    years = base.n_periods * base.period_length
    for label, scenario in others:
        after = fortune(scenario, seed)
        gain = (after.net - before.net) / years
        known = after.stayed & before.stayed
        for kind, names in KINDS.items():
            for place, name in enumerate(names):
                ours = known & (before.groups[kind] == place)
                mine, penalties = gain[ours], float(after.penalties[ours].sum()) / years
                row = {"label": label, "kind": kind, "group": name, "people": mine.size}
                row |= {"better": int((mine > INDIFFERENT).sum()), "gain": float(mine.sum())}
                row |= {"worse": int((mine < -INDIFFERENT).sum()), "penalties": penalties}
                rows.append(row)
    return rows


def winners(
    engine: Engine,
    base: Scenario,
    others: Sequence[tuple[str, Scenario]],
    seed: int,
    replicates: int,
) -> pl.DataFrame:
    """Say who gains and who loses from each scenario, on several seeds.

    Parameters
    ----------
    engine : Engine
        What does the runs.
    base : Scenario
        The pool without a lever.
    others : sequence of (str, Scenario)
        Labels and scenarios with levers.
    seed, replicates : int
        Seed of a sweep of which these runs repeat the first replicates.

    Returns
    -------
    polars.DataFrame
        A row a scenario and group: ``label``, ``kind``, ``group``, ``people`` (over all
        replicates), ``better_off`` and ``worse_off`` (shares of people), ``penalties`` [yuan per
        person-year], ``mean_gain`` [yuan/year] with ``_low`` and ``_high`` (Student's interval
        over replicates), ``replicates``.
    """
    from experiments.analysis.intervals import mean_interval

    seeds = [run_seed(seed, 0, r, common_random_numbers=True) for r in range(replicates)]
    futures = [engine.submit(gains_of, base, list(others), one) for one in seeds]
    rows = [row for future in futures for row in future.result()]
    table = (
        pl.DataFrame(rows)
        .filter(pl.col("people") > 0)
        .with_columns(each=pl.col("gain") / pl.col("people"))
        .group_by("label", "kind", "group", maintain_order=True)
        .agg(
            people=pl.col("people").sum(),
            better_off=pl.col("better").sum() / pl.col("people").sum(),
            worse_off=pl.col("worse").sum() / pl.col("people").sum(),
            penalties=pl.col("penalties").sum() / pl.col("people").sum(),
            mean_gain=pl.col("each").mean(),
            deviation=pl.col("each").std(),
            replicates=pl.len(),
        )
    )
    mean, deviation, n = (table[c].to_numpy() for c in ("mean_gain", "deviation", "replicates"))
    low, high = mean_interval(mean, deviation, n)
    return table.with_columns(
        pl.Series("mean_gain_low", low).fill_nan(None),
        pl.Series("mean_gain_high", high).fill_nan(None),
    ).drop("deviation")
