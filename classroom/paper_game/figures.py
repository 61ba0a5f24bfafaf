"""The class's curve over the simulated one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classroom.figures.looks import COUNT, axis, layout, line
from classroom.picture import Picture
from experiments import style

if TYPE_CHECKING:
    from classroom.paper_game.deck import Played
    from classroom.words import Words


def class_curve(model: Played, counted: Played, words: Words) -> Picture:
    """Draw how many stayed after each round, in the class and in the model.

    Parameters
    ----------
    model, counted : Played
        The same cards played by the model's rule, and by the class so far.
    words : Words
        The visitor's language.
    """
    cards, rounds = model.members[0], list(range(len(model.members)))
    drawn = layout(
        "class",
        axis(words("class.figure.rounds"), -0.2, rounds[-1] + 0.2, dtick=1, nticks=0),
        axis(words("class.figure.members"), 0, 1.05 * cards),
        showlegend=True,
    )
    data = [
        _line(words, "model", model, style.BLUE, "circle", "solid"),
        _line(words, "class", counted, style.VERMILLION, "diamond", "dash"),
    ]
    return Picture(
        "class",
        words("class.figure.title"),
        words("class.figure.note", cards=cards, rounds=len(counted.members) - 1),
        {"data": data, "layout": drawn},
        {
            words("class.columns.round"): rounds,
            words("class.columns.share_model"): [round(share, 2) for share in model.shares],
            words("class.columns.members_model"): model.members,
            words("class.columns.share_class"): _filled(counted.shares, len(rounds)),
            words("class.columns.members_class"): _filled(counted.members, len(rounds)),
        },
    )


def _line(
    words: Words, who: str, played: Played, colour: str, symbol: str, dash: str
) -> dict[str, Any]:
    hover = words("class.figure.hover", round="%{x}", members=f"%{{y:{COUNT}}}")
    rounds = list(range(len(played.members)))
    marker = {"size": 13, "symbol": symbol, "color": colour}
    more = {"mode": "lines+markers", "marker": marker, "dash": dash}
    return line(words(f"class.figure.{who}"), rounds, played.members, colour, hover, **more)


def _filled(numbers: list[float] | list[int], length: int) -> list[float | None]:
    """Return a column as long as the table; what has not been played is empty."""
    shown: list[float | None] = [round(float(number), 2) for number in numbers]
    return (shown + [None] * length)[:length]
