"""The map: a measure over two factors, with what is not settled and what theory says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go
import polars as pl

from experiments import style
from experiments.sweep_report.figures_parts import Places, drawn_scale, finished, hover_of
from experiments.sweep_report.words import Words, is_share

Array = np.ndarray[Any, Any]

HALF = 0.5
_WRITTEN = 8
"""Columns up to which values are written into the cells."""
_BODY = 420
_DASHES = ("dash", "dot", "dashdot")


def phase_map(
    table: pl.DataFrame,
    x: Words,
    y: Words,
    measure: Words,
    boundary: pl.DataFrame | None = None,
) -> go.Figure:
    """Draw a measure over two factors, a cell for each pair of values.

    A share of runs has the line along which it is one half, and a mark on every cell whose
    interval holds one half.

    Parameters
    ----------
    table : polars.DataFrame
        Columns of ``x`` and ``y``, ``value``, ``low``, ``high``, ``n``.
    x, y, measure : Words
        What is on the axes and in the cells.
    boundary : polars.DataFrame, optional
        Columns ``x``, ``y`` (in the factors' units) and ``label``: curves to draw over the cells.
    """
    across, up = (Places(_sides(table[words.name]), even=True) for words in (x, y))
    cells = _cells(table, measure, (up, up.of(table[y.name])), (across, across.of(table[x.name])))
    figure, factor = go.Figure(), drawn_scale(table, measure)
    figure.add_heatmap(
        z=cells["value"] / factor,
        customdata=_tips(cells["tip"], across, up, x, y),
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        xgap=0.5,
        ygap=0.5,
        **_colours(cells["value"] / factor, measure),
        **_written(cells["value"] / factor),
    )
    if is_share(measure.name):
        _draw_half(figure, cells)
    for place, (label, curve) in enumerate(_curves(boundary)):
        _draw_curve(
            figure, across.between(list(curve["x"])), up.between(list(curve["y"])), label, place
        )
    across.dress(figure.update_xaxes, x)
    up.dress(figure.update_yaxes, y)
    figure.update_xaxes(showgrid=False)
    figure.update_yaxes(showgrid=False, title_text=y.axis)
    figure.update_layout(hovermode="closest")
    return finished(figure, measure, factor, x.axis, height=_BODY)


def _sides(values: pl.Series) -> pl.Series:
    """Return each value once, numbers in order and names as they come."""
    once = values.unique(maintain_order=True)
    return once.sort(nulls_last=True) if once.dtype.is_numeric() else once


def _cells(
    table: pl.DataFrame,
    measure: Words,
    up: tuple[Places, list[int]],
    across: tuple[Places, list[int]],
) -> dict[str, Array]:
    """Return value, low, high and hover text as arrays of shape (rows, columns)."""
    shape, at = (len(up[0].values), len(across[0].values)), (up[1], across[1])
    cells: dict[str, Array] = {}
    for name in ("value", "low", "high"):
        cells[name] = np.full(shape, np.nan)
        cells[name][at] = table[name].cast(pl.Float64).fill_null(math.nan).to_numpy()
    cells["tip"] = np.full(shape, "", dtype=object)
    cells["tip"][at] = hover_of(table, measure)
    return cells


def _tips(rows: Array, across: Places, up: Places, x: Words, y: Words) -> list[list[str]]:
    columns = [x.at(value) for value in across.values]
    lines = [y.at(value) for value in up.values]
    return [
        [
            f"{tip or 'no runs'}<br>{column}, {line}"
            for tip, column in zip(row, columns, strict=True)
        ]
        for row, line in zip(rows, lines, strict=True)
    ]


def _colours(values: Array, measure: Words) -> dict[str, Any]:
    """Return the scale: from dark to light, or from two sides of zero where both signs occur."""
    bar = {"thickness": 14, "outlinewidth": 0, "ticks": "outside", "len": 1.0, "x": 1.01}
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if is_share(measure.name):
        return {"colorscale": "Cividis", "zmin": 0, "zmax": 100, "colorbar": bar}
    if low < 0 < high:
        most = max(-low, high)
        sides = [[0, style.VERMILLION], [0.5, "#f7f7f7"], [1, style.BLUE]]
        return {"colorscale": sides, "zmin": -most, "zmax": most, "colorbar": bar}
    return {"colorscale": "Cividis", "zmin": low, "zmax": high, "colorbar": bar}


def _written(values: Array) -> dict[str, Any]:
    if values.shape[1] > _WRITTEN or values.shape[0] > 2 * _WRITTEN:
        return {}
    # The empty line lifts the number above the mark in the middle of its cell.
    return {"texttemplate": "%{z:.3~g}<br> ", "textfont": {"size": 12}}


def _draw_half(figure: go.Figure, cells: dict[str, Array]) -> None:
    unsure = (cells["low"] <= HALF) & (cells["high"] >= HALF)
    rows, columns = np.nonzero(unsure)
    low, high = np.nanmin(cells["value"]), np.nanmax(cells["value"])
    if min(cells["value"].shape) > 1 and low < HALF < high:
        figure.add_contour(
            z=cells["value"],
            contours={"start": HALF, "end": HALF, "size": 1, "coloring": "none"},
            line={"color": style.BLACK, "width": 2.5, "smoothing": 0},
            showscale=False,
            hoverinfo="skip",
            name="one half, between cells",
            showlegend=True,
        )
    figure.add_scatter(
        x=columns.tolist(),
        y=rows.tolist(),
        mode="markers",
        name="interval holds one half",
        marker={
            "size": 6,
            "color": style.PAPER,
            "line": {"color": style.BLACK, "width": 1},
        },
        hoverinfo="skip",
        showlegend=bool(rows.size),
    )


def _curves(boundary: pl.DataFrame | None) -> list[tuple[str, pl.DataFrame]]:
    if boundary is None or not boundary.height:
        return []
    parts = boundary.partition_by("label", maintain_order=True)
    return [(str(part["label"][0]), part) for part in parts]


def _draw_curve(figure: go.Figure, x: list[Any], y: list[Any], label: str, place: int) -> None:
    """Draw a curve so that it is seen on dark and on light cells."""
    for colour, width, dash in (
        (style.PAPER, 6, "solid"),
        (style.VERMILLION, 3, _DASHES[place % len(_DASHES)]),
    ):
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines",
            name=label,
            line=style.line(colour, dash, width),
            hoverinfo="skip",
            showlegend=colour != style.PAPER,
        )
