"""Exits: how many left in each period, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from agents.causes import CAUSE_NAMES
from classroom.figures.looks import COUNT, bars, ceiling, layout, writing
from classroom.figures.told import all_plans, amounts, of_run, scale_of, time_axis, under_pointer
from classroom.picture import Picture
from experiments import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classroom.view import View
    from classroom.words import Words

Array = np.ndarray[Any, Any]

SMALLEST_SHARE = 0.005
"""Causes with a smaller share of all exits are drawn together."""
CLOSED = "plan_closed"


def exits(view: View, words: Words, among: Sequence[View] = ()) -> Picture:
    """Draw exits a period by cause, of all plans together.

    Parameters
    ----------
    view : View
        The run.
    words : Words
        The visitor's language.
    among : sequence of View, optional
        Runs that are drawn to one scale.
    """
    period, split = view.columns["period"], _split(view)
    pointer = under_pointer(view, words)
    data = []
    for cause, values in _drawn(split).items():
        name = words(f"figures.causes.{cause}")
        colour = style.CAUSES[cause][1] if cause in style.CAUSES else style.INK
        hover = f"{pointer}{name}: %{{y:{COUNT}}}"
        data.append(bars(name, period[1:], values[1:], colour, hover))
    # A plan that closes sends everybody away at once; that would flatten all the rest.
    top = ceiling(*(_heights(v) for v in scale_of(view, among)))
    yaxis = amounts(words("figures.exits.axis"), words("figures.heads"), 0, top, words)
    drawn = layout("exits", time_axis(view, words), yaxis, showlegend=bool(data))
    if not data:
        drawn["annotations"].append(writing(words("figures.exits.none")))
    table = {words("figures.columns.period"): period}
    table |= {words(f"figures.causes.{cause}"): values for cause, values in split.items()}
    note = "\n".join([words(f"figures.exits.note{_plans(view)}"), of_run(view, words)])
    figure = {"data": data, "layout": drawn}
    return Picture("exits", words("figures.exits.title"), note, figure, table)


def _plans(view: View) -> str:
    return "_plans" if len(view.plans) > 1 else ""


def _split(view: View) -> dict[str, Array]:
    return {cause: all_plans(view, f"left_{cause}") for cause in CAUSE_NAMES}


def _heights(view: View) -> Array:
    by_cause = {cause: values for cause, values in _split(view).items() if cause != CLOSED}
    total: Array = np.sum(list(by_cause.values()), axis=0)
    return total if total.any() else all_plans(view, f"left_{CLOSED}")


def _drawn(split: dict[str, Array]) -> dict[str, Array]:
    """Return the exits of each cause that is worth a colour, in the order of the causes."""
    total = sum(float(values.sum()) for values in split.values())
    frequent = {c: v for c, v in split.items() if v.sum() > SMALLEST_SHARE * total}
    rare = [values for cause, values in split.items() if cause not in frequent and values.any()]
    return frequent | ({"other": np.sum(rare, axis=0)} if rare else {})
