"""Confirmation: what the search found is tried again on seeds that it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from experiments.analysis.intervals import mean_interval
from experiments.orders import LARGEST_SEED
from experiments.rescue.levers import NO_LEVER, Mix, label_of
from experiments.rescue.search import candidates
from experiments.rescue.trials import Trials, summary

FEWEST = 100
"""Replicates of a confirmation, at least."""


@dataclass(frozen=True)
class Found:
    """A mix that worked in the search, or the best of a lever that did not."""

    mix: Mix
    ceiling: float = 1.0
    works: bool = True


@dataclass(frozen=True)
class Confirmed:
    """A mix after trial on new seeds."""

    mix: Mix
    is_rescue: bool
    """Whether the upper bound of the 95 % interval is at most the target."""

    @property
    def label(self) -> str:
        """Name of the mix in the tables."""
        return label_of(self.mix)


def confirm(
    trials: Trials, found: Sequence[Found], target: float
) -> tuple[pl.DataFrame, list[Confirmed]]:
    """Try what was found, and stronger doses of it, on new seeds.

    Doses are judged from the strongest down to the first that fails (a fixed sequence, so that
    trying several costs no confidence); the weakest that holds is the rescue.

    Parameters
    ----------
    trials : Trials
        Of the search; its seed and replicates are replaced.
    found : sequence of Found
        What to try; those that did not work are run as they are.
    target : float
        Share of collapses that the upper bound of the interval may not exceed.

    Returns
    -------
    table : polars.DataFrame
        Rows of all runs, those without a lever included.
    confirmed : list of Confirmed
        One for each of ``found``.
    """
    new = trials.elsewhere(next_seed(trials.seed), max(FEWEST, trials.replicates))
    doses = [
        candidates(one.mix, one.ceiling, trials.world) if one.works else [one.mix] for one in found
    ]
    mixes = {label_of(mix): mix for ladder in doses for mix in ladder}
    table = new.run("confirm", [((), None), *((mix, None) for mix in mixes.values())])
    rows = {row["label"]: row for row in summary(table).iter_rows(named=True)}
    return table, [_judged(ladder, rows, target) for ladder in doses]


def next_seed(seed: int, steps: int = 1) -> int:
    """Return another seed, of which the luck is independent."""
    return (seed + steps) % (LARGEST_SEED + 1)


def _judged(ladder: Sequence[Mix], rows: dict[str, dict[str, Any]], target: float) -> Confirmed:
    weakest = None
    for mix in reversed(ladder):
        if rows[label_of(mix)]["p_collapse_high"] > target:
            break
        weakest = mix
    return Confirmed(ladder[-1] if weakest is None else weakest, weakest is not None)


def welfare_by_label(table: pl.DataFrame, person_years: float) -> pl.DataFrame:
    """Compare welfare with that of the same seeds without a lever.

    Parameters
    ----------
    table : polars.DataFrame
        Rows of runs, as `Trials.run` returns them, some of them without a lever.
    person_years : float
        People × years of a run.

    Returns
    -------
    polars.DataFrame
        ``label``; ``welfare_change`` [yuan per person-year] with Student's interval; and
        ``of_first_best``, welfare ÷ the first best without a lever.
    """
    base = table.filter(pl.col("label") == NO_LEVER)
    base = base.select("replicate", before="welfare", ideal="first_best")
    gain = (pl.col("welfare") - pl.col("before")) / person_years
    rows = (
        table.join(base, on="replicate")
        .group_by("label", maintain_order=True)
        .agg(
            n=pl.len(),
            welfare_change=gain.mean(),
            deviation=gain.std(),
            of_first_best=pl.when(pl.col("ideal").sum() > 0).then(
                pl.col("welfare").sum() / pl.col("ideal").sum()
            ),
        )
    )
    mean, deviation, n = (rows[c].to_numpy() for c in ("welfare_change", "deviation", "n"))
    low, high = mean_interval(mean, deviation, n)
    return rows.with_columns(
        pl.Series("welfare_change_low", low).fill_nan(None),
        pl.Series("welfare_change_high", high).fill_nan(None),
    ).drop("n", "deviation")


def dominated(rows: Sequence[dict[str, Any]]) -> list[bool]:
    """Tell which rescues another beats: no dearer for the sponsor, no less welfare, not equal."""

    def beats(one: dict[str, Any], other: dict[str, Any]) -> bool:
        a = (one["cost"] or 0.0, -one["welfare_change"])
        b = (other["cost"] or 0.0, -other["welfare_change"])
        return a != b and a[0] <= b[0] and a[1] <= b[1]

    return [any(beats(one, other) for one in rows) for other in rows]
