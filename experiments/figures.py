"""Figures: each takes a table and returns a plotly figure.

Tables are one plan's rows of a history (`model.metrics.COLUMNS`), cost curves, or observations.
Every axis names what it shows and its unit; counts and money are scaled to thousands, millions or
billions where the numbers ask for it, and the axis says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from experiments import style
from experiments.figures_parts import (
    draw_line,
    draw_news,
    draw_points,
    exits_of,
    filled,
    finished,
    headings,
    panels,
    scale,
    time_of,
    while_alive,
)
from experiments.style import line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from model import Event


def members(
    rows: pl.DataFrame,
    clock: str = "period",
    observed: pl.DataFrame | None = None,
    events: Sequence[Event] = (),
) -> go.Figure:
    """Draw members over time and, below, exits a period by cause."""
    figure = panels((0.56, 0.44))
    factor, word = scale(rows["members"].to_numpy())
    exits = exits_of(rows)
    closed = style.CAUSES["plan_closed"][0]
    others = sum((v for words, _, v in exits if words != closed), np.zeros(1))
    exit_factor, exit_word = scale(others if others.any() else np.zeros(1))
    draw_line(figure, rows, rows["members"].to_numpy() / factor, "members", style.BLUE)
    draw_points(figure, rows, observed, "members", factor)
    for words, colour, values in exits:
        figure.add_bar(
            x=time_of(rows)[1:],
            y=values / exit_factor,
            name=words,
            marker_color=colour,
            hovertemplate=style.HOVER,
            row=2,
            col=1,
        )
    draw_news(figure, rows, events)
    figure.update_yaxes(rangemode="tozero")
    if others.any():  # a plan that closes at once would flatten all the rest
        figure.update_yaxes(range=[0, 1.08 * float(others.max()) / exit_factor], row=2, col=1)
    headings(figure, ("Members", f"{word}people"), ("Exits", f"{exit_word}people a period"))
    return finished(figure, rows, clock)


def contribution(
    rows: pl.DataFrame, clock: str = "period", observed: pl.DataFrame | None = None
) -> go.Figure:
    """Draw the contribution of a period and, below, of the trailing year."""
    figure = panels()
    drawn = (
        ("contribution", "in the period", style.BLUE, "contribution_per_member"),
        (
            "contribution_year",
            "in the trailing year",
            style.VERMILLION,
            "contribution_per_member_year",
        ),
    )
    for panel, (name, words, colour, seen) in enumerate(drawn, 1):
        draw_line(figure, rows, while_alive(rows, name), words, colour, panel)
        draw_points(figure, rows, observed, seen, 1.0, panel, legend=panel == 1)
    figure.update_yaxes(rangemode="tozero")
    headings(
        figure,
        ("Contribution", "yuan per member per period"),
        ("Contribution, trailing year", "yuan per member per year"),
    )
    return finished(figure, rows, clock)


def ledger(rows: pl.DataFrame, clock: str = "period") -> go.Figure:
    """Draw what moved the members' mean expected cost: bars by component, the sum as a line."""
    figure = go.Figure()
    x = time_of(rows)[1:]
    parts = {name: filled(rows, f"ledger_{name}")[1:] for name in style.LEDGER}
    for name, (words, colour) in style.LEDGER.items():
        figure.add_bar(
            x=x, y=parts[name], name=words, marker_color=colour, hovertemplate=style.HOVER
        )
    net = np.sum(list(parts.values()), axis=0)
    figure.add_scatter(
        x=x,
        y=net,
        name="sum",
        mode="lines",
        line=line(style.BLACK, width=2),
        hovertemplate=style.HOVER,
    )
    headings(figure, ("Change of mean expected cost", "yuan per member per period"))
    return finished(figure, rows, clock)


def who_pays(rows: pl.DataFrame, by: str, clock: str = "period") -> go.Figure:
    """Draw what groups pay beyond their loaded expected cost.

    Parameters
    ----------
    rows : polars.DataFrame
        One plan's history; `model.metrics.COLUMNS` names its ``cross_subsidy_…``.
    by : str
        ``age`` or ``quartile``.
    clock : str
        What a period is.
    """
    figure = go.Figure()
    names = {"age": style.AGE_BANDS, "quartile": style.QUARTILES}[by]
    values = {name: filled(rows, f"cross_subsidy_{by}_{name}") for name in names}
    factor, word = scale(np.sum([np.abs(v) for v in values.values()], axis=0) / 2)
    for name, (words, colour) in names.items():
        figure.add_bar(
            x=time_of(rows),
            y=values[name] / factor,
            name=words,
            marker_color=colour,
            hovertemplate=style.HOVER,
        )
    headings(figure, ("Paid beyond expected cost", f"{word}yuan a period"))
    figure.update_layout(bargap=0)
    figure.update_xaxes(nticks=5)
    return finished(figure, rows, clock)


def feelings(rows: pl.DataFrame, clock: str = "period") -> go.Figure:
    """Draw mean sentiment and, below, the share of each risk quartile that is still in."""
    figure = panels()
    draw_line(figure, rows, rows["sentiment"].to_numpy(), "mean sentiment", style.PURPLE)
    for name, (words, colour) in style.QUARTILES.items():
        share = 100 * rows[f"still_in_quartile_{name}"].to_numpy()
        draw_line(figure, rows, share, words, colour, 2)
    figure.update_yaxes(rangemode="tozero", row=2, col=1)
    headings(figure, ("Mean sentiment", "−1 to 1"), ("Still in", "% of the eligible"))
    return finished(figure, rows, clock)


def aided(
    rows: pl.DataFrame, clock: str = "period", observed: pl.DataFrame | None = None
) -> go.Figure:
    """Draw how many cases were paid for since the opening."""
    figure = go.Figure()
    total = np.cumsum(filled(rows, "aided"))
    factor, word = scale(total)
    draw_line(figure, rows, total / factor, "model", style.BLUE, None)
    draw_points(figure, rows, observed, "aided_cumulative", factor, None)
    figure.update_yaxes(rangemode="tozero")
    headings(figure, ("Aided so far", f"{word}people"))
    return finished(figure, rows, clock)


def curves(table: pl.DataFrame, take_up: float, contribution: float) -> go.Figure:
    """Draw demand, average cost and marginal cost, and where the pool stands.

    Parameters
    ----------
    table : polars.DataFrame
        ``take_up`` [1], ``demand``, ``average_cost``, ``marginal_cost`` [yuan per period].
    take_up, contribution : float
        Of the pool: share of the eligible who are members [1]; [yuan per member per period].
    """
    figure = go.Figure()
    drawn = (
        ("demand", "demand", line(style.BLUE)),
        ("average_cost", "average cost", line(style.VERMILLION, "dash")),
        ("marginal_cost", "marginal cost", line(style.GREEN, "dot")),
    )
    share = 100 * table["take_up"].to_numpy()
    for name, words, look in drawn:
        values = table[name].to_numpy()
        y = np.where(np.isfinite(values), values, np.nan)
        figure.add_scatter(
            x=share, y=y, name=words, mode="lines", line=look, hovertemplate=style.HOVER
        )
    if np.isfinite(take_up):
        figure.add_scatter(
            x=[100 * take_up], y=[contribution], name="the pool", mode="markers",
            marker={"size": 15, "color": style.BLACK, "line": {"color": "#ffffff", "width": 2}},
        )  # fmt: skip
    if not table.height:
        figure.add_annotation(text="nobody is eligible", showarrow=False, font_size=18)
    figure.update_layout(template=style.template())
    figure.update_xaxes(title_text="members ÷ eligible [%]", range=[0, 102], hoverformat=".1f")
    figure.update_yaxes(range=[0, _ceiling(table, contribution)])
    headings(figure, ("Contribution, cost", "yuan per member per period"))
    return figure


def _ceiling(table: pl.DataFrame, contribution: float) -> float:
    """Return an end of the axis that shows where curves cross, not the most willing person."""
    heights = [contribution, 1e-6]
    for name in ("demand", "average_cost", "marginal_cost"):
        values = table[name].to_numpy()
        values = values[np.isfinite(values)]
        if values.size:
            heights.append(float(np.quantile(values, 0.9)))
    return 1.15 * max(heights)
