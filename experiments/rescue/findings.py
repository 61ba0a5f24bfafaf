"""What a search for rescues found: from the first ladder to the table that is reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from experiments.rescue.confirm import (
    Confirmed,
    Found,
    confirm,
    dominated,
    next_seed,
    welfare_by_label,
)
from experiments.rescue.levers import Dose, Lever, Mix, label_of, pulled
from experiments.rescue.people import winners
from experiments.rescue.search import Singles, search_pairs, search_singles
from experiments.rescue.trials import Trials, summary
from experiments.rescue.when import Delay, confirm_latest, search_latest

if TYPE_CHECKING:
    from model import Preset

PAIRS_KEPT = 6
"""Pairs of levers that are confirmed, the best first."""
REPLICATES_OF_PEOPLE = 20
"""Replicates over which winners and losers are counted."""


@dataclass(frozen=True)
class Question:
    """What is asked."""

    preset: Preset
    levers: list[Lever]
    target: float
    pairs: bool
    until_when: bool


@dataclass(frozen=True)
class Finding:
    """What was found, and everything it rests on."""

    question: Question
    trials: Trials
    singles: Singles
    hindered: dict[str, str]
    """Levers that could not be pulled, by name: why."""
    confirmed: list[Confirmed]
    base: dict[str, Any]
    """The pool without a lever on the new seeds, as a row of `summary`."""
    table: pl.DataFrame
    """A row a lever or pair: dose, probability, cost, welfare; the cheapest rescue first."""
    winners: pl.DataFrame
    """As of `experiments.rescue.people.winners`."""
    n_runs: int
    """Runs of the search, without confirmation."""
    pairs_tried: int
    delays: list[Delay] = field(default_factory=list)
    latest: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def collapses(self) -> bool:
        """Whether the pool collapses too often without a lever."""
        return self.singles.without > self.question.target

    @property
    def strengths(self) -> pl.DataFrame:
        """Every strength of a single lever that was tried, with probability and interval."""
        return strengths_of(self.singles, self.trials)


def found_by(trials: Trials, question: Question) -> Finding:
    """Search single levers and pairs, confirm what works on new seeds, say who gains.

    Parameters
    ----------
    trials : Trials
        The pool and how often it is run.
    question : Question
        Which levers, which target.
    """
    world, target = trials.world, question.target
    hindered = {
        lever.name: str(why) for lever in question.levers if (why := lever.hindrance(world))
    }
    free = [lever for lever in question.levers if lever.name not in hindered]
    singles = search_singles(trials, free, target)
    pairs, pairs_kept = pl.DataFrame(), list[Mix]()
    found: list[Found] = []
    if singles.without > target:
        if question.pairs:
            pairs, pairs_kept = search_pairs(trials, singles.tried, target, PAIRS_KEPT)
        found = [*_single_doses(singles), *(Found(mix) for mix in pairs_kept)]
    runs, confirmed = confirm(trials, found, target)
    rows = {row["label"]: row for row in summary(runs).iter_rows(named=True)}
    gains = _winners(trials, [one for one in confirmed if one.is_rescue])
    delays = _delays(trials, confirmed, target) if question.until_when else []
    return Finding(
        question,
        trials,
        singles,
        hindered,
        confirmed,
        rows[label_of(())],
        _table(trials, confirmed, runs, rows, gains),
        gains,
        singles.table.height + pairs.height,
        0 if pairs.is_empty() else pairs["label"].n_unique(),
        delays,
        confirm_latest(trials, delays),
    )


def _single_doses(singles: Singles) -> list[Found]:
    return [
        Found((Dose(one.lever, one.best),), works=False)
        if one.least is None
        else Found((Dose(one.lever, one.least),), one.most)
        for one in singles.tried
    ]


def _winners(trials: Trials, rescues: Sequence[Confirmed]) -> pl.DataFrame:
    if not rescues:
        return pl.DataFrame()
    base = trials.world.scenario
    others = [(one.label, pulled(trials.world, one.mix, trials.period)) for one in rescues]
    seed = next_seed(trials.seed)
    return winners(trials.engine, base, others, seed, REPLICATES_OF_PEOPLE)


def _delays(trials: Trials, confirmed: Sequence[Confirmed], target: float) -> list[Delay]:
    """Search the latest period of each single lever that rescues, as found and at full strength."""
    mixes: list[Mix] = []
    for one in confirmed:
        if one.is_rescue and len(one.mix) == 1:
            full = Dose(one.mix[0].lever, 1.0)
            mixes += [one.mix, *([(full,)] if one.mix[0].strength < 1 else [])]
    return search_latest(trials, mixes, target)


def _table(
    trials: Trials,
    confirmed: Sequence[Confirmed],
    runs: pl.DataFrame,
    rows: dict[str, dict[str, Any]],
    gains: pl.DataFrame,
) -> pl.DataFrame:
    scenario, world = trials.world.scenario, trials.world
    people = scenario.n_people * scenario.persons_per_row
    person_years = people * scenario.n_periods * scenario.period_length
    welfare = {r["label"]: r for r in welfare_by_label(runs, person_years).iter_rows(named=True)}
    table = [
        {
            "levers": " + ".join(dose.lever.name for dose in one.mix),
            "how_little": " + ".join(dose.told(world) for dose in one.mix),
            "rescue": one.is_rescue,
            **rows[one.label],
            **welfare[one.label],
        }
        for one in confirmed
    ]
    for good in (True, False):
        part = [row for row in table if row["rescue"] is good]
        for row, beaten in zip(part, dominated(part), strict=True):
            row["dominated"] = beaten and good
    if not table:
        return pl.DataFrame()
    frame = pl.DataFrame(table, infer_schema_length=None)
    if gains.height:
        everybody = gains.filter(pl.col("kind") == "everybody")
        new = everybody.select("label", "better_off", "worse_off", "penalties")
        frame = frame.join(new, on="label", how="left")
    by_p = pl.when(~pl.col("rescue")).then("p_collapse").otherwise(0.0)
    order = [~pl.col("rescue"), by_p, pl.col("cost"), -pl.col("welfare_change")]
    return frame.sort(order, maintain_order=True)


def strengths_of(singles: Singles, trials: Trials) -> pl.DataFrame:
    """Return a row a lever and strength tried: amount, unit, probability and interval."""
    known = {row["label"]: row for row in summary(singles.table).iter_rows(named=True)}
    return pl.DataFrame(
        [
            {
                "lever": one.lever.name,
                "strength": strength,
                "amount": one.lever.moves.amount(trials.world, strength),
                "unit": one.lever.unit,
                **known[label_of((Dose(one.lever, strength),) if strength else ())],
            }
            for one in singles.tried
            for strength in sorted(one.outcomes)
        ]
    )
