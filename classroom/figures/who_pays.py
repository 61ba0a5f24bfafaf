"""Who pays for whom: contributions beyond the own expected cost, by age and by risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.figures.looks import NUMBER, SIZE, layout, swing, writing
from classroom.figures.told import amounts, of_plan, of_run, over_a_year, scale_of, yuan
from classroom.period_words import moment_of
from classroom.picture import Picture
from experiments import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classroom.view import View
    from classroom.words import Words

Array = np.ndarray[Any, Any]

GROUPS = {"quartile": tuple(style.QUARTILES), "age": tuple(style.AGE_BANDS)}


def who_pays(view: View, words: Words, among: Sequence[View] = ()) -> Picture:
    """Draw what groups of members pay beyond their loaded expected cost, mean of the last year.

    Parameters
    ----------
    view : View
        The run; the first plan is drawn, up to the last period in which it had members.
    words : Words
        The visitor's language.
    among : sequence of View, optional
        Runs that are drawn to one scale.
    """
    alive = np.flatnonzero(view.columns["members"] > 0)
    at = int(alive[-1]) if alive.size else 0
    reach = swing(*(_gaps(v, by)[g] for v in scale_of(view, among) for by, g in _groups()))
    unit = yuan(view, words)
    data = [_bars(view, by, at, words) for by in GROUPS]
    yaxis = amounts(words("figures.who_pays.axis"), unit, -reach, reach, words)
    risk, age = _groups_axis("quartile", 0, 0.46, words), _groups_axis("age", 0.54, 1, words)
    drawn = layout("who_pays", risk, yaxis, xaxis2=age, showlegend=False)
    if not alive.size:
        drawn["annotations"].append(writing(words("figures.nobody")))
    told = words("figures.who_pays.note", moment=moment_of(view.scenario, at, words))
    note = [told, *of_plan(view, words), of_run(view, words)]
    figure = {"data": data, "layout": drawn}
    title = words("figures.who_pays.title")
    return Picture("who_pays", title, "\n".join(note), figure, _table(view, unit, words))


def _groups() -> list[tuple[str, str]]:
    return [(by, group) for by, groups in GROUPS.items() for group in groups]


def _gaps(view: View, by: str) -> dict[str, Array]:
    columns = {g: np.nan_to_num(view.columns[f"cross_subsidy_{by}_{g}"]) for g in GROUPS[by]}
    return {group: over_a_year(view, values) for group, values in columns.items()}


def _bars(view: View, by: str, at: int, words: Words) -> dict[str, Any]:
    """Return the bars of one panel: above zero who gives, below who receives."""
    gaps = np.array([values[at] for values in _gaps(view, by).values()])
    gives = gaps >= 0
    names = np.where(gives, words("figures.who_pays.gives"), words("figures.who_pays.receives"))
    return {
        "type": "bar",
        "x": [words(f"figures.{by}.{group}") for group in GROUPS[by]],
        "y": gaps,
        "xaxis": "x" if by == "quartile" else "x2",
        "marker": {
            "color": np.where(gives, style.BLUE, style.ORANGE).tolist(),
            "pattern": {"shape": np.where(gives, "", "/").tolist(), "solidity": 0.25},
        },
        "customdata": names.tolist(),
        "hovertemplate": f"<b>%{{x}}</b><br>%{{customdata}}: %{{y:+{NUMBER}}}<extra></extra>",
    }


def _groups_axis(by: str, left: float, right: float, words: Words) -> dict[str, Any]:
    return {
        "title": {"text": words(f"figures.who_pays.by_{by}"), "font": {"size": SIZE}},
        "domain": [left, right],
        "fixedrange": True,
        "tickfont": {"size": SIZE - 2},
        "automargin": True,
        "showgrid": False,
        "zeroline": False,
        "tickangle": 0,
    }


def _table(view: View, unit: str, words: Words) -> dict[str, Any]:
    table: dict[str, Any] = {words("figures.columns.period"): view.columns["period"]}
    for by, group in _groups():
        who = f"{words(f'figures.who_pays.by_{by}')}, {words(f'figures.{by}.{group}')}"
        table[f"{who} [{unit}]"] = view.columns[f"cross_subsidy_{by}_{group}"]
    return table
