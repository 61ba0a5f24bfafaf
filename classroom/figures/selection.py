"""The selection ledger: who moved the members' mean expected cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classroom.figures.looks import NUMBER, axis, bars, layout, line, swing, writing
from classroom.figures.told import of_plan, of_run, scale_of, time_axis, under_pointer, yuan_each
from classroom.picture import Picture
from experiments import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classroom.view import View
    from classroom.words import Words


def selection(view: View, words: Words, among: Sequence[View] = ()) -> Picture:
    """Draw the change of the mean expected cost since the opening, split by who changed it.

    Parameters
    ----------
    view : View
        The run; the first plan is drawn.
    words : Words
        The visitor's language.
    among : sequence of View, optional
        Runs that are drawn to one scale.
    """
    columns, pointer = view.columns, under_pointer(view, words)
    parts = {name: np.cumsum(columns[f"ledger_{name}"]) for name in style.LEDGER}
    total = np.sum(list(parts.values()), axis=0)
    data = []
    for name, values in parts.items():
        told, colour = words(f"figures.selection.{name}"), style.LEDGER[name][1]
        hover = f"{pointer}{told}: %{{y:+{NUMBER}}}"
        data.append(bars(told, columns["period"], values, colour, hover))
    told = words("figures.selection.total")
    hover = f"{pointer}{told}: %{{y:+{NUMBER}}}"
    data.append(line(told, columns["period"], total, style.BLACK, hover))
    low, high = _ends([view, *scale_of(view, among)])
    drawn = layout("selection", time_axis(view, words), axis(yuan_each(view, words), low, high))
    if not columns["members"].any():
        drawn["annotations"].append(writing(words("figures.nobody")))
    table = {words("figures.columns.period"): columns["period"]}
    table |= {words(f"figures.selection.{name}"): values for name, values in parts.items()}
    table |= {told: total, words("figures.contribution.expected_cost"): columns["expected_cost"]}
    note = "\n".join([words("figures.selection.note"), *of_plan(view, words), of_run(view, words)])
    figure = {"data": data, "layout": drawn}
    return Picture("selection", words("figures.selection.title"), note, figure, table)


def _ends(views: Sequence[View]) -> tuple[float, float]:
    """Return round ends of the axis: below and above all stacks of bars."""
    above, below = [], []
    for view in views:
        parts = [np.cumsum(view.columns[f"ledger_{name}"]) for name in style.LEDGER]
        above.append(np.sum([np.maximum(part, 0) for part in parts], axis=0))
        below.append(np.sum([np.minimum(part, 0) for part in parts], axis=0))
    high, low = swing(*above), swing(*below)
    return (-low if any(np.any(part) for part in below) else -high / 10), high
