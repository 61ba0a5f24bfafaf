"""The prediction of 2021: posterior runs taken further, and held against what came, for display.

Nothing here goes back into a fit: later observations are read after everything else is settled.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from experiments.calibration.desk import Desk
from experiments.calibration.targets import SERIES
from experiments.observations import LAST_USED

Array = np.ndarray[Any, Any]

HORIZON = 72
BANDS = {"50 %": (0.25, 0.75), "90 %": (0.05, 0.95)}
_GROUPS = {"members": "members", "contribution": "contribution_per_member", "aided": "aided_year",
           "benefits": "contribution_per_member_year"}  # fmt: skip
"""Column of a history: the error whose discrepancy a prediction of it carries."""


@dataclass(frozen=True)
class Forecast:
    """Runs of the posterior sample until `HORIZON`."""

    points: Array
    """The sets that were run."""
    columns: dict[str, Array]
    """Column of the history → float64 (runs, periods + 1)."""
    spread: dict[str, Array]
    """Factor by which the model's stated discrepancy moves each run, by column, (runs,)."""

    def quantiles(self, name: str, shares: Sequence[float]) -> Array:
        """Return quantiles by period of a column, discrepancy included, (shares, periods + 1)."""
        return np.quantile(self.moved(name), shares, axis=0)

    def moved(self, name: str) -> Array:
        """Return a column of every run with its discrepancy."""
        return self.columns[name] * self.spread.get(name, np.ones(1))[:, None]

    def at(self, name: str, period: int) -> Array:
        """Return a column of every run in one period, without discrepancy."""
        return np.asarray(self.columns[name][:, period])


def forecast(desk: Desk, points: Array, *, news: bool) -> Forecast:
    """Run points until `HORIZON`.

    Parameters
    ----------
    desk : Desk
        The account, and where its runs are kept.
    points : ndarray of float64, shape (sets, parameters)
        Posterior sample.
    news : bool
        Whether the dates of the news of 2021 are known; its sizes are those of its class, times
        the weight that the years before gave to news.
    """
    study = desk.study
    known = HORIZON if news else study.last_period
    scenario = study.scenario_of(desk.account, desk.size.people, until=HORIZON, news=known)
    name = "forecast-with-news" if news else "forecast-without-news"
    series, n = desk.carried_out(name, points, scenario)
    columns = grids(series, n)
    fine = np.isfinite(columns["members"]).all(axis=1)
    luck = np.random.default_rng(desk.seed)
    spread = {
        column: np.exp(luck.standard_normal(n) * study.error[error].discrepancy)[fine]
        for column, error in _GROUPS.items()
    }
    return Forecast(points[fine], {name: grid[fine] for name, grid in columns.items()}, spread)


def grids(series: pl.DataFrame, n_runs: int) -> dict[str, Array]:
    """Return the columns of a sweep's series, float64 (runs, periods + 1); NaN for failed runs."""
    at = series["run"].to_numpy(), series["period"].to_numpy()
    found = {}
    for name in SERIES:
        found[name] = np.full((n_runs, int(at[1].max()) + 1), np.nan)
        found[name][at] = series[name].to_numpy()
    return found


def later(rows: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Return the observations after `LAST_USED` that have a period: for display only."""
    return [
        row
        for row in rows
        if datetime.date.fromisoformat(row["date"]) > LAST_USED and row["period"] and row["value"]
    ]


def held_against(found: Forecast, rows: Sequence[Mapping[str, str]]) -> pl.DataFrame:
    """Return what was predicted beside what came, a row an observation.

    Returns
    -------
    polars.DataFrame
        ``variable``, ``period``, ``seen``, ``median``, its ``error`` (relative), the ends of both
        bands, and whether each holds what came.
    """
    lines = []
    for row in later(rows):
        values = _predicted(found, row["variable"], int(row["period"]))
        if values is None:
            continue
        seen = float(row["value"]) * (1e6 if row["unit"].startswith("million") else 1.0)
        low90, low50, median, high50, high90 = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95))
        lines.append(
            {
                "variable": row["variable"],
                "period": int(row["period"]),
                "seen": seen,
                "median": median,
                "error": median / seen - 1,
                "low_50": low50,
                "high_50": high50,
                "low_90": low90,
                "high_90": high90,
                "in_50": bool(low50 <= seen <= high50),
                "in_90": bool(low90 <= seen <= high90),
                "remark": row["qualifier"],
            }
        )
    return pl.DataFrame(lines)


def _predicted(found: Forecast, variable: str, period: int) -> Array | None:
    match variable:
        case "members":
            return np.asarray(found.moved("members")[:, period])
        case "contribution_per_member":
            return np.asarray(found.moved("contribution")[:, period])
        case "aided_cumulative":
            return np.asarray(found.moved("aided")[:, 1 : period + 1].sum(axis=1))
        case "total_shared_cumulative":
            return np.asarray(found.moved("benefits")[:, 1 : period + 1].sum(axis=1))
    return None
