"""A box of factor values, drawn as the part of each factor's range that lies inside."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
import polars as pl

from experiments import style
from experiments.sweep_report.figures_parts import finished
from experiments.sweep_report.words import Words, value_words, wrapped

_ROW = 62


def limits_of(
    limits: pl.DataFrame,
    ranges: Mapping[str, tuple[float, float] | list[str]],
    labels: Mapping[str, str],
) -> go.Figure:
    """Draw the demands of one box.

    Parameters
    ----------
    limits : polars.DataFrame
        Columns ``factor``, ``low``, ``high`` and ``among`` (categories, as text), a row a factor.
    ranges : mapping
        Smallest and largest value of each factor that was tried, or its categories.
    labels : mapping
        Words and unit of each factor.
    """
    figure = go.Figure()
    for place, row in enumerate(limits.reverse().iter_rows(named=True)):
        span = ranges[row["factor"]]
        start, end, words = _place(row["low"], row["high"], row["among"], span)
        for left, right, colour in ((0.0, 100.0, style.GRID), (start, end, style.BLUE)):
            figure.add_scatter(
                x=[left, right],
                y=[place, place],
                mode="lines",
                line={"color": colour, "width": 16},
                hoverinfo="skip",
            )
        name = f"<b>{wrapped(labels[row['factor']], 44)}</b><br>{wrapped(words, 50)}"
        figure.add_annotation(
            x=0, y=place, text=name, showarrow=False, xanchor="left", yanchor="bottom",
            align="left", yshift=9,
        )  # fmt: skip
    figure.update_layout(showlegend=False, hovermode=False)
    figure.update_yaxes(visible=False, range=[-0.4, limits.height - 0.1])
    figure.update_xaxes(range=[-1, 101])
    what = Words("box", "Part of the range inside the box", "", "")
    return finished(figure, what, 1.0, "Position in the factor's range [%]", _ROW * limits.height)


def _place(
    low: float | None,
    high: float | None,
    among: str | None,
    span: tuple[float, float] | list[str],
) -> tuple[float, float, str]:
    """Return where a demand begins and ends in the range [%], and its words."""
    if isinstance(span, list):
        kept = (among or "").split(", ")
        return 0.0, 100.0 * len(kept) / len(span), f"{among} (of {', '.join(span)})"
    least, most = span
    width = (most - least) or 1.0
    start, end = (low if low is not None else least), (high if high is not None else most)
    words = f"{value_words(start)} to {value_words(end)}"
    whole = f"{value_words(least)} to {value_words(most)}"
    return 100 * (start - least) / width, 100 * (end - least) / width, f"{words} (tried: {whole})"
