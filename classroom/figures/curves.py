"""Demand, average cost and marginal cost, live from the people, and where the pool goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.figures.looks import NUMBER, PICK, axis, ceiling, layout, line, writing
from classroom.figures.told import of_plan, of_run, over_a_year, scale_of, yuan_each
from classroom.picture import Picture
from experiments import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classroom.view import View
    from classroom.words import Words
    from model import Scenario

Array = np.ndarray[Any, Any]

LOOKS = {
    "demand": (style.BLUE, "solid"),
    "average_cost": (style.VERMILLION, "dash"),
    "marginal_cost": (style.GREEN, "dot"),
}
"""Curves in the order in which a class sees them, with colour and dash."""
SHOWN = 0.9
"""The axis shows this share of each curve: not the most willing person."""


@dataclass(frozen=True)
class Step:
    """Where a pool stands, and where it would go if everybody decided anew."""

    take_up: float
    """Members ÷ eligible now [1]."""
    contribution: float
    """Paid on average over the last year [yuan per member per period]."""
    price: float
    """The present average cost [yuan per member per period]."""
    next_take_up: float
    """Share of the eligible who want the plan at that price [1]."""
    break_even: float
    """Largest share at which demand is not below what the average member costs; NaN if none."""


def step_of(view: View) -> Step | None:
    """Return where the first plan's pool stands and goes; None without members or anybody eligible.

    The price is what members would be charged if cases came exactly as expected: the members' mean
    expected cost, with the fee, less a subsidy for everybody; caps, reserve, reinsurance and claims
    that are still outstanding are left out. An insurer's plan keeps the price that it has. The next
    take-up is the share of the eligible whose reservation contribution is at least that price, as
    read off the demand curve: everybody decides at once, expects that price, and neither the hassle
    of a change nor chance holds anybody back.
    """
    columns, curves = view.columns, view.curves
    if not curves["demand"].size or not columns["members"][-1] > 0:
        return None
    plan, borne = view.scenario.plans[0], borne_share(view.scenario)
    price = borne * (1 + plan.fee) * columns["expected_cost"][-1]
    contribution = float(over_a_year(view, columns["contribution"])[-1])
    if plan.premium is not None:
        price = contribution
    pays = np.flatnonzero(curves["demand"] >= borne * curves["average_cost"])
    return Step(
        float(columns["take_up"][-1]),
        contribution,
        float(price),
        float(share_at(curves, np.array([price]))[0]),
        float(curves["take_up"][pays[-1]]) if pays.size else float("nan"),
    )


def borne_share(scenario: Scenario) -> float:
    """Return the part of the cost that members bear beside a subsidy for everybody [1]."""
    plan = scenario.plans[0]
    return 1 - plan.subsidy if plan.subsidy_for == "everybody" else 1.0


def share_at(curves: dict[str, Array], contributions: Array) -> Array:
    """Return the share of the eligible who want the plan at some contributions [1]."""
    demand, take_up = curves["demand"], curves["take_up"]
    last = np.searchsorted(-demand, -contributions, side="right") - 1
    share: Array = np.where(last >= 0, take_up[np.maximum(last, 0)], 0.0)
    return share


def curves(
    view: View,
    words: Words,
    among: Sequence[View] = (),
    revealed: int = 3,
    person: int | None = None,
) -> Picture:
    """Draw demand, average cost and marginal cost of the first plan as people are now.

    Parameters
    ----------
    view : View
        The run.
    words : Words
        The visitor's language.
    among : sequence of View, optional
        Runs that are drawn to one scale.
    revealed : int, optional
        How many of the curves are shown, 0 to 3; the next step is shown from the second on.
    person : int, optional
        Row of a drawn person who is pointed out at their place on the demand curve.
    """
    step, shown = step_of(view), list(LOOKS)[:revealed]
    data = [_curve(view, name, shown, words) for name in LOOKS]
    data += [_subsidised(view, shown, words), _people(view, shown, words)]
    data += [_pool(step, words), _chosen(view, person, words)]
    top = ceiling(*(_heights(v) for v in scale_of(view, among)))
    yaxis = axis(yuan_each(view, words), 0, top)
    drawn = layout("curves", axis(words("figures.curves.axis"), 0, 102), yaxis)
    if not view.curves["demand"].size:
        drawn["annotations"].append(writing(words("figures.curves.nobody")))
    elif step is not None and "average_cost" in shown:
        drawn["annotations"] += _arrow(step, words)
    note = "\n".join([*_told(view, step, shown, words), *of_plan(view, words), of_run(view, words)])
    figure = {"data": data, "layout": drawn}
    return Picture(
        "curves", words("figures.curves.title"), note, figure, _table(view, shown, words)
    )


def _curve(view: View, name: str, shown: list[str], words: Words) -> dict[str, Any]:
    told, (colour, dash) = words(f"figures.curves.{name}"), LOOKS[name]
    y = _finite(view.curves[name])
    hover = f"{told}: %{{y:{NUMBER}}}"
    x = 100 * view.curves["take_up"]
    return line(told, x, y, colour, hover, dash=dash, visible=name in shown)


def _subsidised(view: View, shown: list[str], words: Words) -> dict[str, Any]:
    borne, told = borne_share(view.scenario), words("figures.curves.subsidised")
    y = borne * _finite(view.curves["average_cost"])
    x, seen = 100 * view.curves["take_up"], "average_cost" in shown and borne < 1
    hover = f"{told}: %{{y:{NUMBER}}}"
    return line(told, x, y, style.ORANGE, hover, dash="dash", visible=seen)


def _people(view: View, shown: list[str], words: Words) -> dict[str, Any]:
    """Return the drawn people at their place on the demand curve."""
    faces = view.faces
    price = faces.ledger["reservation"]
    here = np.flatnonzero((faces.ledger["eligible"] > 0) & np.isfinite(price))
    return {
        "type": "scatter",
        "mode": "markers",
        "meta": PICK,
        "name": words("figures.curves.people"),
        "x": 100 * share_at(view.curves, price[here]),
        "y": price[here],
        "customdata": np.stack([faces.rows[here], faces.ledger["loaded_cost"][here]], axis=1),
        "marker": {"size": 8, "color": style.PAPER, "line": {"color": style.BLUE, "width": 1.2}},
        "hovertemplate": words(
            "figures.curves.pointer", price=f"%{{y:{NUMBER}}}", cost=f"%{{customdata[1]:{NUMBER}}}"
        )
        + "<extra></extra>",
        "visible": "demand" in shown,
    }


def _pool(step: Step | None, words: Words) -> dict[str, Any]:
    told = words("figures.curves.pool")
    return {
        "type": "scatter",
        "mode": "markers",
        "name": told,
        "x": [] if step is None else [100 * step.take_up],
        "y": [] if step is None else [step.contribution],
        "marker": {"size": 18, "color": style.BLACK, "line": {"color": style.PAPER, "width": 2}},
        "hovertemplate": f"{told}: %{{x:.0f}} %, %{{y:{NUMBER}}}<extra></extra>",
        "cliponaxis": False,
    }


def _chosen(view: View, person: int | None, words: Words) -> dict[str, Any]:
    """Return a person's place: what the person would pay at most, above what the person costs."""
    at = view.faces.position(person)
    x, y = [], []
    if at is not None and view.faces.ledger["eligible"][at] and view.curves["demand"].size:
        price = float(view.faces.ledger["reservation"][at])
        x = [100 * float(share_at(view.curves, np.array([price]))[0])] * 2
        y = [price, float(view.faces.ledger["loaded_cost"][at])]
    return {
        "type": "scatter",
        "mode": "markers+lines",
        "name": words("figures.curves.person"),
        "x": x,
        "y": y,
        "line": {"color": style.INK, "width": 2, "dash": "dot"},
        "marker": {
            "size": 16,
            "symbol": ["star", "x"],
            "color": style.PURPLE,
            "line": {"color": style.INK, "width": 1},
        },
        "hoverinfo": "skip",
        "showlegend": bool(x),
    }


def _arrow(step: Step, words: Words) -> list[dict[str, Any]]:
    """Return the arrow to the next step, and the words if no price breaks even."""
    arrow = writing("", x=100 * step.next_take_up, y=step.price, xref="x", yref="y", showarrow=True)
    arrow |= {"ax": 100 * step.take_up, "ay": step.contribution, "axref": "x", "ayref": "y"}
    arrow |= {
        "arrowhead": 2,
        "arrowsize": 1.2,
        "arrowwidth": 3,
        "arrowcolor": style.BLACK,
        "standoff": 2,
    }
    if not np.isnan(step.break_even):
        return [arrow]
    where = {"x": 0.98, "y": 0.97, "xanchor": "right", "yanchor": "top"}
    return [arrow, writing(f"<b>{words('figures.curves.none')}</b>", **where)]


def _told(view: View, step: Step | None, shown: list[str], words: Words) -> list[str]:
    if step is None:
        return [words("figures.curves.nobody_in")]
    told = [words("figures.curves.note")]
    if view.scenario.select_years > 0 and shown:
        told.append(words("figures.curves.select"))
    if "average_cost" in shown:
        numbers = {"price": f"{step.price:,.3g}", "share": f"{step.next_take_up:.0%}"}
        told.append(words("figures.curves.step", **numbers))
        even = (
            "figures.curves.even"
            if step.break_even == step.break_even
            else "figures.curves.none_note"
        )
        told.append(words(even, share=f"{step.break_even:.0%}"))
    return told


def _finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)


def _heights(view: View) -> Array:
    """Return what the axis must show: where curves cross, not the most willing person."""
    tops = [float(over_a_year(view, view.columns["contribution"])[-1])]
    for name in LOOKS:
        values = _finite(view.curves[name])
        tops.append(float(np.nanquantile(values, SHOWN)) if np.isfinite(values).any() else 0.0)
    step = step_of(view)
    return np.array([*tops, step.price if step else 0.0])


def _table(view: View, shown: list[str], words: Words) -> dict[str, Any]:
    unit = yuan_each(view, words)
    table: dict[str, Any] = {words("figures.curves.share"): view.curves["take_up"]}
    return table | {f"{words(f'figures.curves.{n}')} [{unit}]": view.curves[n] for n in shown}
