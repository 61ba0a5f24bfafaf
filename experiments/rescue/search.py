"""The search: a ladder of strengths, bisection where a lever works, and pairs on a coarse grid."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from experiments.rescue.levers import Dose, Lever, Mix, agree, label_of
from experiments.rescue.moves import World
from experiments.rescue.trials import Trials, shares, summary

LADDER = (0.125, 0.25, 0.5, 0.75, 1.0)
FINEST = 1 / 64
"""Strengths closer than this are not told apart."""
PARTS = (1 / 3, 2 / 3)
"""Of what a lever needs alone, in pairs; one that fails alone is tried at half and at full."""
HALF_AND_FULL = (0.5, 1.0)
STEPS_UP = (1.0, 1.1, 1.25, 1.5, 2.0, 3.0)
"""Multiples of the strength found that are tried on new seeds."""


@dataclass(frozen=True)
class Tried:
    """Strengths of one lever, and the share of runs that collapsed at each."""

    lever: Lever
    target: float
    outcomes: dict[float, float]
    """By strength; 0 is no lever."""

    @property
    def least(self) -> float | None:
        """The least strength tried that works; None if none does."""
        return min((s for s, p in self.outcomes.items() if p <= self.target), default=None)

    @property
    def below(self) -> float:
        """The next weaker strength that was tried; it fails."""
        least = self.least
        weaker = [s for s in self.outcomes if least is None or s < least]
        return max(weaker, default=0.0)

    @property
    def most(self) -> float:
        """Strength up to which everything tried from the least on works."""
        least, most = self.least, 0.0
        for strength, share in sorted(self.outcomes.items()):
            if least is not None and strength >= least:
                if share > self.target:
                    break
                most = strength
        return most

    @property
    def is_monotone(self) -> bool:
        """Whether nothing stronger fails than the least that works."""
        return self.least is None or self.most == max(self.outcomes)

    @property
    def best(self) -> float:
        """The strength with the fewest collapses, the strongest of several."""
        return min((s for s in self.outcomes if s > 0), key=lambda s: (self.outcomes[s], -s))

    def between(self, world: World) -> list[float]:
        """Return the strength to try next; none if the least is known finely enough."""
        least = self.least
        if least is None or least - self.below <= FINEST:
            return []
        middle = (least + self.below) / 2
        amounts = [self.lever.moves.amount(world, s) for s in (self.below, middle, least)]
        return [middle] if amounts[1] not in (amounts[0], amounts[2]) else []

    def and_(self, found: dict[float, float]) -> Tried:
        """Return the same with more strengths."""
        return replace(self, outcomes=self.outcomes | found)


@dataclass(frozen=True)
class Singles:
    """What became of each lever alone."""

    table: pl.DataFrame
    """Rows of all runs, as `Trials.run` returns them."""
    tried: list[Tried]
    without: float
    """Share of runs that collapsed without a lever."""


def search_singles(trials: Trials, levers: Sequence[Lever], target: float) -> Singles:
    """Find the least strength of each lever that works, to a 64th of its range.

    Parameters
    ----------
    trials : Trials
        Replicates have the same luck at every lever and strength.
    levers : sequence of Lever
        Which.
    target : float
        Largest share of collapses that counts as working.
    """
    table = trials.run("singles/without", [((), None)])
    without = shares(table)[label_of(())]
    if without <= target:
        return Singles(table, [], without)
    tried = [Tried(lever, target, {0.0: without}) for lever in levers]
    wanted = {lever.name: _ladder(lever, trials.world) for lever in levers}
    for number in itertools.count(1):
        mixes = [(Dose(one.lever, s),) for one in tried for s in wanted[one.lever.name]]
        if not mixes:
            break
        more = trials.run(f"singles/round-{number:02}", [(mix, None) for mix in mixes])
        found, table = shares(more), pl.concat([table, more])
        tried = [
            one.and_({s: found[_label(one.lever, s)] for s in wanted[one.lever.name]})
            for one in tried
        ]
        wanted = {one.lever.name: one.between(trials.world) for one in tried}
    return Singles(table, tried, without)


def _ladder(lever: Lever, world: World) -> list[float]:
    """Return strengths whose amounts differ from each other and from none."""
    amounts = {lever.moves.amount(world, 0.0)}
    ladder = []
    for strength in LADDER:
        amount = lever.moves.amount(world, strength)
        if amount not in amounts:
            ladder.append(strength)
        amounts.add(amount)
    return ladder


def _label(lever: Lever, strength: float) -> str:
    return label_of((Dose(lever, strength),))


def search_pairs(
    trials: Trials, tried: Sequence[Tried], target: float, most: int
) -> tuple[pl.DataFrame, list[Mix]]:
    """Try all pairs of levers that agree, on a coarse grid; return runs and the best that work.

    The best cost the sponsor least; among equals they bring more welfare.

    Parameters
    ----------
    trials : Trials
        As for single levers.
    tried : sequence of Tried
        What each lever needs alone.
    target : float
        Largest share of collapses that counts as working.
    most : int
        How many pairs of levers to keep, each at its best.
    """
    mixes = [
        (a, b)
        for one, other in itertools.combinations(tried, 2)
        for a, b in itertools.product(_parts(one), _parts(other))
        if agree(a, b, trials.world)
    ]
    if not mixes:
        return pl.DataFrame(), []
    table = trials.run("pairs", [(mix, None) for mix in mixes])
    by_label = {label_of(mix): mix for mix in mixes}
    worth = table.group_by("label").agg(pl.col("welfare").mean())
    order = summary(table).join(worth, on="label").sort("cost", -pl.col("welfare"))
    kept: dict[tuple[str, ...], Mix] = {}
    for row in order.filter(pl.col("p_collapse") <= target).iter_rows(named=True):
        mix = by_label[row["label"]]
        kept.setdefault(tuple(dose.lever.name for dose in mix), mix)
    return table, list(kept.values())[:most]


def _parts(tried: Tried) -> list[Dose]:
    """Return the strengths at which a lever is tried in pairs."""
    least = tried.least
    strengths = HALF_AND_FULL if least is None else [part * least for part in PARTS]
    return [Dose(tried.lever, float(f"{s:.4g}")) for s in strengths]


def candidates(mix: Mix, ceiling: float, world: World) -> list[Mix]:
    """Return a mix and stronger ones, each with other amounts, the weakest first.

    Parameters
    ----------
    mix : Mix
        What was found.
    ceiling : float
        Strength that no lever shall exceed.
    world : World
        Where it is to work.
    """
    found: dict[tuple[float, ...], Mix] = {}
    for step in STEPS_UP:
        stronger = tuple(
            replace(dose, strength=float(f"{min(step * dose.strength, ceiling):.6g}"))
            for dose in mix
        )
        found.setdefault(tuple(dose.amount(world) for dose in stronger), stronger)
    return list(found.values())
