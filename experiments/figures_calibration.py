"""Figures of a calibration: each takes a table and returns a plotly figure."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from experiments import style
from experiments.sweep_report.figures_parts import finished, see_through
from experiments.sweep_report.words import Words, wrapped

_ROW = 30
"""Height of a row of dots [pixels]."""
_ACROSS = 4
_LOWEST = -8.0
"""Log likelihood below which a profile is not drawn: less than a three-thousandth as likely."""


def forecast(
    bands: pl.DataFrame, other: pl.DataFrame | None, seen: pl.DataFrame, measure: Words, last: str
) -> go.Figure:
    """Draw median and both bands over time, and what was observed.

    Parameters
    ----------
    bands : polars.DataFrame
        ``date``, ``median``, ``low_50``, ``high_50``, ``low_90``, ``high_90``.
    other : polars.DataFrame, optional
        The same from posterior runs without the news of 2021.
    seen : polars.DataFrame
        ``date``, ``value``, ``later``, ``as_printed``.
    measure : Words
        What is drawn.
    last : str
        Last day that was used, as a date.
    """
    figure = go.Figure()
    x = bands["date"].to_list()
    for level, opacity in (("90", 0.16), ("50", 0.3)):
        figure.add_scatter(
            x=[*x, *reversed(x)],
            y=[*bands[f"high_{level}"], *bands[f"low_{level}"].reverse()],
            fill="toself",
            fillcolor=see_through(style.BLUE, opacity),
            line={"width": 0},
            mode="lines",
            name=f"{level} % of the posterior runs",
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=x,
        y=bands["median"].to_list(),
        name="median",
        line=style.line(style.BLUE),
        hovertemplate=style.HOVER,
    )
    if other is not None:
        dashed = style.line(style.VERMILLION, "dash", 2)
        name = "median without the news of 2021"
        figure.add_scatter(x=other["date"].to_list(), y=other["median"], name=name, line=dashed)
    _draw_seen(figure, seen)
    figure.add_vline(x=last, line={"color": style.GREY, "dash": "dot", "width": 2})
    figure.update_yaxes(rangemode="tozero")
    return finished(figure, measure, 1.0, "date (the dotted line: last day used)")


def _draw_seen(figure: go.Figure, seen: pl.DataFrame) -> None:
    looks = (
        (False, "observed, used", {"symbol": "circle", "size": 9, "color": style.BLACK}),
        (True, "observed later: for display only",
         {"symbol": "diamond-open", "size": 12, "color": style.BLACK, "line": {"width": 2}}),
    )  # fmt: skip
    for later, name, look in looks:
        part = seen.filter(pl.col("later") == later)
        if part.height:
            figure.add_scatter(
                x=part["date"].to_list(),
                y=part["value"].to_list(),
                name=name,
                mode="markers",
                marker=look,
                text=part["as_printed"].to_list(),
                hovertemplate="%{text}",
            )


def dots(
    table: pl.DataFrame, measure: Words, at: float | None, groups: Sequence[str] = ()
) -> go.Figure:
    """Draw a value with its interval in each row, the first on top.

    Parameters
    ----------
    table : polars.DataFrame
        ``label``, ``value``, ``low``, ``high``; ``group`` if there are several colours.
    measure : Words
        What is drawn.
    at : float or None
        Where a line stands for comparison.
    groups : sequence of str
        Groups in the order of their colours.
    """
    figure = go.Figure()
    colours = (style.BLUE, style.VERMILLION, style.GREEN)
    for group, colour in zip(groups or ("",), colours, strict=False):
        part = table.filter(pl.col("group") == group) if groups else table
        figure.add_scatter(
            x=part["value"].to_list(),
            y=[wrapped(label, 46) for label in part["label"]],
            name=group,
            mode="markers",
            marker={"size": 10, "color": colour},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": (part["high"] - part["value"]).to_list(),
                "arrayminus": (part["value"] - part["low"]).to_list(),
                "color": colour,
                "thickness": 2.5,
                "width": 4,
            },
            showlegend=bool(groups),
            hovertemplate="%{x:.4~r}",
        )
    if at is not None:
        figure.add_vline(x=at, line={"color": style.GREY, "dash": "dot", "width": 2})
    names = table["label"].n_unique()
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_layout(hovermode="closest")
    return finished(figure, measure, 1.0, "", 60 + _ROW * names)


def pinned(table: pl.DataFrame) -> go.Figure:
    """Draw how much of the prior variance of each parameter was learned.

    Parameters
    ----------
    table : polars.DataFrame
        ``parameter``, ``learned`` [1].
    """
    rows = table.sort("learned")
    figure = go.Figure()
    figure.add_bar(
        x=(100 * rows["learned"].clip(0.0, 1.0)).to_list(),
        y=[name.replace("_", " ") for name in rows["parameter"]],
        orientation="h",
        marker_color=style.BLUE,
        hovertemplate="%{x:.0f} %",
    )
    figure.update_xaxes(range=[0, 100])
    figure.update_layout(showlegend=False, hovermode="closest")
    words = Words("learned", "Share of the prior variance that the data removed", "%", "")
    return finished(figure, words, 1.0, "learned [%]", 50 + 24 * rows.height)


def profiles(table: pl.DataFrame) -> go.Figure:
    """Draw, for each parameter, the best fit along its prior and the posterior against the prior.

    Parameters
    ----------
    table : polars.DataFrame
        ``parameter``, ``share``, ``profile``, ``posterior``.
    """
    names = table["parameter"].unique(maintain_order=True).to_list()
    rows = -(-len(names) // _ACROSS)
    figure = make_subplots(
        rows, _ACROSS, subplot_titles=[name.replace("_", " ") for name in names],
        vertical_spacing=0.3 / rows, horizontal_spacing=0.05,
        specs=[[{"t": 0.05 if row == 0 else 0.0}] * _ACROSS for row in range(rows)],
    )  # fmt: skip
    for place, name in enumerate(names):
        part, row, column = table.filter(pl.col("parameter") == name), *divmod(place, _ACROSS)
        where = {"row": row + 1, "col": column + 1}
        x = (100 * part["share"]).to_list()
        heights = part["posterior"].to_numpy()
        density = -_LOWEST * heights / max(float(heights.max()), 1e-9)
        figure.add_bar(x=x, y=density.tolist(), base=_LOWEST, name="posterior",
                       marker_color=see_through(style.SKY, 0.6), showlegend=place == 0,
                       legendgroup="posterior", **where)  # fmt: skip
        figure.add_scatter(x=x, y=part["profile"].clip(_LOWEST, 0.0).to_list(), name="profile",
                           mode="lines", line=style.line(style.VERMILLION, width=2),
                           showlegend=place == 0, legendgroup="profile", **where)  # fmt: skip
    figure.update_xaxes(range=[0, 100], tickvals=[0, 50, 100])
    figure.update_yaxes(range=[_LOWEST, 0.4])
    for note in figure.layout.annotations:
        note.font.size = 11
    words = Words("profile", "Best log likelihood, less the best of all", "", "")
    done = finished(figure, words, 1.0, "", 150 * rows + 60)
    done.update_layout(bargap=0.05, barmode="overlay")
    return done
