"""Parts that figures are made of: panels, lines, points, and what they all end with."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from experiments import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from model import Event

Array = np.ndarray[Any, Any]

SMALLEST_SHARE = 0.005
"""Causes with a smaller share of all exits are drawn together."""

_MARKS = (
    (False, "observed", {"symbol": "circle", "color": style.BLACK, "size": 9}),
    (True, "observed later: for display only", {"symbol": "diamond-open", "color": style.BLACK,
                                                "size": 11, "line": {"width": 2}}),
)  # fmt: skip


def plotly_js() -> str:
    """Return the script that draws figures in a page, to be put inside it once."""
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


def panels(heights: Sequence[float] = (0.5, 0.5)) -> go.Figure:
    """Return a figure with two panels over one time axis."""
    return make_subplots(
        rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.16, row_heights=list(heights)
    )


def headings(figure: go.Figure, *texts: tuple[str, str]) -> None:
    """Write over each panel what its axis shows, and the unit; a phone has no room beside it."""
    for number, (what, unit) in enumerate(texts, 1):
        axis = "" if number == 1 else str(number)
        figure.add_annotation(
            text=f"<b>{what}</b><br>[{unit}]",
            xref=f"x{axis} domain",
            yref=f"y{axis} domain",
            x=0,
            y=1,
            xanchor="left",
            yanchor="bottom",
            xshift=-36,
            yshift=4,
            align="left",
            showarrow=False,
        )


def finished(figure: go.Figure, rows: pl.DataFrame, clock: str) -> go.Figure:
    """Give a figure over time its template and the title of its time axis."""
    dated = rows["date"].null_count() == 0
    figure.update_layout(template=style.template())
    last = figure.layout.xaxis2 if "xaxis2" in figure.layout else figure.layout.xaxis
    last.title.text = "date (end of the period)" if dated else f"period [{clock}]"
    if dated:  # half-months differ by a day; bars of one width would leave gaps
        days = [d.toordinal() for d in rows["date"].to_list()]
        widest = max((b - a for a, b in itertools.pairwise(days)), default=1)
        figure.update_traces(width=widest * 86_400_000, selector={"type": "bar"})
    return figure


def time_of(rows: pl.DataFrame) -> list[Any]:
    """Return where rows stand on the time axis: their date if there is a calendar, or period."""
    name = "date" if rows["date"].null_count() == 0 else "period"
    return list(rows[name].to_list())


def draw_line(
    figure: go.Figure,
    rows: pl.DataFrame,
    values: Array,
    name: str,
    colour: str,
    panel: int | None = 1,
) -> None:
    """Add a line over time to a panel; None for a figure without panels."""
    place = {} if panel is None else {"row": panel, "col": 1}
    figure.add_scatter(
        x=time_of(rows),
        y=values,
        name=name,
        mode="lines",
        line=style.line(colour),
        hovertemplate=style.HOVER,
        **place,
    )


def draw_points(
    figure: go.Figure,
    rows: pl.DataFrame,
    observed: pl.DataFrame | None,
    variable: str,
    factor: float,
    panel: int | None = 1,
    legend: bool = True,
) -> None:
    """Add what was observed of a variable: filled up to the last day used, open after it."""
    if observed is None:
        return
    dated = rows["date"].null_count() == 0
    seen = observed.filter(observed["variable"] == variable)
    seen = seen if dated else seen.filter(seen["period"].is_not_null())
    place = {} if panel is None else {"row": panel, "col": 1}
    for later, words, look in _MARKS:
        part = seen.filter(seen["later"] == later)
        if not part.height:
            continue
        texts = [
            ", ".join(filter(None, (row["as_printed"], row["qualifier"], row["source"])))
            for row in part.iter_rows(named=True)
        ]
        figure.add_scatter(
            x=part["date" if dated else "period"].to_list(),
            y=(part["value"] / factor).to_numpy(),
            name=words,
            mode="markers",
            marker=look,
            text=texts,
            hovertemplate="%{text}",
            legendgroup=words,
            showlegend=legend,
            **place,
        )


def draw_news(figure: go.Figure, rows: pl.DataFrame, events: Sequence[Event]) -> None:
    """Add a triangle on the axis for each piece of news, pointing up if it is good."""
    periods, x = rows["period"].to_numpy(), time_of(rows)
    told = [event for event in events if event.period <= periods[-1]]
    if not told:
        return
    figure.add_scatter(
        x=[x[int(np.searchsorted(periods, event.period))] for event in told],
        y=[0] * len(told),
        name="news",
        mode="markers",
        marker={
            "symbol": ["triangle-up" if event.news >= 0 else "triangle-down" for event in told],
            "size": 12,
            "color": style.PURPLE,
            "line": {"color": style.INK, "width": 1},
        },
        text=[f"{event.label or 'news'} ({event.news:+g})" for event in told],
        hovertemplate="%{text}",
        cliponaxis=False,
        row=1,
        col=1,
    )


def exits_of(rows: pl.DataFrame) -> list[tuple[str, str, Array]]:
    """Return words, colour and exits a period of each cause; rare causes together, at the end."""
    exits = {cause: filled(rows, f"left_{cause}")[1:] for cause in style.CAUSES}
    total = sum(float(values.sum()) for values in exits.values())
    drawn, rare = [], np.zeros(max(rows.height - 1, 0))
    for cause, values in exits.items():
        if values.sum() > SMALLEST_SHARE * total:
            drawn.append((*style.CAUSES[cause], values))
        else:
            rare = rare + values
    if rare.sum() > 0:
        drawn.append(("other causes", style.INK, rare))
    return drawn


def filled(rows: pl.DataFrame, name: str) -> Array:
    """Return a column with zeros in place of what is not a number."""
    values: Array = np.nan_to_num(rows[name].to_numpy().astype(np.float64))
    return values


def while_alive(rows: pl.DataFrame, name: str) -> Array:
    """Return a column as long as there are members, not a number after that."""
    members = rows["members"].to_numpy()
    payers = np.maximum(members, np.concatenate([members[:1], members[:-1]]))
    return np.where(payers > 0, rows[name].to_numpy(), np.nan)


def scale(values: Any) -> tuple[float, str]:
    """Return a factor to divide by and its name with a space: (1e6, "million ") or (1, "")."""
    sizes = np.abs(np.asarray(values, np.float64))
    largest = float(np.max(sizes[np.isfinite(sizes)], initial=0.0))
    for least, factor, word in (
        (1e9, 1e9, "billion "),
        (1e6, 1e6, "million "),
        (2e4, 1e3, "thousand "),
    ):
        if largest >= least:
            return factor, word
    return 1.0, ""
