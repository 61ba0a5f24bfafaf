"""How the page's figures look: type to be read from the last row, axes that keep still."""

from __future__ import annotations

from typing import Any

import numpy as np

from experiments import style

Array = np.ndarray[Any, Any]

CLEAR = "rgba(0,0,0,0)"
SIZE = 16
_ROUND = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_SPARE = 1.03

NUMBER = ",.3~r"
"""Three significant digits: how an amount is written under the pointer."""
COUNT = ",.0f"
PICK = "pick"
"""The ``meta`` of what can be picked: its ``customdata`` is told to the page by click and key."""


def layout(name: str, xaxis: dict[str, Any], yaxis: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the layout that all figures share, with the axes of one and what else it has.

    What an upright axis shows is written above it, where nobody has to turn the head. On the page
    the legend is part of the page (`parts/figure.vue`), so that the drawing keeps its size.
    """
    axes = {"xaxis": xaxis, "yaxis": yaxis} | {k: v for k, v in more.items() if "axis" in k}
    upright_axes = [key for key in axes if key.startswith("y")]
    return {
        "uirevision": name,
        "meta": {"legend": "page"},
        "autosize": True,
        "font": {"family": style.FONT, "size": SIZE, "color": style.INK},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "margin": {"l": 12, "r": 16, "t": 34, "b": 18},
        "hovermode": "closest",
        "hoverlabel": {"font": {"size": SIZE}, "align": "left", "bgcolor": style.PAPER},
        "legend": {"font": {"size": SIZE - 1}, "itemclick": False, "itemdoubleclick": False},
        "dragmode": False,
        "barmode": "relative",
        "bargap": 0.12,
        "annotations": [_heading(key, axes[key]) for key in upright_axes if "title" in axes[key]],
        "shapes": [],
        **more,
        **axes,
        **{key: axes[key] | {"title": {"text": ""}} for key in upright_axes},
    }


def _heading(key: str, axis_below: dict[str, Any]) -> dict[str, Any]:
    """Return what an upright axis shows, to be written above it."""
    ref = f"{key.replace('axis', '')} domain"
    where = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": -40}
    where |= {"yref": ref, "y": 1, "yanchor": "bottom", "yshift": 6}
    return writing(axis_below["title"]["text"], **where, font={"size": SIZE}, bgcolor=CLEAR)


def axis(title: str, low: float, high: float, **more: Any) -> dict[str, Any]:
    """Return an axis with a title and fixed ends."""
    return {
        "title": {"text": title, "font": {"size": SIZE}, "standoff": 8},
        "range": [low, high],
        "fixedrange": True,
        "tickfont": {"size": SIZE - 1},
        "gridcolor": style.GRID,
        "linecolor": style.GREY,
        "zerolinecolor": style.GREY,
        "zeroline": True,
        "automargin": True,
        "separatethousands": True,
        "exponentformat": "none",
        "nticks": 7,
    } | more


def ceiling(*numbers: Array | float) -> float:
    """Return a round number above all that is drawn; 1 if that is nothing or zero."""
    flat = np.concatenate([np.ravel(np.asarray(part, float)) for part in (0.0, *numbers)])
    top = float(flat[np.isfinite(flat)].max())
    if top <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(top))
    return float(next(step * power for step in (*_ROUND, 12) if step * power >= _SPARE * top))


def swing(*numbers: Array | float) -> float:
    """Return a round number that all that is drawn is within, on both sides of zero."""
    return ceiling(*(np.abs(np.asarray(part, float)) for part in numbers))


def line(name: str, x: Any, y: Any, colour: str, hover: str, **more: Any) -> dict[str, Any]:
    """Return a line of a figure."""
    look = {"color": colour, "width": 3.5, "dash": more.pop("dash", "solid")}
    return {
        "type": "scatter",
        "mode": "lines" if len(x) > 1 else "markers",
        "name": name,
        "x": x,
        "y": y,
        "line": look,
        "marker": {"color": colour, "size": 9},
        "hovertemplate": f"{hover}<extra></extra>",
    } | more


def bars(name: str, x: Any, y: Any, colour: str, hover: str, **more: Any) -> dict[str, Any]:
    """Return the bars of one kind."""
    return {
        "type": "bar",
        "name": name,
        "x": x,
        "y": y,
        "marker": {"color": colour, "line": {"width": 0}},
        "hovertemplate": f"{hover}<extra></extra>",
    } | more


def writing(text: str, **more: Any) -> dict[str, Any]:
    """Return a text in the middle of a figure: why it is empty, or what it comes to."""
    return {
        "text": text,
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "y": 0.5,
        "showarrow": False,
        "font": {"size": SIZE + 2, "color": style.INK},
        "bgcolor": "rgba(255,255,255,0.85)",
    } | more


def upright(x: float, colour: str, dash: str = "dot") -> dict[str, Any]:
    """Return a line from top to bottom."""
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "width": 2, "dash": dash},
        "layer": "below",
    }
