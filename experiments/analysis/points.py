"""One outcome of a sweep by point and replicate, and which points have none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from experiments.analysis.intervals import AnalysisError, known_runs

if TYPE_CHECKING:
    from experiments.sweeps.results import Results

Array = np.ndarray[Any, Any]
_NAMED = 10


@dataclass(frozen=True)
class Outcomes:
    """An outcome of every run that has one."""

    measure: str
    values: Array
    """float64, (points, replicates); NaN where a run failed, is missing or has nothing to say."""

    @property
    def means(self) -> Array:
        """Mean of each point over its replicates; NaN where it has none."""
        known = np.isfinite(self.values)
        total = np.where(known, self.values, 0.0).sum(axis=1)
        count = known.sum(axis=1)
        return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))

    @property
    def lost(self) -> Array:
        """Points without any value."""
        return np.flatnonzero(~np.isfinite(self.values).any(axis=1))

    @property
    def n(self) -> int:
        """Number of runs with a value."""
        return int(np.isfinite(self.values).sum())

    @property
    def is_constant(self) -> bool:
        """Whether every point has the same mean, as far as rounding allows."""
        known = self.means[np.isfinite(self.means)]
        return not known.size or bool(np.ptp(known) <= 1e-12 * max(1.0, np.abs(known).max()))


def outcomes_in(results: Results, measure: str) -> Outcomes:
    """Arrange an outcome of a sweep by point and replicate.

    Raises
    ------
    AnalysisError
        If no run has such an outcome, or it is text.
    """
    kept = known_runs(results.runs, measure)
    values = np.full((results.design.height, results.experiment.replicates), np.nan)
    values[kept["point"].to_numpy(), kept["replicate"].to_numpy()] = (
        kept[measure].cast(pl.Float64).to_numpy()
    )
    found = Outcomes(measure, values)
    if not found.n:
        raise AnalysisError(
            f"no run of this sweep has the outcome {measure!r}: {_what_to_do(results)}"
        )
    return found


def demand_all(outcomes: Outcomes, results: Results, what: str) -> None:
    """Refuse if a point has no value.

    Raises
    ------
    AnalysisError
        With the points, and the command that fills them.
    """
    if outcomes.lost.size:
        lost = ", ".join(map(str, outcomes.lost[:_NAMED])) + (
            ", …" if outcomes.lost.size > _NAMED else ""
        )
        raise AnalysisError(
            f"{what} need every point, and {outcomes.lost.size:,} of {len(outcomes.values):,} have"
            f" no value of {outcomes.measure!r} (points {lost}): {_what_to_do(results)}"
        )


def _what_to_do(results: Results) -> str:
    command = results.manifest.get("command") or f"deathspiral sweep {results.experiment.name}"
    if not results.complete:
        return f"the sweep is not finished; `{command}` goes on with it"
    if results.n_failed:
        return f"`{command} --retry-failed` tries them again"
    return "the outcome is empty there; choose one that always says something"
