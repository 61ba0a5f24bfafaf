"""What one rule changes: B less A, on the same people with the same luck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.figures.looks import COUNT, NUMBER, axis, layout, line, swing, writing
from classroom.figures.told import (
    all_plans,
    amounts,
    of_run,
    time_axis,
    under_pointer,
    while_alive,
    yuan_each,
)
from classroom.picture import Picture
from experiments import style

if TYPE_CHECKING:
    from classroom.view import View
    from classroom.words import Words

Array = np.ndarray[Any, Any]


def difference(a: View, b: View, words: Words, sentence: str = "") -> Picture:
    """Draw what B has more than A, period by period: members and contribution.

    A run that ended because nobody was left goes on with no members. Where either has nobody who
    pays, there is no difference of contributions.

    Parameters
    ----------
    a, b : View
        The runs.
    words : Words
        The visitor's language.
    sentence : str, optional
        What B's rules change, in words.
    """
    period = np.arange(max(a.period, b.period) + 1)
    many = _members(b, period.size) - _members(a, period.size)
    price = _price(b, period.size) - _price(a, period.size)
    longer = max(a, b, key=lambda view: view.scenario.n_periods)
    drawn = _layout(longer, many, price, words)
    if not many.any() and not np.nan_to_num(price).any():
        text = words("figures.difference.none")
        drawn["annotations"].append(writing(text, y=0.7))
    pointer, unit = under_pointer(longer, words), yuan_each(longer, words)
    told = [words(f"figures.difference.{name}") for name in ("members", "contribution")]
    hovers = [
        f"{pointer}{text}: %{{y:+{form}}}" for text, form in zip(told, (COUNT, NUMBER), strict=True)
    ]
    data = [
        line(told[0], period, many, style.GREEN, hovers[0], fill="tozeroy"),
        line(told[1], period, price, style.PURPLE, hovers[1], yaxis="y2", connectgaps=False),
    ]
    table = {words("figures.columns.period"): period}
    table |= {told[0]: many, f"{told[1]} [{unit}]": price}
    note = [sentence, words("figures.difference.note"), of_run(a, words)]
    figure = {"data": data, "layout": drawn}
    text = "\n".join(filter(None, note))
    return Picture("difference", words("figures.difference.title"), text, figure, table)


def _layout(view: View, many: Array, price: Array, words: Words) -> dict[str, Any]:
    up, dear = swing(many), swing(price)
    unit = f"{words('figures.difference.contribution')} [{yuan_each(view, words)}]"
    heads, many_more = words("figures.heads"), words("figures.difference.members")
    upper = amounts(many_more, heads, -up, up, words, ticks=3) | {"domain": [0.58, 1], "nticks": 5}
    lower = axis(unit, -dear, dear, domain=[0, 0.4], nticks=5)
    time = time_axis(view, words) | {"anchor": "y2"}
    return layout("difference", time, upper, yaxis2=lower, showlegend=False)


def _members(view: View, size: int) -> Array:
    members = all_plans(view, "members")
    longer: Array = np.concatenate([members, np.full(size - members.size, members[-1])])
    return longer


def _price(view: View, size: int) -> Array:
    price = while_alive(view.columns, "contribution")
    longer: Array = np.concatenate([price, np.full(size - price.size, np.nan)])
    return longer
