"""Trials: runs with levers pulled, carried out as ordinary sweeps, and what came of each run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from experiments.analysis.intervals import AnalysisError, binomial_interval
from experiments.rescue.levers import NO_LEVER, Mix, label_of, pulled
from experiments.rescue.moves import SENIOR, World

if TYPE_CHECKING:
    from experiments.sweeps.engines import Engine
    from experiments.sweeps.results import Results

STAGES = ("singles", "pairs", "confirm", "when")
SUMMED = ("welfare", "first_best", "sponsor_cost")

Pull = tuple[Mix, int | None]
"""Levers, and the period in which they are pulled; None for the usual one."""


@dataclass(frozen=True)
class Trials:
    """What all sweeps of a search have in common."""

    world: World
    keep: float
    """A pool that closes, or ends with less than this share of the peak that it reaches with the
    same luck and no lever, has collapsed."""
    replicates: int
    seed: int
    folder: Path
    engine: Engine
    command: str
    period: int | None = None
    """Period in which levers are pulled if a run does not say; None for the start."""
    progress: bool = False

    def run(self, name: str, pulls: Sequence[Pull]) -> pl.DataFrame:
        """Carry out all replicates of some mixes of levers, or what is left of them.

        Parameters
        ----------
        name : str
            Folder of the sweep, within that of the search.
        pulls : sequence of Pull
            Which levers, and when.

        Returns
        -------
        polars.DataFrame
            A row a run that went well, and without a lever too: ``label``, ``replicate``,
            ``seed``, ``collapsed``, ``members`` at the end, ``members_kept`` (of the peak without
            a lever), ``member_years``, and sums over the run of `SUMMED` [yuan].

        Raises
        ------
        AnalysisError
            If no run of a mix went well.
        SweepError
            If the folder holds something else.
        """
        from experiments.sweeps.driver import carry_out_sweep
        from experiments.sweeps.experiment import Experiment

        scenarios = {
            label_of(mix, period): pulled(self.world, mix, period or self.period)
            for mix, period in pulls
        }
        asked = list(scenarios)
        scenarios.setdefault(NO_LEVER, self.world.scenario)
        experiment = Experiment(
            name=name.replace("/", " "),
            question="Does the pool collapse if these levers are pulled?",
            scenario=next(iter(scenarios)),
            scenarios=scenarios,
            replicates=self.replicates,
            seed=self.seed,
            design={
                "kind": "table",
                "rows": [{"label": label, "preset": label} for label in scenarios],
            },
            record={"series": ["members", *SUMMED]},
        )
        results = carry_out_sweep(
            experiment,
            self.folder / name,
            engine=self.engine,
            command=self.command,
            progress=self.progress,
        )
        return self._measured(results, asked)

    def elsewhere(self, seed: int, replicates: int) -> Trials:
        """Return the same trials with luck of their own."""
        return replace(self, seed=seed, replicates=replicates)

    def _measured(self, results: Results, asked: list[str]) -> pl.DataFrame:
        told = results.ok.select("run", "label", "replicate", "seed", "closed")
        table = told.join(self._by_run(results), on="run", how="inner")
        without = table.filter(pl.col("label") == NO_LEVER).select("replicate", before="peak")
        share = pl.col("members") / pl.col("before")
        kept = pl.when(pl.col("before") > 0).then(share).otherwise(0.0)
        table = (
            table.filter(pl.col("label").is_in(asked))
            .join(without, on="replicate", how="inner")
            .with_columns(members_kept=kept)
            .with_columns(collapsed=pl.col("closed") | (pl.col("members_kept") < self.keep))
        )
        lost = [label for label in asked if label not in table["label"].unique().to_list()]
        if lost:
            errors = results.runs["error"].drop_nulls()
            reason = f": {errors[0]}" if len(errors) else ""
            raise AnalysisError(f"no run went well with {lost[0]}{reason}")
        return table.sort("run").drop("run", "peak", "before")

    def _by_run(self, results: Results) -> pl.DataFrame:
        """Return members at the peak and at the end, and sums, of the pool with all its parts."""
        own = [self.world.plan.name, self.world.plan.name + SENIOR]
        members, length = pl.col("members"), self.world.scenario.period_length
        return (
            results.series.filter(pl.col("plan").is_in(own))
            .group_by("run", "period")
            .agg(pl.col("members", *SUMMED).sum())
            .sort("run", "period")
            .group_by("run", maintain_order=True)
            .agg(
                peak=members.max(),
                member_years=members.filter(pl.col("period") > 0).sum() * length,
                **{name: pl.col(name).sum() for name in SUMMED},
                members=members.last(),
            )
        )


def shares(table: pl.DataFrame) -> dict[str, float]:
    """Return the share of runs that collapsed, by label."""
    rows = table.group_by("label", maintain_order=True).agg(pl.col("collapsed").mean())
    return dict(rows.iter_rows())


def summary(table: pl.DataFrame, level: float = 0.95) -> pl.DataFrame:
    """Return the share of runs that collapsed with Wilson's interval, and means, by label.

    Returns
    -------
    polars.DataFrame
        ``label``, ``n``, ``p_collapse`` with ``_low`` and ``_high``; means over the runs of
        ``members`` at the end, ``members_kept``, ``member_years`` and ``cost`` (the sponsor's
        [yuan per member-year]).
    """
    rows = table.group_by("label", maintain_order=True).agg(
        n=pl.len().cast(pl.Int64),
        p_collapse=pl.col("collapsed").mean(),
        members=pl.col("members").mean(),
        members_kept=pl.col("members_kept").mean(),
        member_years=pl.col("member_years").mean(),
        cost=pl.when(pl.col("member_years").sum() > 0).then(
            pl.col("sponsor_cost").sum() / pl.col("member_years").sum()
        ),
    )
    n = rows["n"].to_numpy()
    low, high = binomial_interval(np.round(rows["p_collapse"].to_numpy() * n), n, level)
    bounds = pl.Series("p_collapse_low", low), pl.Series("p_collapse_high", high)
    return rows.with_columns(*bounds).select(
        "label", "n", pl.col("^p_collapse.*$"), "members", "members_kept", "member_years", "cost"
    )
