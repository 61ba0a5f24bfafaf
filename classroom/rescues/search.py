"""A rescue on the page: lever by lever, how little of it keeps the pool alive, and who gains."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from classroom.limits import MOST_PEOPLE_OF_A_RESCUE
from classroom.rescues.trials import Effort, PageTrials, page_trials
from experiments.rescue.confirm import Found, confirm, next_seed, welfare_by_label
from experiments.rescue.levers import SPLIT, Dose, Lever, label_of, pulled
from experiments.rescue.moves import World, world_of
from experiments.rescue.people import winners
from experiments.rescue.search import Tried, search_singles
from experiments.rescue.trials import summary

if TYPE_CHECKING:
    from classroom.many_runs.errand import Permit
    from classroom.setup import Setup
    from experiments.rescue.hindrance import Hindrance
    from model import Scenario

QUICK, THOROUGH = Effort(10, 40, 10), Effort(20, 100, 20)
"""What a class waits for, and what `deathspiral rescue` does."""
_ENOUGH_FOR_FIVE_PERCENT = 80
"""Below 73 runs no interval has its upper bound at 5 %."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Parameters
    ----------
    setup : Setup
        What the visitor has set: A's rules, and the seed.
    levers : tuple of Lever
        Which.
    keep : float
        A run with less than this share of the peak at the end has collapsed.
    target : float
        Share of collapses that the upper bound of the interval may not exceed.
    thorough : bool
        Whether to repeat runs as often as the command line does.
    """

    setup: Setup
    levers: tuple[Lever, ...]
    keep: float = 0.5
    target: float = 0.1
    thorough: bool = False

    @property
    def effort(self) -> Effort:
        """How often runs are repeated."""
        effort = THOROUGH if self.thorough else QUICK
        if self.target > 0.05:
            return effort
        return replace(effort, confirm=max(effort.confirm, _ENOUGH_FOR_FIVE_PERCENT))

    @property
    def base(self) -> Scenario:
        """A's rules, with so many people as a search may have."""
        scenario = self.setup.scenario()
        return scenario.but(n_people=min(scenario.n_people, MOST_PEOPLE_OF_A_RESCUE))


@dataclass(frozen=True, eq=False)
class Trialled:
    """What became of one lever."""

    lever: Lever
    hindrance: Hindrance | None = None
    """Why it cannot be pulled; None if it can."""
    dose: Dose | None = None
    is_rescue: bool = False
    row: dict[str, Any] = field(default_factory=dict)
    """On new seeds: probability of collapse with its interval, members, cost, welfare."""
    gains: pl.DataFrame = field(default_factory=pl.DataFrame)
    """Who gains and who loses, as of `experiments.rescue.people.winners`; empty if no rescue."""
    fails_again: bool = False
    """Whether it fails again when it is pulled harder."""


@dataclass(frozen=True, eq=False)
class Search:
    """How far a search is."""

    question: Question
    world: World
    without: dict[str, Any]
    """The pool without a lever on the new seeds, as a row of `summary`."""
    tested: tuple[Trialled, ...] = ()
    runs: int = 0
    """Runs so far."""

    @property
    def collapses(self) -> bool:
        """Whether there is anything to rescue."""
        return bool(self.without["p_collapse"] > self.question.target)


def search(question: Question, permit: Permit) -> Iterator[Search]:
    """Test lever after lever, and yield what is known after each.

    Parameters
    ----------
    question : Question
        What is asked.
    permit : Permit
        Who does the runs; cancelled, the search ends.
    """
    base, seed = question.base, question.setup.seed
    world = world_of(base, seed)
    trials = page_trials(world, question.keep, seed, question.effort, permit)
    again = trials.elsewhere(next_seed(seed), 0)
    state = Search(question, world, _row_of(again.run("", [((), None)]), world))
    yield state
    if not state.collapses:
        return
    for lever in question.levers:
        tested = tested_of(trials, lever, question.target)
        state = replace(state, tested=(*state.tested, tested), runs=len(trials.known))
        yield state


def tested_of(trials: PageTrials, lever: Lever, target: float) -> Trialled:
    """Find the least strength of a lever that works, confirm it on new seeds, say who gains."""
    world = trials.world
    hindrance = lever.hindrance(world)
    if hindrance is not None:
        return Trialled(lever, hindrance)
    singles = search_singles(trials, [lever], target)
    found = _found(singles.tried[0]) if singles.tried else Found((Dose(lever, 1.0),), works=False)
    table, confirmed = confirm(trials, [found], target)
    mix, is_rescue = confirmed[0].mix, confirmed[0].is_rescue
    gains = _gains(trials, mix[0]) if is_rescue else pl.DataFrame()
    again = any(not one.is_monotone for one in singles.tried)
    row = _row_of(table, world, label_of(mix))
    return Trialled(lever, None, mix[0], is_rescue, row, gains, again)


def _found(tried: Tried) -> Found:
    if tried.least is None:
        return Found((Dose(tried.lever, tried.best),), works=False)
    return Found((Dose(tried.lever, tried.least),), tried.most)


def _gains(trials: PageTrials, dose: Dose) -> pl.DataFrame:
    world, mix = trials.world, (dose,)
    others = [(label_of(mix), pulled(world, mix))]
    n = trials.effort.people
    return winners(trials.engine, world.scenario, others, next_seed(trials.seed), n)


def _row_of(table: pl.DataFrame, world: World, label: str = label_of(())) -> dict[str, Any]:
    """Return one label's probability of collapse, members, cost and change of welfare."""
    scenario = world.scenario
    people = scenario.n_people * scenario.persons_per_row
    person_years = people * scenario.n_periods * scenario.period_length
    ours = pl.col("label") == label
    rows = summary(table).filter(ours).row(0, named=True)
    return rows | welfare_by_label(table, person_years).filter(ours).row(0, named=True)


def changes_of(search: Search, tested: Trialled) -> dict[str, Any] | None:
    """Return what B changes to pull a lever; None if rules alone cannot say it."""
    if tested.dose is None or tested.lever.name == SPLIT:
        return None
    world = search.world
    rules = tested.lever.rules(world, tested.dose.strength)
    alone = len(world.scenario.plans) == 1
    return {name.rpartition(".")[2] if alone else name: value for name, value in rules.items()}


def command_of(question: Question) -> str:
    """Return the command that searches the same pool; done thoroughly, with the same numbers."""
    setup = question.setup
    parts = ["deathspiral", "rescue", setup.preset, "--keep", f"{question.keep:g}"]
    parts += ["--target", f"{question.target:g}", "--no-pairs", "--seed", str(setup.seed)]
    parts += ["--people", str(question.base.n_people)]
    for name, value in setup.a.items():
        if name != "n_people":
            parts += ["--set", f"{name}={_as_toml(value)}"]
    return shlex.join(parts)


def _as_toml(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, default=str)
