"""Figures of a search for rescues: doses, cost against welfare, winners and losers, until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from experiments import style

_COLUMNS = 2
_PANEL, _ROW, _ENDS = 250, 44, 150
"""Height of a small panel, of a row of names, and of what is above and below [pixels]."""
_KINDS = {"age": "age", "risk": "risk", "income": "income"}


def strengths(
    table: pl.DataFrame, titles: Mapping[str, tuple[str, str]], target: float
) -> go.Figure:
    """Draw the share of collapses over the amount of each lever.

    Parameters
    ----------
    table : polars.DataFrame
        As of `experiments.rescue.findings.strengths_of`.
    titles : mapping of str to (str, str)
        Title of each lever, and what its amount is.
    target : float
        Share that is good enough.
    """
    names = table["lever"].unique(maintain_order=True).to_list()
    rows = -(-len(names) // _COLUMNS)
    figure = make_subplots(
        rows=rows,
        cols=_COLUMNS,
        subplot_titles=[f"<b>{titles[name][0]}</b>" for name in names],
        vertical_spacing=0.32 / max(rows, 2),
        horizontal_spacing=0.08,
    )
    for place, name in enumerate(names):
        cell = {"row": place // _COLUMNS + 1, "col": place % _COLUMNS + 1}
        mine = table.filter(pl.col("lever") == name)
        unit = mine["unit"][0]
        factor = 100.0 if unit == "1" else 1.0
        figure.add_scatter(**_shares(mine, (mine["amount"] * factor).to_list()), **cell)
        figure.add_hline(y=100 * target, line={"dash": "dash", "color": style.GREY}, **cell)
        words = f"{titles[name][1]} [{'%' if unit == '1' else unit}]"
        figure.update_xaxes(title_text=words, title_font_size=13, **cell)
        if name == "year_cap":
            figure.update_xaxes(type="log", **cell)
    figure.update_yaxes(range=[-5, 105], ticksuffix=" %")
    figure.update_layout(template=style.template(), showlegend=False, hovermode="closest")
    figure.update_layout(height=_PANEL * rows + 60, margin={"t": 40})
    return figure


def _shares(rows: pl.DataFrame, x: Sequence[Any]) -> dict[str, Any]:
    """Return a trace of shares with their intervals [%]."""
    share = (100 * rows["p_collapse"]).to_list()
    above = (100 * (rows["p_collapse_high"] - rows["p_collapse"])).to_list()
    below = (100 * (rows["p_collapse"] - rows["p_collapse_low"])).to_list()
    return {
        "x": x,
        "y": share,
        "mode": "lines+markers",
        "line": style.line(style.BLUE, width=2),
        "error_y": {"array": above, "arrayminus": below, "color": style.SKY, "thickness": 2},
        "text": [f"n = {n}" for n in rows["n"].to_list()],
        "hovertemplate": "%{x:,.4~r}: %{y:.3~r} % (%{text})<extra></extra>",
    }


def plane(table: pl.DataFrame) -> go.Figure:
    """Draw rescues by the sponsor's cost and the change of welfare.

    Parameters
    ----------
    table : polars.DataFrame
        Rows of rescues: ``levers``, ``how_little``, ``cost``, ``welfare_change`` with ``_low`` and
        ``_high``, ``dominated``.
    """
    figure = go.Figure(go.Scatter(**_rescues(table)))
    names = [
        f"{number}  {row['levers']} ({row['how_little']})"
        for number, row in enumerate(table.iter_rows(named=True), 1)
    ]
    figure.update_layout(template=style.template(), hovermode="closest")
    figure.update_xaxes(title_text="sponsor’s cost [yuan per member-year]", rangemode="tozero")
    figure.update_yaxes(title_text="change of welfare [yuan per person-year]")
    below = 70 + 20 * len(names)
    figure.update_layout(height=430 + below, margin={"t": 20, "b": below})
    figure.add_annotation(
        text="<br>".join(names), x=0, y=0, xref="paper", yref="paper", xanchor="left",
        yanchor="top", yshift=-56, align="left", showarrow=False,
    )  # fmt: skip
    return figure


def _rescues(table: pl.DataFrame) -> dict[str, Any]:
    """Return a trace of numbered points with intervals, hollow where dominated."""
    change, hollow = table["welfare_change"], table["dominated"].to_list()
    return {
        "x": table["cost"].fill_null(0.0).to_list(),
        "y": change.to_list(),
        "error_y": {
            "array": (table["welfare_change_high"] - change).to_list(),
            "arrayminus": (change - table["welfare_change_low"]).to_list(),
            "color": style.LIGHT_GREY,
        },
        "mode": "markers+text",
        "marker": {
            "size": 12,
            "color": style.BLUE,
            "symbol": ["circle-open" if one else "circle" for one in hollow],
            "line": {"width": 2},
        },
        "text": [str(number) for number in range(1, table.height + 1)],
        "textposition": "top right",
        "customdata": table.select("levers", "how_little").rows(),
        "hovertemplate": "%{customdata[0]} (%{customdata[1]})<br>"
        "cost %{x:,.3~r}, welfare %{y:+,.3~r}<extra></extra>",
    }


def winners(table: pl.DataFrame, order: Sequence[str]) -> go.Figure:
    """Draw mean gains by group as a heat map, with the share of people better off.

    Parameters
    ----------
    table : polars.DataFrame
        As of `experiments.rescue.people.winners`, with ``levers`` and ``how_little``.
    order : sequence of str
        Labels of the rescues from above.
    """
    groups = table.select("kind", "group").unique(maintain_order=True).rows()
    cells = {(r["label"], r["kind"], r["group"]): r for r in table.iter_rows(named=True)}
    rows = [[cells[(label, *group)] for group in groups] for label in order]
    gain = [[row["mean_gain"] for row in line] for line in rows]
    largest = max((abs(value) for line in gain for value in line), default=1.0) or 1.0
    figure = go.Figure(
        go.Heatmap(
            z=gain,
            x=[f"{_KINDS[kind]}<br>{_plain(group)}" for kind, group in groups],
            y=[f"{line[0]['levers']}<br>({line[0]['how_little']})" for line in rows],
            text=[[f"{100 * row['better_off']:.0f} %" for row in line] for line in rows],
            texttemplate="%{text}",
            zmid=0,
            zmin=-largest,
            zmax=largest,
            colorscale=[[0, style.VERMILLION], [0.5, style.PAPER], [1, style.BLUE]],
            colorbar={"title": {"text": "yuan/year"}},
            hovertemplate="%{y}, %{x}: %{z:+,.3~r} yuan a year, %{text} better off<extra></extra>",
        )
    )
    figure.update_layout(template=style.template(), hovermode="closest")
    figure.update_layout(height=_ROW * len(order) + _ENDS, margin={"t": 20})
    figure.update_yaxes(autorange="reversed", tickfont={"size": 12})
    figure.update_xaxes(tickfont={"size": 12}, type="category")
    return figure


def _plain(group: str) -> str:
    return style.AGE_BANDS.get(group, (group,))[0]


def until_when(table: pl.DataFrame) -> go.Figure:
    """Draw the last period in which each dose is in time.

    Parameters
    ----------
    table : polars.DataFrame
        As of `experiments.rescue.words.latest_table`.
    """
    rows = table.with_columns(pl.col("latest_period").fill_null(0)).to_dicts()
    figure = go.Figure(
        go.Scatter(
            x=[row["latest_period"] for row in rows],
            y=[f"{row['levers']}<br>({row['how_much']})" for row in rows],
            mode="markers+text",
            marker={
                "size": 13,
                "color": style.BLUE,
                "symbol": ["circle" if row["in_time"] else "circle-open" for row in rows],
                "line": {"width": 2},
            },
            text=[_told(row) for row in rows],
            textposition="middle right",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    last = rows[0]["of"] if rows else 1
    figure.update_layout(template=style.template(), margin={"t": 20, "r": 150})
    figure.update_layout(height=_ROW * len(rows) + _ENDS)
    figure.update_xaxes(title_text=f"last period in time, of {last}", range=[-1, last])
    figure.update_yaxes(autorange="reversed", tickfont={"size": 12})
    return figure


def _told(row: Mapping[str, Any]) -> str:
    if row["p_collapse"] is None:
        return "too late in period 1"
    low, high = 100 * row["p_collapse_low"], 100 * row["p_collapse_high"]
    return f"{100 * row['p_collapse']:.3g} % [{low:.2g}, {high:.2g}], n = {row['n']}"
