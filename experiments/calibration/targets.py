"""Targets: what was observed up to the last day that may be used, and how far to trust it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from scipy.special import log_ndtr

from experiments.calibration.study import CalibrationError, Study
from experiments.observations import LAST_USED

Array = np.ndarray[Any, Any]

SERIES = (
    "members",
    "contribution",
    "contribution_year",
    "aided",
    "benefits",
    "selection_ratio",
)
"""Columns of the history that a calibration keeps."""

PERIODS_USED = 48
"""Half-months from the start of 2019 to the last day that may be used."""
PEAK = "members_peak"
"""Most members in any period of a run: what was called the peak is not to be exceeded before."""
_ALIKE = 0.8
"""Part of a discrepancy that two observations of one group may share at all."""
_FAR = 1.5
"""A factor of 4.5 from what was observed, as a logarithm."""
_SUMS_OF_OTHERS = (("aided_cumulative", 48),)
"""Observations that say nothing new: this one is the sum of the two years."""


@dataclass(frozen=True)
class Target:
    """One observation that a run is held against, after the logarithm."""

    variable: str
    period: int
    seen: float
    """As observed, in people, yuan or cases."""
    bound: int
    """1 if the truth may be larger ("at least"), -1 if it may be smaller, 0 otherwise."""
    floor: float
    observation: float
    """Standard deviation of the observation, of the logarithm."""
    discrepancy: float
    group: str
    memory: float
    source: str

    @property
    def name(self) -> str:
        """Return the variable with its period."""
        return f"{self.variable}_{self.period}"

    @property
    def goal(self) -> float:
        """What a run should give, after the logarithm."""
        return float(np.log(self.seen + self.floor))


@dataclass(frozen=True)
class Targets:
    """All targets, and the covariance of the truth around the best run."""

    each: tuple[Target, ...]

    @property
    def goals(self) -> Array:
        """What a run should give, float64 (targets,)."""
        return np.array([target.goal for target in self.each])

    @property
    def bounds(self) -> Array:
        """Which are lower (1) and upper bounds (-1), int (targets,)."""
        return np.array([target.bound for target in self.each])

    @property
    def covariance(self) -> Array:
        """Observation and discrepancy, float64 (targets, targets)."""
        own = np.diag([target.observation**2 for target in self.each])
        return own + discrepancies(self.each)

    def clipped(self, found: Array) -> Array:
        """Return what runs gave, cut off where it is far beyond what could be kept.

        A cap that binds makes a bill jump to nothing; no surface should have to follow it there.
        """
        return np.clip(found, self.goals - _FAR, self.goals + _FAR)

    def until(self, period: int) -> Targets:
        """Return the targets up to a period."""
        return Targets(tuple(t for t in self.each if t.period <= period))

    def log_likelihood(self, found: Array, luck: Array) -> Array:
        """Return the log likelihood of runs: Gaussian, and for bounds its distribution.

        Parameters
        ----------
        found : ndarray of float64, shape (runs, targets)
            What runs gave, after the logarithm.
        luck : ndarray of float64, shape (targets,)
            Variance of a run by its luck.
        """
        total = self.covariance + np.diag(luck)
        gaps, signs = found - self.goals, self.bounds
        bound = signs != 0
        root = np.linalg.cholesky(total[np.ix_(~bound, ~bound)])
        scaled = np.linalg.solve(root, gaps[:, ~bound].T)
        exact = -0.5 * (scaled**2).sum(axis=0) - np.log(np.diag(root)).sum()
        exact = exact - 0.5 * (~bound).sum() * np.log(2 * np.pi)
        spread = np.sqrt(np.diag(total)[bound])
        return np.asarray(exact + log_ndtr(signs[bound] * gaps[:, bound] / spread).sum(axis=1))

    def implausibility(self, found: Array, variance: Array) -> Array:
        """Return distances in standard deviations, shape (runs, targets); 0 inside a bound.

        Parameters
        ----------
        found, variance : ndarray of float64, shape (runs, targets)
            What runs give, or are expected to give, and how surely.
        """
        gaps = found - self.goals
        gaps = np.where(self.bounds * gaps > 0, 0.0, gaps)
        distance = np.abs(gaps) / np.sqrt(np.diag(self.covariance) + variance)
        return np.asarray(distance)


def discrepancies(targets: Sequence[Target]) -> Array:
    """Return the covariance of the model's discrepancy: it keeps its sign within a group."""
    n = len(targets)
    found = np.zeros((n, n))
    for a, one in enumerate(targets):
        for b, other in enumerate(targets):
            if one.group == other.group:
                apart = abs(one.period - other.period) / one.memory
                alike = 1.0 if a == b else _ALIKE * np.exp(-apart)
                found[a, b] = alike * one.discrepancy * other.discrepancy
    return found


def targets_of(
    study: Study, rows: Sequence[Mapping[str, str]], until: datetime.date = LAST_USED
) -> Targets:
    """Return the targets of a study, read off rows of observations; later rows are not looked at.

    Parameters
    ----------
    study : Study
        Which variables count, and how far to trust them.
    rows : sequence of mapping
        Observations as in the model's data.
    until : date
        Last day that may be used.

    Raises
    ------
    CalibrationError
        If a day after `LAST_USED` is asked for: later observations are for display only.
    """
    if until > LAST_USED:
        raise CalibrationError(
            f"targets until {until} are refused: observations after {LAST_USED} are for display "
            "and never enter a loss function"
        )
    kept = []
    for row in rows:
        if datetime.date.fromisoformat(row["date"]) > until:
            continue
        place = (row["variable"], int(row["period"] or -1))
        if row["variable"] in study.error and place[1] > 0 and place not in _SUMS_OF_OTHERS:
            kept.append(_target(row, study))
            if row["qualifier"] == "peak":
                kept.append(replace(kept[-1], variable=PEAK, bound=-1))
    return Targets(tuple(sorted(kept, key=lambda t: (t.group, t.variable, t.period))))


def _target(row: Mapping[str, str], study: Study) -> Target:
    trust = study.error[row["variable"]]
    vague = any(word in row["qualifier"] for word in ("not stated", "derived", "nearly"))
    own = float(np.hypot(trust.observation[row["grade"]], trust.vague if vague else 0.0))
    return Target(
        variable=row["variable"],
        period=int(row["period"]),
        seen=float(row["value"]) * (1e6 if row["unit"] == "million" else 1.0),
        bound=1 if "at least" in row["qualifier"] else 0,
        floor=trust.floor,
        observation=own,
        discrepancy=trust.discrepancy,
        group=trust.group,
        memory=trust.memory,
        source=row["source"],
    )


def found_by(series: pl.DataFrame, targets: Sequence[Target], n_runs: int) -> Array:
    """Return what runs gave for each target, after the logarithm; NaN for runs that failed.

    Parameters
    ----------
    series : polars.DataFrame
        A row a run and period, columns `SERIES`, ``run`` and ``period``.
    targets : sequence of Target
        What is asked.
    n_runs : int
        Runs, numbered from 0.

    Returns
    -------
    ndarray of float64, shape (runs, targets)
    """
    table = series.sort("run", "period")
    periods = int(series["period"].to_numpy().max()) + 1
    at = table["run"].to_numpy(), table["period"].to_numpy()
    columns: dict[str, Array] = {}
    for name in SERIES:
        grid = np.full((n_runs, periods), np.nan)
        grid[at] = table[name].to_numpy()
        columns[name] = grid
    seen = [_read(columns, target) for target in targets]
    floors = np.array([target.floor for target in targets])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(np.maximum(np.stack(seen, axis=1), 0.0) + floors))


def _read(columns: Mapping[str, Array], target: Target) -> Array:
    """Return a target's variable of every run, as observed: people, yuan or cases."""
    period = target.period
    match target.variable:
        case "members_peak":
            return np.asarray(columns["members"][:, : PERIODS_USED + 1].max(axis=1))
        case "members":
            return np.asarray(columns["members"][:, period])
        case "contribution_per_member":
            return np.asarray(columns["contribution"][:, period])
        case "contribution_per_member_year":
            return np.asarray(columns["contribution_year"][:, period])
        case "aided":
            return np.asarray(columns["aided"][:, period])
        case "aided_year":
            return np.asarray(columns["aided"][:, max(period - 23, 1) : period + 1].sum(axis=1))
        case "aided_cumulative":
            return np.asarray(columns["aided"][:, 1 : period + 1].sum(axis=1))
    raise CalibrationError(f"{target.variable} cannot be read off a run")
