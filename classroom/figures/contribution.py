"""What a member pays, and what a member costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.figures.looks import NUMBER, axis, ceiling, layout, line, writing
from classroom.figures.members import DASHES, PLAN_COLOURS
from classroom.figures.told import (
    of_run,
    over_a_year,
    plan_titles,
    scale_of,
    time_axis,
    under_pointer,
    while_alive,
    yuan_each,
)
from classroom.picture import Picture
from experiments import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classroom.view import View
    from classroom.words import Words

Array = np.ndarray[Any, Any]

LOOKS = {
    "contribution": (style.BLUE, "solid"),
    "mean": (style.BLUE, "solid"),
    "expected_cost": (style.VERMILLION, "dash"),
}


def contribution(view: View, words: Words, among: Sequence[View] = ()) -> Picture:
    """Draw what a member pays and costs on average; of several plans, what each takes.

    Parameters
    ----------
    view : View
        The run.
    words : Words
        The visitor's language.
    among : sequence of View, optional
        Runs that are drawn to one scale.
    """
    several = len(view.plans) > 1
    data = _plans(view, words) if several else _one(view, words)
    names = ("contribution",) if several else ("contribution", "expected_cost")
    top = ceiling(*(c[n] for v in scale_of(view, among) for c in v.plans for n in names))
    yaxis = axis(yuan_each(view, words), 0, top)
    drawn = layout("contribution", time_axis(view, words), yaxis, showlegend=True)
    if not any(columns["members"].any() for columns in view.plans):
        drawn["annotations"].append(writing(words("figures.nobody")))
    which = "note_plans" if several else "note"
    note = "\n".join([words(f"figures.contribution.{which}"), of_run(view, words)])
    figure = {"data": data, "layout": drawn}
    title = words("figures.contribution.title")
    return Picture("contribution", title, note, figure, _table(view, words))


def _one(view: View, words: Words) -> list[dict[str, Any]]:
    columns, pointer = view.columns, under_pointer(view, words)
    columns = columns | {"mean": over_a_year(view, columns["contribution"])}
    data = []
    for column, (colour, dash) in LOOKS.items():
        name = words(f"figures.contribution.{column}")
        hover = f"{pointer}{name}: %{{y:{NUMBER}}}"
        alive = while_alive(columns, column)
        data.append(line(name, columns["period"], alive, colour, hover, dash=dash))
    data[0]["line"]["width"] = 1.2
    return data


def _plans(view: View, words: Words) -> list[dict[str, Any]]:
    pointer, what = under_pointer(view, words), words("figures.contribution.contribution")
    return [
        line(
            title,
            columns["period"],
            while_alive(columns | {"mean": over_a_year(view, columns["contribution"])}, "mean"),
            PLAN_COLOURS[k % len(PLAN_COLOURS)],
            f"<b>{title}</b><br>{pointer}{what}: %{{y:{NUMBER}}}",
            dash=DASHES[k // len(PLAN_COLOURS)],
        )
        for k, (title, columns) in enumerate(zip(plan_titles(view, words), view.plans, strict=True))
    ]


def _table(view: View, words: Words) -> dict[str, Any]:
    table: dict[str, Any] = {words("figures.columns.period"): view.columns["period"]}
    if len(view.plans) > 1:
        titles = plan_titles(view, words)
        return table | {t: c["contribution"] for t, c in zip(titles, view.plans, strict=True)}
    unit = yuan_each(view, words)
    columns = view.columns | {"mean": over_a_year(view, view.columns["contribution"])}
    return table | {
        f"{words(f'figures.contribution.{name}')} [{unit}]": columns[name] for name in LOOKS
    }
