"""Members over time: how many are left, where the pool tips, and what the visitor foresaw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.figures.looks import COUNT, ceiling, layout, line, upright, writing
from classroom.figures.observed import points_of
from classroom.figures.tipping import signs_of
from classroom.figures.told import (
    amounts,
    moment,
    of_run,
    people,
    plan_titles,
    scale_of,
    time_axis,
    under_pointer,
)
from classroom.picture import Picture
from experiments import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from classroom.view import View
    from classroom.words import Words

Array = np.ndarray[Any, Any]

PLAN_COLOURS = (*style.LINES[:-1], style.GREY)
"""As lines are told apart elsewhere; yellow is too pale for a projector."""
DASHES = ("solid", "dash", "dot")
SPLIT = {
    "price": ("price",),
    "fairness": ("own_cost", "reference"),
    "talk": ("sentiment",),
    "worth": ("expectation",),
    "offers": ("insurance", "switched"),
    "chance": ("chance", "family"),
    "fate": ("aged_out", "aided", "died", "ineligible", "plan_closed"),
}
"""Causes as the pointer tells them, in few words."""
NUMERALS = "①②③"


def members(
    view: View,
    words: Words,
    among: Sequence[View] = (),
    prediction: float | None = None,
    stop: int | None = None,
    observed: pl.DataFrame | None = None,
    marked: bool = True,
) -> Picture:
    """Draw the members of a run over time.

    Parameters
    ----------
    view : View
        The run.
    words : Words
        The visitor's language.
    among : sequence of View, optional
        Runs that are drawn to one scale.
    prediction : float, optional
        Members left at the end that the visitor predicts [people]; none if negative.
    stop : int, optional
        Period at which playing stops.
    observed : polars.DataFrame, optional
        Observations of the real case, as of `classroom.figures.observed.observed_of`.
    marked : bool, optional
        Whether the signs of tipping are marked: a class that still guesses wants none.
    """
    foreseen = prediction if prediction is not None and prediction >= 0 else None
    several = len(view.plans) > 1
    heights = [c["members"] for v in scale_of(view, among) for c in v.plans]
    heights += [] if observed is None else [observed["value"].to_numpy()]
    top = ceiling(*heights, *([foreseen] if foreseen is not None else []))
    yaxis = amounts(words("figures.members.axis"), words("figures.heads"), 0, top, words)
    signs = signs_of(view) if marked and not several else {}
    data = _plans(view, words) if several else _one(view, signs, words)
    data += [] if observed is None else points_of(observed, words)
    drawn = layout("members", time_axis(view, words), yaxis, showlegend=len(data) > 2)
    if foreseen is not None:
        data.append(_foreseen(view, foreseen, words))
        drawn["annotations"].append(_said(foreseen, words))
    if signs:
        drawn["shapes"].append(upright(view.verdict.tipping_period or 0, style.INK))
    if stop is not None and stop < view.scenario.n_periods:
        drawn["shapes"].append(upright(stop, style.GREY, "dash"))
        drawn["annotations"].append(_stop_sign(stop, words))
    if not any(np.any(height) for height in heights):
        drawn["annotations"].append(writing(words("figures.nobody")))
    table = _table(view, foreseen, words)
    figure = {"data": data, "layout": drawn}
    return Picture(
        "members", words("figures.members.title"), _note(view, signs, words), figure, table
    )


def _one(view: View, signs: dict[str, int], words: Words) -> list[dict[str, Any]]:
    columns = view.columns
    split = [sum(columns[f"left_{cause}"] for cause in causes) for causes in SPLIT.values()]
    custom = np.stack([columns["period"], columns["joined"], *split], axis=1)
    gone = "<br>".join(
        f"  {words(f'figures.split.{name}')}: %{{customdata[{place}]:{COUNT}}}"
        for place, name in enumerate(SPLIT, 2)
    )
    hover = (
        f"{under_pointer(view, words)}{words('figures.columns.members')}: %{{y:{COUNT}}}<br>"
        f"{words('figures.columns.joined')}: %{{customdata[1]:{COUNT}}}<br>"
        f"{words('figures.columns.left')}:<br>{gone}"
    )
    x, y = columns["period"], columns["members"]
    name = words("figures.columns.members")
    many = line(name, x, y, style.BLUE, hover, customdata=custom)
    return [many, _marks(columns, signs, words)]


def _marks(columns: dict[str, Array], signs: dict[str, int], words: Words) -> dict[str, Any]:
    """Return a number on the line for each sign; those of one period share a mark."""
    numbers: dict[int, str] = {}
    for numeral, period in zip(NUMERALS, signs.values(), strict=False):
        numbers[period] = numbers.get(period, "") + numeral
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": words("figures.tipping.name"),
        "x": list(numbers),
        "y": [columns["members"][period] for period in numbers],
        "text": list(numbers.values()),
        # At the opening there is no room above; later the line comes from the left.
        "textposition": ["middle right" if period < 3 else "top right" for period in numbers],
        "textfont": {"size": 24, "color": style.INK},
        "marker": {"size": 11, "color": style.INK, "symbol": "diamond"},
        "hoverinfo": "skip",
        "cliponaxis": False,
        "showlegend": False,
    }


def _plans(view: View, words: Words) -> list[dict[str, Any]]:
    pointer = under_pointer(view, words)
    return [
        line(
            title,
            columns["period"],
            np.where(columns["open"] | (columns["members"] > 0), columns["members"], np.nan),
            PLAN_COLOURS[k % len(PLAN_COLOURS)],
            f"<b>{title}</b><br>{pointer}{words('figures.columns.members')}: %{{y:{COUNT}}}",
            dash=DASHES[k // len(PLAN_COLOURS)],
        )
        for k, (title, columns) in enumerate(zip(plan_titles(view, words), view.plans, strict=True))
    ]


def _foreseen(view: View, prediction: float, words: Words) -> dict[str, Any]:
    ends, name = [0, view.scenario.n_periods], words("figures.members.prediction_line")
    level = [prediction, prediction]
    hover = f"{name}: %{{y:{COUNT}}}"
    return line(name, ends, level, style.VERMILLION, hover, dash="dash", showlegend=False)


def _said(prediction: float, words: Words) -> dict[str, Any]:
    text = words("figures.members.prediction", n=people(prediction, words))
    where = {"xref": "paper", "x": 1, "xanchor": "right", "yref": "y", "y": prediction}
    look = {"font": {"size": 17, "color": "#a84a00"}, "yanchor": "bottom"}
    return writing(f"<b>{text}</b>", **where, **look)


def _stop_sign(stop: int, words: Words) -> dict[str, Any]:
    where = {"xref": "x", "x": stop, "yref": "paper", "y": 1, "yanchor": "top", "xanchor": "left"}
    return writing(
        words("figures.members.stop"), **where, font={"size": 15, "color": style.DARK_GREY}
    )


def _note(view: View, signs: dict[str, int], words: Words) -> str:
    told = [words("figures.members.note_plans" if len(view.plans) > 1 else "figures.members.note")]
    for numeral, (sign, period) in zip(NUMERALS, signs.items(), strict=False):
        which = f"{sign}_at_once" if sign == "last_peak" and period == 0 else sign
        reason = words(f"figures.tipping.{which}")
        told.append(f"{numeral} {moment(view, period, words)}{words('figures.colon')}{reason}")
    return "\n".join([*told, of_run(view, words)])


def _table(view: View, prediction: float | None, words: Words) -> dict[str, Any]:
    columns = view.columns
    table: dict[str, Any] = {words("figures.columns.period"): columns["period"]}
    if len(view.plans) > 1:
        titles = plan_titles(view, words)
        table |= {t: c["members"] for t, c in zip(titles, view.plans, strict=True)}
    else:
        names = ("members", "joined", "lapsed", "slope")
        table |= {words(f"figures.columns.{name}"): columns[name] for name in names}
    if prediction is not None:
        predicted = np.full(len(columns["period"]), prediction)
        table[words("figures.members.prediction_line")] = predicted
    return table
