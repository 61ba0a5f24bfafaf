"""The class's curve over the simulated one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classroom.figures.looks import COUNT, axis, layout, line
from classroom.picture import Picture
from experiments import style

if TYPE_CHECKING:
    from classroom.paper_game.deck import Played
    from classroom.words import Words


def class_curve(model: Played, counted: Played, words: Words, revealed: bool = True) -> Picture:
    """Draw how many stayed after each round, in the class and in the model.

    Parameters
    ----------
    model, counted : Played
        The same cards played by the model's rule, and by the class so far.
    words : Words
        The visitor's language.
    revealed : bool, optional
        Whether the model is shown: a class that still plays must not see it.
    """
    played = {"cards": model.members[0], "rounds": len(counted.members) - 1}
    cards, rounds = model.members[0], list(range(len(model.members)))
    drawn = layout(
        "class",
        axis(words("class.figure.rounds"), -0.2, rounds[-1] + 0.2, dtick=1, nticks=0),
        axis(words("class.figure.members"), 0, 1.05 * cards),
        showlegend=True,
    )
    data = [_line(words, "class", counted, style.VERMILLION, "diamond", "dash")]
    if revealed:
        data.insert(0, _line(words, "model", model, style.BLUE, "circle", "solid"))
    return Picture(
        "class",
        words("class.figure.title"),
        words(f"class.figure.{'note' if revealed else 'note_hidden'}", **played),
        {"data": data, "layout": drawn},
        _table(model, counted, words, revealed),
    )


def _table(model: Played, counted: Played, words: Words, revealed: bool) -> dict[str, list[Any]]:
    n = len(model.members)
    table: dict[str, list[Any]] = {words("class.columns.round"): list(range(n))}
    if revealed:
        table[words("class.columns.share_model")] = [round(share, 2) for share in model.shares]
        table[words("class.columns.members_model")] = list(model.members)
    table[words("class.columns.share_class")] = _filled(counted.shares, n)
    table[words("class.columns.members_class")] = _filled(counted.members, n)
    return table


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
