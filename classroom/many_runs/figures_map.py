"""An outcome over two controls: a cell for each pair of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.controls.parameter_words import label_of, shown
from classroom.many_runs.axes import across, factor_of, layout_of, outside, power_of, told_now
from classroom.many_runs.sweep import SHARES, Harvest, Summary, Sweep, summary_of
from classroom.setup import A
from experiments.style import PAPER, VERMILLION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classroom.words import Words

_BARE = {"showgrid": False, "zeroline": False}
_WARM = [[0, "#f1f3f6"], [0.25, "#fbd38a"], [0.55, "#e07b28"], [0.8, "#a83c00"], [1, "#571a00"]]
"""Darker is worse; told apart by lightness alone."""
_OF_A_HUNDRED = (*SHARES, "members_kept")


def map_of(harvest: Harvest, results: Sequence[Any], outcome: str, words: Words) -> dict[str, Any]:
    """Return what plotly draws of a sweep of two controls.

    Parameters
    ----------
    harvest, results, outcome, words
        As for `classroom.many_runs.figures.picture_of`.
    """
    sweep = harvest.sweep
    summary = summary_of(outcome, harvest.values(outcome, results, A))
    xs, ys = (
        np.array(axis) * power_of(span.name)
        for axis, span in zip(sweep.axes, sweep.spans, strict=True)
    )
    cells = _cells(sweep, summary, outcome, words) | {"x": xs, "y": ys}
    drawn = layout_of(
        sweep, across(sweep, 0, xs, words) | _BARE, across(sweep, 1, ys, words) | _BARE, words
    )
    return {"data": [cells, *_here(sweep, words)], "layout": drawn}


def _cells(sweep: Sweep, summary: Summary, outcome: str, words: Words) -> dict[str, Any]:
    factor, shape = factor_of(outcome), tuple(len(axis) for axis in sweep.axes)
    value = (factor * summary.value).reshape(shape).T
    tips = np.array(_tips(sweep, summary, outcome, words), dtype=object).reshape(shape).T
    unit = words("sweep.percent") if factor > 1 else ""
    return {
        "type": "heatmap",
        "z": value,
        "customdata": tips.tolist(),
        "text": [["" if np.isnan(one) else f"{one:.3g}" for one in row] for row in value],
        "texttemplate": "%{text}",
        "textfont": {"size": 13},
        "hovertemplate": "%{customdata}<extra></extra>",
        "hoverongaps": False,
        "xgap": 2,
        "ygap": 2,
        "colorscale": _WARM if outcome in SHARES else "Cividis",
        "colorbar": {"thickness": 14, "outlinewidth": 0, "title": {"text": unit}},
        **({"zmin": 0, "zmax": 100} if outcome in _OF_A_HUNDRED else {}),
    }


def _here(sweep: Sweep, words: Words) -> list[dict[str, Any]]:
    """Mark the present setting on the map."""
    if outside(sweep):
        return []
    x, y = (now * power_of(span.name) for now, span in zip(sweep.now, sweep.spans, strict=True))
    told = ", ".join(told_now(sweep, k, words) for k in range(2))
    ring = {
        "size": 21,
        "symbol": "circle-open",
        "color": PAPER,
        "line": {"width": 7, "color": PAPER},
    }
    core = {
        "size": 21,
        "symbol": "circle-open",
        "color": VERMILLION,
        "line": {"width": 3.5, "color": VERMILLION},
    }
    point = {"type": "scatter", "mode": "markers", "x": [x], "y": [y], "cliponaxis": False}
    return [
        {**point, "marker": ring, "hoverinfo": "skip"},
        {
            **point,
            "marker": core,
            "name": words("sweep.now", value=told),
            "hovertemplate": words("sweep.now", value=told) + "<extra></extra>",
        },
    ]


def _tips(sweep: Sweep, summary: Summary, outcome: str, words: Words) -> list[str]:
    factor, label = factor_of(outcome), words(f"sweep.outcome.{outcome}.label")
    unit = words("sweep.percent") if factor > 1 else ""
    return [
        "<br>".join(
            [
                f"<b>{label}: {factor * summary.value[k]:.3g} {unit}</b>",
                f"{words('sweep.hover_interval_' + ('share' if outcome in SHARES else 'median'))} "
                f"{factor * summary.low[k]:.3g}–{factor * summary.high[k]:.3g} {unit}",
                f"{words('sweep.hover_n')} {summary.n[k]}",
                *(
                    f"{label_of(span.name, words)}: {shown(span.name, value, words)}"
                    for span, value in zip(sweep.spans, point, strict=True)
                ),
                words("sweep.hover_click"),
            ]
        )
        if summary.n[k]
        else words("sweep.hover_none")
        for k, point in enumerate(sweep.points)
    ]
