"""The figure of a running model: its axes name units, and only its data moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from experiments import style
from experiments.figures_parts import scale
from experiments.parameters import period_name

if TYPE_CHECKING:
    import polars as pl

    from classroom.session import View

COLOURS = (style.BLUE, style.VERMILLION, style.GREEN, style.ORANGE, style.PURPLE, style.SKY)
HEIGHT = 540
"""Of the figure [pixels]."""
MEMBERS, CONTRIBUTION = 1, 2
"""Panels, from above."""


def members_and_contribution(view: View) -> go.Figure:
    """Draw the members of each plan over time and, below, what they pay and what they cost."""
    # One figure, since every one brings the whole of plotly to the browser.
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.07)
    factor, word = scale(view.history["members"].to_numpy())
    for number, plan in enumerate(view.scenario.plans):
        rows = view.history.filter(view.history["plan"] == plan.name)
        _plan(figure, rows, plan.name, number, len(view.scenario.plans), factor)
    period = period_name(view.scenario.period_length, plural=False)
    _axis(figure, MEMBERS, f"members<br>[{word}people]")
    _axis(figure, CONTRIBUTION, f"contribution<br>[yuan per member<br>per {period}]")
    return _finished(figure, view)


def _plan(
    figure: go.Figure, rows: pl.DataFrame, name: str, number: int, n_plans: int, factor: float
) -> None:
    colour = COLOURS[number % len(COLOURS)]
    paid, cost = style.line(style.GREY, width=1.5), style.line(style.VERMILLION)
    of_plan = ""
    if n_plans > 1:
        paid, cost = style.line(colour, width=1.5), style.line(colour, "dash")
        of_plan = f"{name}: "
    members = rows["members"].to_numpy() / factor
    _line(figure, MEMBERS, rows, members, f"{of_plan}members", style.line(colour))
    _line(figure, CONTRIBUTION, rows, _while_alive(rows, "contribution"), f"{of_plan}paid", paid)
    costs = _while_alive(rows, "expected_cost")
    _line(figure, CONTRIBUTION, rows, costs, f"{of_plan}expected cost of a member", cost)


def _line(
    figure: go.Figure, panel: int, rows: pl.DataFrame, y: Any, name: str, look: dict[str, Any]
) -> None:
    figure.add_scatter(
        x=rows["period"].to_numpy(), y=y, name=name, mode="lines+markers", line=look,
        marker={"size": 5}, cliponaxis=False, connectgaps=False, row=panel, col=1,
    )  # fmt: skip


def _while_alive(rows: pl.DataFrame, name: str) -> Any:
    """Return a column, NaN where nobody was a member: no contribution is not a free one."""
    return np.where(rows["members"].to_numpy() > 0, rows[name].to_numpy(), np.nan)


def _axis(figure: go.Figure, panel: int, title: str) -> None:
    traces = figure.select_traces(row=panel, col=1)
    top = _ceiling(np.concatenate([np.asarray(trace.y, np.float64) for trace in traces]))
    figure.update_yaxes(title_text=title, range=[0, top], hoverformat=",.4~g", row=panel, col=1)


def _ceiling(values: Any) -> float:
    """Return the end of an axis that holds all values: a round number, so that it rests."""
    top = 1.05 * float(np.max(values[np.isfinite(values)], initial=0.0))
    if top <= 0:
        return 10.0
    power = 10.0 ** np.floor(np.log10(top))
    return float(next(m for m in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if m * power >= top) * power)


def _finished(figure: go.Figure, view: View) -> go.Figure:
    scenario = view.scenario
    figure.update_layout(
        template=style.template(), height=HEIGHT, autosize=True,
        margin={"l": 8, "r": 12, "t": 12, "b": 8},
    )  # fmt: skip
    figure.update_xaxes(range=[0, 1.01 * scenario.n_periods], hoverformat=".0f")
    since = f"{period_name(scenario.period_length)} since the opening"
    figure.update_xaxes(title_text=since, row=CONTRIBUTION, col=1)
    empty = not (view.history["members"] > 0).any()
    figure.add_annotation(
        text="The pool is empty:<br>nobody is a member." if empty else "", showarrow=False,
        font_size=18, xref="paper", yref="paper", x=0.5, y=0.8,
    )  # fmt: skip
    return figure
