"""Figures of a comparison: one line a story, and how far each is from the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from experiments import style
from experiments.figures_parts import Array, finished, headings, scale, time_of, while_alive

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

DASHES = ("solid", "dash", "dot", "dashdot")
"""After the eighth line the colours come again, dashed."""


def side_by_side(
    lines: Mapping[str, pl.DataFrame], column: str, what: str, unit: str, clock: str
) -> go.Figure:
    """Draw a column of several histories over one time axis.

    Parameters
    ----------
    lines : mapping of str to polars.DataFrame
        Rows of each story by its label; a story keeps its colour in every figure.
    column : str
        Column to draw; one that begins with ``contribution`` ends with the last member. The first
        line is left out where differences to it are drawn.
    what, unit : str
        Heading of the axis; counts are scaled, and the heading says so.
    clock : str
        What a period is.
    """
    difference = column.endswith("_difference")
    values = {label: _values(rows, column) for label, rows in lines.items()}
    factor, word = (
        scale(np.concatenate(list(values.values()))) if unit.startswith("people") else (1.0, "")
    )
    figure = go.Figure()
    for place, (label, rows) in list(enumerate(lines.items()))[difference:]:
        dash = DASHES[place // len(style.LINES) % len(DASHES)]
        figure.add_scatter(
            x=time_of(rows),
            y=values[label] / factor,
            name=label,
            mode="lines",
            line=style.line(style.LINES[place % len(style.LINES)], dash),
            hovertemplate=style.HOVER,
        )
    if not difference:
        figure.update_yaxes(rangemode="tozero")
    headings(figure, (what, f"{word}{unit}"))
    return finished(figure, max(lines.values(), key=lambda rows: rows.height), clock)


def _values(rows: pl.DataFrame, column: str) -> Array:
    if column.startswith("contribution"):
        return while_alive(rows, column)
    return rows[column].to_numpy().astype(np.float64)
