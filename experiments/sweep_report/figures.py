"""Figures of a sweep: each takes an aggregated table and words, and returns a plotly figure.

Tables have ``value``, ``low`` and ``high`` (an interval or a band) and ``n`` (runs) besides the
columns they are drawn over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import polars as pl

from experiments import style
from experiments.sweep_report.figures_parts import (
    Places,
    colours,
    draw_band,
    drawn_scale,
    finished,
    hover_of,
    reach,
)
from experiments.sweep_report.summaries import VERDICTS
from experiments.sweep_report.words import (
    Words,
    is_share,
    plain,
    value_words,
    wrapped,
)

VERDICT_COLOURS = {
    "collapsed": style.VERMILLION,
    "spiral": style.ORANGE,
    "run": style.PURPLE,
    "eroding": style.YELLOW,
    "stable": style.GREEN,
    "growing": style.BLUE,
    "failed": style.BLACK,
}
_ASIDE = 0.1
"""How far dots of one name stand apart, in names."""
_ROW, _LINE = 34, 17
"""Height of a row of dots, and of a line of its name [pixels]."""


def lines(table: pl.DataFrame, x: Words, measure: Words, by: Words | None = None) -> go.Figure:
    """Draw a measure along a factor with its interval, a line for each value of another one.

    Parameters
    ----------
    table : polars.DataFrame
        Columns of ``x``, ``by``, ``value``, ``low``, ``high``, ``n``.
    x, measure, by : Words
        What is on the axes, and what tells the lines apart.
    """
    figure, factor = go.Figure(), drawn_scale(table, measure)
    places = Places(table[x.name])
    groups = [None] if by is None else table[by.name].unique(maintain_order=True).to_list()
    numeric = by is not None and table[by.name].dtype.is_numeric()
    mode = "markers" if places.even else "lines+markers"
    for i, colour in enumerate(colours(len(groups), numeric)):
        mine = table if by is None else table.filter(pl.col(by.name).eq_missing(groups[i]))
        name = "" if by is None else by.at(groups[i])
        aside = _ASIDE * (i - (len(groups) - 1) / 2) if places.even else 0.0
        at = [place + aside for place in places.of(mine[x.name])]
        faint = _faint(len(groups))
        draw_band(figure, mine, at, name, colour, factor, measure, mode, faint)
    figure.update_layout(showlegend=by is not None)
    places.dress(figure.update_xaxes, x)
    _from_zero(figure.update_yaxes, table, measure)
    return finished(figure, measure, factor, x.axis)


@dataclass(frozen=True)
class Shared:
    """What the panels of one drawing have in common."""

    table: pl.DataFrame
    """Everything that is drawn in them, so that they share one axis."""
    first: pl.DataFrame | None = None
    """Drawn in grey behind each of them."""


def over_time(
    table: pl.DataFrame,
    measure: Words,
    clock: str,
    by: Words | None = None,
    shared: Shared | None = None,
) -> go.Figure:
    """Draw median and band of a recorded column over the periods.

    Parameters
    ----------
    table : polars.DataFrame
        Columns ``period``, of ``by``, ``value``, ``low``, ``high``, ``n``.
    measure : Words
        What is drawn.
    clock : str
        What a period is.
    by : Words, optional
        What tells the lines apart.
    shared : Shared, optional
        What the panels of one drawing have in common.
    """
    everything = table if shared is None else shared.table
    figure, factor = go.Figure(), drawn_scale(everything, measure)
    if shared is not None and shared.first is not None:
        figure.add_scatter(
            x=shared.first["period"].to_list(),
            y=(shared.first["value"] / factor).to_list(),
            mode="lines",
            line=style.line(style.GREY, width=2),
            hoverinfo="skip",
        )
    groups = [None] if by is None else table[by.name].unique(maintain_order=True).to_list()
    numeric = by is not None and table[by.name].dtype.is_numeric()
    for value, colour in zip(groups, colours(len(groups), numeric), strict=True):
        mine = table if by is None else table.filter(pl.col(by.name).eq_missing(value))
        name = "" if by is None else by.at(value)
        at = mine["period"].to_list()
        faint = _faint(len(groups))
        draw_band(figure, mine, at, name, colour, factor, measure, "lines", faint)
    figure.update_layout(showlegend=len(groups) > 1)
    _from_zero(figure.update_yaxes, everything, measure, factor)
    return finished(figure, measure, factor, f"Period [{clock}]")


def dots(
    table: pl.DataFrame,
    measures: Sequence[Words],
    names: Sequence[str] = (),
    heading: Words | None = None,
) -> go.Figure:
    """Draw values with intervals beside their names, from top to bottom in the table's order.

    Parameters
    ----------
    table : polars.DataFrame
        Columns ``row`` (name), ``measure``, ``value``, ``low``, ``high``, ``n``.
    measures : sequence of Words
        What is drawn; several share the axis and are told apart by colour.
    names : sequence of str
        Words of the legend where there are several.
    heading : Words, optional
        What the axis shows where there are several.
    """
    what = heading or measures[0]
    figure, factor = go.Figure(), drawn_scale(table, what)
    rows = table["row"].unique(maintain_order=True).to_list()
    place = {row: len(rows) - 1 - i for i, row in enumerate(rows)}
    gap = 0.7 / max(len(measures), 1)
    for i, (measure, colour) in enumerate(
        zip(measures, colours(len(measures), len(measures) > 3), strict=True)
    ):
        mine = table.filter(pl.col("measure") == measure.name)
        shift = gap * ((len(measures) - 1) / 2 - i)
        value = mine["value"] / factor
        figure.add_scatter(
            x=value.to_list(),
            y=[place[row] + shift for row in mine["row"]],
            error_x=reach(mine, factor, colour),
            name=names[i] if names else measure.label,
            mode="markers",
            cliponaxis=False,
            marker={"color": colour, "size": 10, "line": {"color": style.INK, "width": 1}},
            customdata=hover_of(mine, measure),
            hovertemplate="%{customdata}<extra></extra>",
        )
    _from_zero(figure.update_xaxes, table, what)
    figure.update_layout(showlegend=len(measures) > 1, hovermode="closest")
    per_row = max(_ROW, 14 * len(measures))
    return finished(figure, what, factor, "", height=_named_rows(figure, place, per_row))


def _named_rows(figure: go.Figure, place: dict[str, int], per_row: int) -> int:
    """Write names at their places on the vertical axis, and return the height they need."""
    labels = [wrapped(plain(row), 20) for row in place]
    ticks = {"tickvals": list(place.values()), "ticktext": labels}
    figure.update_yaxes(range=[-0.6, len(place) - 0.4], showgrid=False, zeroline=False, **ticks)
    tallest = max((label.count("<br>") for label in labels), default=0)
    return len(place) * max(per_row, _LINE * (1 + tallest) + 6)


def verdicts(table: pl.DataFrame, x: Words) -> go.Figure:
    """Draw which share of the runs came to which verdict along a factor.

    Parameters
    ----------
    table : polars.DataFrame
        As of `experiments.sweep_report.summaries.verdict_shares`.
    x : Words
        The factor.
    """
    figure, places = go.Figure(), Places(table[x.name], even=True)
    tips = [f"{value_words(v)}, n = {n:,}" for v, n in table.select(x.name, "n").iter_rows()]
    for name in (*VERDICTS, "failed"):
        if table[name].sum() == 0:
            continue
        figure.add_bar(
            x=places.of(table[x.name]),
            y=(100 * table[name]).to_list(),
            name=name,
            marker={"color": VERDICT_COLOURS[name], "line": {"color": style.PAPER, "width": 0.5}},
            customdata=tips,
            hovertemplate="%{y:.3~g} % " + name + " (%{customdata})<extra></extra>",
        )
    figure.update_layout(barmode="stack", bargap=0.06)
    figure.update_yaxes(range=[0, 100])
    places.dress(figure.update_xaxes, x)
    return finished(figure, Words("outcome", "Share of runs by verdict", "%", ""), 1.0, x.axis)


def cloud(dots_: pl.DataFrame, parts: pl.DataFrame, x: Words, measure: Words) -> go.Figure:
    """Draw the points of a sampled design against one factor, and the mean through them.

    Parameters
    ----------
    dots_ : polars.DataFrame
        Columns of ``x`` and ``value``: means of points.
    parts : polars.DataFrame
        Columns of ``x``, ``value``, ``low``, ``high``, ``n``: means over parts of the range.
    x, measure : Words
        What is on the axes.
    """
    figure, factor = go.Figure(), drawn_scale(dots_, measure)
    numeric = parts[x.name].dtype.is_numeric()
    places = Places(parts[x.name])
    figure.add_scatter(
        x=places.of(dots_[x.name]),
        y=(dots_["value"] / factor).to_list(),
        name="points (means of their replicates)",
        mode="markers",
        marker={"color": style.SKY, "size": 5, "opacity": 0.45},
        hovertemplate=style.HOVER,
    )
    mode = "lines+markers" if numeric else "markers"
    name = "mean of points alike in this factor"
    draw_band(figure, parts, places.of(parts[x.name]), name, style.INK, factor, measure, mode)
    figure.update_layout(hovermode="closest")
    places.dress(figure.update_xaxes, x, span=dots_[x.name])
    _from_zero(figure.update_yaxes, dots_, measure)
    return finished(figure, measure, factor, x.axis)


def _faint(n: int) -> float:
    """Return how opaque each of n bands is, so that all are seen where they overlap."""
    return 0.2 if n <= 3 else 0.1


def _from_zero(
    update: Any, table: pl.DataFrame, measure: Words, factor: float | None = None
) -> None:
    """Let an axis begin at zero, a share's axis end at one, and shared panels agree."""
    if is_share(measure.name):
        update(range=[-3, 103])
    elif factor is not None and table["high"].len():
        top = float(table["high"].max() or table["value"].max() or 0.0) / factor  # type: ignore[arg-type]
        low = min(0.0, float(table["low"].min() or 0.0) / factor)  # type: ignore[arg-type]
        update(range=[low - 0.03 * (top - low), top + 0.05 * (top - low)])
    else:
        update(rangemode="tozero")
