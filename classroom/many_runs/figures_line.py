"""An outcome over one control: the runs, their middle, their band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.controls.parameter_words import shown
from classroom.figures import looks
from classroom.many_runs.axes import across, factor_of, layout_of, outside, power_of
from classroom.many_runs.sweep import SHARES, Harvest, Summary, Sweep, summary_of
from classroom.period_words import period_key
from experiments.style import BLUE, INK, VERMILLION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classroom.words import Words

Array = np.ndarray[Any, Any]

_ARMS = {
    "a": (BLUE, "0,114,178", "circle", "solid"),
    "b": (VERMILLION, "213,94,0", "square", "dash"),
}


def line_of(harvest: Harvest, results: Sequence[Any], outcome: str, words: Words) -> dict[str, Any]:
    """Return what plotly draws of a sweep of one control.

    Parameters
    ----------
    harvest, results, outcome, words
        As for `classroom.many_runs.figures.picture_of`.
    """
    sweep = harvest.sweep
    span, factor = sweep.spans[0], factor_of(outcome)
    x = np.array(sweep.axes[0]) * power_of(span.name)
    data: list[dict[str, Any]] = []
    tops: list[Array] = []
    for arm in sweep.arms:
        values = harvest.values(outcome, results, arm) * factor
        summary = summary_of(outcome, values / factor)
        data += _band(arm, x, summary, factor, words, several=len(sweep.arms) > 1)
        tops.append(values)
        if outcome not in SHARES:
            data.insert(0, _dots(arm, x, values))
    ends = np.concatenate([part[np.isfinite(part)] for part in tops]) if tops else np.zeros(1)
    up = (
        (-2.0, 102.0)
        if outcome in SHARES
        else (min(0.0, float(ends.min(initial=0.0))), looks.ceiling(ends))
    )
    drawn = layout_of(
        sweep,
        across(sweep, 0, x, words),
        looks.axis(_axis_of(outcome, sweep, words), *up),
        words,
    )
    _mark_now(drawn, sweep, words)
    return {"data": data, "layout": drawn}


def _band(
    arm: str, x: Array, summary: Summary, factor: float, words: Words, *, several: bool
) -> list[dict[str, Any]]:
    colour, rgb, symbol, dash = _ARMS[arm]
    known = summary.n > 0
    low, value, high = (factor * part[known] for part in (summary.low, summary.value, summary.high))
    told = words("sweep.hover_n")
    edge = {
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x[known],
        "y": value,
        "customdata": np.stack([low, high, summary.n[known]], axis=1),
        "hovertemplate": "%{y:,.4~r} [%{customdata[0]:,.4~r}, %{customdata[1]:,.4~r}]<br>"
        + told
        + " %{customdata[2]}<extra></extra>",
        "line": {"color": colour, "width": 3, "dash": dash},
        "marker": {"size": 10, "symbol": symbol, "color": colour},
        "name": words(f"sweep.arm.{arm}"),
        "showlegend": several,
    }
    return [
        {**edge, "x": x[known], "y": low},
        {**edge, "x": x[known], "y": high, "fill": "tonexty", "fillcolor": f"rgba({rgb},0.2)"},
        line,
    ]


def _dots(arm: str, x: Array, values: Array) -> dict[str, Any]:
    colour, _, symbol, _ = _ARMS[arm]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": np.repeat(x, values.shape[1]),
        "y": values.ravel(),
        "marker": {"size": 5, "color": colour, "opacity": 0.4, "symbol": symbol},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _axis_of(outcome: str, sweep: Sweep, words: Words) -> str:
    each = words(f"periods.{period_key(sweep.base())}.each")
    return words(f"sweep.outcome.{outcome}.axis", each=each)


def _mark_now(drawn: dict[str, Any], sweep: Sweep, words: Words) -> None:
    """Draw a line where the varied control stands."""
    if outside(sweep):
        return
    span, now = sweep.spans[0], sweep.now[0]
    x, right = now * power_of(span.name), now > (span.low + span.high) / 2
    told = words("sweep.now", value=shown(span.name, now, words))
    where = {"x": x, "xref": "x", "xanchor": "right" if right else "left", "y": 1, "yanchor": "top"}
    drawn["shapes"] += [looks.upright(x, INK, "dash")]
    drawn["annotations"] += [looks.writing(told, **where, font={"size": looks.SIZE, "color": INK})]
