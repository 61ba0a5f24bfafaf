"""Parts of the figures of a sweep: places on an axis, bands, colours, headings, notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import polars as pl

from experiments import style
from experiments.figures_parts import scale
from experiments.sweep_report.words import (
    Words,
    is_share,
    measured,
    one_or_range,
    value_words,
    wrapped,
)

NOTE_WIDTH = 58
"""Letters in a line of a note; a phone has room for as many."""
_HEADING_WIDTH = 49
_NOTE_SIZE, _HEADING_SIZE, _LINE, _BODY = 12, 14, 18, 320
_MOST_TICKS = 9
_MOST_NAMED = 12


class Places:
    """Where values of a factor stand on an axis: numbers where they are, names side by side.

    Parameters
    ----------
    values : polars.Series
        Values of the factor, in the order in which names stand.
    even : bool
        Put numbers side by side too, as bars and cells want it.
    """

    def __init__(self, values: pl.Series, *, even: bool = False) -> None:
        self.values = values.unique(maintain_order=True).to_list()
        self.even = even or not values.dtype.is_numeric()
        known = np.array([v for v in self.values if isinstance(v, int | float)], dtype=np.float64)
        self.is_log = (
            not self.even and known.size > 2 and known.min() > 0 and _evener(np.log(known), known)
        )

    def of(self, values: pl.Series) -> list[Any]:
        """Return places of values."""
        if not self.even:
            return values.to_list()
        place = {value: i for i, value in enumerate(self.values)}
        return [place[value] for value in values]

    def between(self, values: Sequence[float]) -> list[float | None]:
        """Return places of numbers that need not be among the values; None outside of them."""
        known = np.array(self.values, dtype=np.float64)
        places = np.interp(values, known, np.arange(len(known)), left=np.nan, right=np.nan)
        return [None if np.isnan(place) else float(place) for place in places]

    def dress(
        self, update: Callable[..., Any], words: Words, span: pl.Series | None = None
    ) -> None:
        """Give an axis its ticks.

        Parameters
        ----------
        update : callable
            Such as ``figure.update_xaxes``.
        words : Words
            The factor.
        span : polars.Series, optional
            All values that are drawn, where ``values`` are not all.
        """
        if not self.even:
            shown = self.values if span is None else span.to_list()
            if self.is_log:
                many = max(shown) >= 100 * min(shown)
                update(type="log", dtick=1 if many else None)
            elif len(shown) > 1:
                low, high = min(shown), max(shown)
                update(range=[low - 0.03 * (high - low), high + 0.03 * (high - low)])
            return
        named = any(isinstance(value, str) for value in self.values)
        texts = [value_words(value) for value in self.values]
        step = 1 if named else _step(texts)
        ticks = list(range(0, len(texts), step))
        update(
            tickvals=ticks,
            ticktext=[wrapped(texts[i], _MOST_NAMED) for i in ticks],
            range=[-0.5, len(texts) - 0.5],
            zeroline=False,
        )


def _step(texts: Sequence[str]) -> int:
    """Return every how many values an axis names, so that neighbours do not touch."""
    n = len(texts)
    most = max(2, min(_MOST_TICKS, 45 // (max(map(len, texts)) + 1)))
    steps = [step for step in range(1, n) if (n - 1) % step == 0 and (n - 1) // step < most]
    return 1 if n <= most else min(steps, default=n - 1)


def _evener(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> bool:
    """Tell whether steps are more alike in a than in b."""
    gaps = [np.diff(np.sort(values)) for values in (a, b)]
    first, second = (float(gap.std() / gap.mean()) for gap in gaps)
    return first < 0.5 * second


def colours(n: int, ordered: bool) -> list[str]:
    """Return colours for n lines: along a scale if their order means something."""
    if ordered and n > 2:
        from plotly.colors import sample_colorscale

        # The lightest end is hard to see on white.
        return list(sample_colorscale("Cividis", [0.85 * i / (n - 1) for i in range(n)]))
    palette = [style.BLUE, style.VERMILLION, style.GREEN, style.ORANGE, style.PURPLE, style.SKY,
               style.BLACK, style.GREY]  # fmt: skip
    return [palette[i % len(palette)] for i in range(n)]


def see_through(colour: str, opacity: float) -> str:
    """Return a colour that lets through what is behind it."""
    from plotly.colors import hex_to_rgb, unlabel_rgb

    red, green, blue = hex_to_rgb(colour) if colour.startswith("#") else unlabel_rgb(colour)
    return f"rgba({red:.0f},{green:.0f},{blue:.0f},{opacity})"


def draw_band(
    figure: go.Figure,
    table: pl.DataFrame,
    x: Sequence[Any],
    name: str,
    colour: str,
    factor: float,
    measure: Words,
    mode: str = "lines+markers",
    opacity: float = 0.18,
) -> None:
    """Add a line or markers with the band from ``low`` to ``high`` behind it."""
    linked = "lines" in mode and table.height > 1
    if linked:
        _draw_between(figure, table, x, name, see_through(colour, opacity), factor)
    figure.add_scatter(
        x=list(x),
        y=(table["value"] / factor).to_list(),
        error_y=None if linked else reach(table, factor, colour),
        name=name,
        mode=mode,
        legendgroup=name,
        line=style.line(colour, width=2.5),
        marker={"size": 7, "color": colour},
        customdata=hover_of(table, measure),
        hovertemplate="%{customdata}<extra>" + name + "</extra>",
    )


def _draw_between(
    figure: go.Figure, table: pl.DataFrame, x: Sequence[Any], name: str, fill: str, factor: float
) -> None:
    """Add the band itself, where both its ends are known."""
    known = table.with_columns(pl.Series("x", x, strict=False)).drop_nulls(["low", "high"])
    if known.height < 2:
        return
    figure.add_scatter(
        x=[*known["x"], *known["x"].reverse()],
        y=[*(known["high"] / factor), *(known["low"] / factor).reverse()],
        mode="lines",
        fill="toself",
        fillcolor=fill,
        line={"width": 0},
        legendgroup=name,
        showlegend=False,
        hoverinfo="skip",
    )


def reach(table: pl.DataFrame, factor: float, colour: str) -> dict[str, Any]:
    """Return error bars from low to high; none where these are not known."""
    above, below = (
        ((table[end] - table["value"]).abs() / factor).fill_null(0.0) for end in ("high", "low")
    )
    return {
        "type": "data",
        "symmetric": False,
        "array": above.to_list(),
        "arrayminus": below.to_list(),
        "color": colour,
        "thickness": 2.5,
        "width": 5,
    }


def hover_of(table: pl.DataFrame, measure: Words) -> list[str]:
    """Return what stands under the pointer: value, interval, runs."""
    texts = []
    for row in table.iter_rows(named=True):
        text = f"<b>{measured(measure.name, row['value'])}</b>"
        if row["low"] is not None and row["high"] is not None:
            ends = [measured(measure.name, row[end]) for end in ("low", "high")]
            text += f" ({ends[0]} to {ends[1]})"
        texts.append(text + (f", n = {row['n']:,}" if "n" in row else ""))
    return texts


def drawn_scale(table: pl.DataFrame, measure: Words) -> float:
    """Return by what values are divided to be drawn; a share of runs is drawn in percent."""
    if is_share(measure.name):
        return 0.01
    columns = [name for name in ("value", "low", "high") if name in table.columns]
    values = [v for name in columns for v in table[name].drop_nulls().to_list()]
    return scale(values)[0] if measure.unit.startswith(("yuan", "people")) else 1.0


def finished(
    figure: go.Figure, measure: Words, factor: float, x_title: str, height: int = _BODY
) -> go.Figure:
    """Give a figure its template, its heading with the unit, and its height.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A figure with all its traces.
    measure : Words
        What is drawn.
    factor : float
        By what the values were divided.
    x_title : str
        Title of the horizontal axis.
    height : int
        Height of what is between the axes [pixels].
    """
    word = {1e3: "thousand ", 1e6: "million ", 1e9: "billion "}.get(factor, "")
    unit = f"[{word}{measure.unit}]" if measure.unit else ""
    named = sum(trace.showlegend is not False for trace in figure.data)
    rows = 0 if figure.layout.showlegend is False else -(-named // 2)
    below = 54 + 24 * rows
    figure.update_layout(template=style.template(), dragmode=False, meta={"body": height + below})
    figure.update_layout(margin={"b": below, "l": 56, "r": 16})
    figure.update_xaxes(title_text=x_title)
    return _headed(
        figure, wrapped(f"<b>{measure.label}</b> {unit}", _HEADING_WIDTH + len("<b></b>"))
    )


def with_note(
    figure: go.Figure, lines: Sequence[str], title: str = "", width: int = NOTE_WIDTH
) -> go.Figure:
    """Return a figure with a note above it: where its numbers come from.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        A figure from `finished`; it is not changed.
    lines : sequence of str
        Sentences, wrapped for a phone.
    title : str
        A heading over everything, for a figure that stands alone.
    width : int
        Letters in a line.
    """
    note = "<br>".join(wrapped(line, width) for line in lines)
    head = f"<b style='font-size:18px'>{wrapped(title, width)}</b><br>" if title else ""
    look = f"font-size:{_NOTE_SIZE}px;color:{style.DARK_GREY}"
    text = f"{head}{figure.layout.title.text}<br><span style='{look}'>{note}</span>"
    return _headed(go.Figure(figure), text)


def _headed(figure: go.Figure, text: str) -> go.Figure:
    """Put a text above a figure, at the left edge, and make room for it."""
    top = _LINE * (text.count("<br>") + 1) + 22
    height = top + figure.layout.meta["body"]
    figure.update_layout(
        title={"text": text, "font": {"size": _HEADING_SIZE}, "x": 0, "xref": "container",
               "xanchor": "left", "y": 1 - 18 / height, "yref": "container", "yanchor": "top",
               "pad": {"l": 4}, "automargin": False},
        margin_t=top,
        height=height,
    )  # fmt: skip
    return figure


def counts(table: pl.DataFrame) -> str:
    """Write how many runs stand behind each value of a table."""
    return one_or_range(table["n"].to_list())
