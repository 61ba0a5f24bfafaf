"""What was observed of the real case, as points beside the model's line."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from classroom.figures.looks import COUNT
from experiments import style
from experiments.observations import observed as observations_of
from model import Scenario

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from classroom.words import Words

_MARKS = {False: "circle", True: "diamond-open"}
"""Open: later than what the model was calibrated on."""


def observed_of(name: str, variable: str, scenario: Scenario) -> pl.DataFrame:
    """Return the observations of a variable that fall into a run; no rows if there are none.

    Parameters
    ----------
    name : str
        What the preset names as ``observed``.
    variable : str
        As in the file of observations: ``members``.
    scenario : Scenario
        Gives the calendar.
    """
    calendar = scenario.start_date, scenario.period_length, scenario.n_periods
    return _observed_of(name, variable, *calendar)


@functools.lru_cache(maxsize=64)
def _observed_of(
    name: str, variable: str, start: date | None, length: float, n_periods: int
) -> pl.DataFrame:
    seen = observations_of(name, Scenario(start_date=start, period_length=length))
    inside = (seen["period"] >= 0) & (seen["period"] <= n_periods)
    return seen.filter((seen["variable"] == variable) & inside)


def points_of(seen: pl.DataFrame, words: Words) -> list[dict[str, Any]]:
    """Draw observations: filled if the model was calibrated on them, open if they came later."""
    traces = []
    for later, symbol in _MARKS.items():
        rows = seen.filter(seen["later"] == later)
        name = words("figures.observed.later" if later else "figures.observed.used")
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "x": rows["period"].to_numpy(),
                "y": rows["value"].to_numpy(),
                "marker": {"symbol": symbol, "size": 10, "color": style.BLACK},
                "hovertemplate": f"<b>{name}</b><br>%{{y:{COUNT}}}<extra></extra>",
            }
        )
    return traces if seen.height else []
