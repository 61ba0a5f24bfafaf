"""The people on their network, by state or by sentiment, each with a ledger."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.causes import CAUSE_NAMES, NO_CAUSE
from agents.population import (
    AIDED,
    COVERED,
    DIED,
    INELIGIBLE,
    LAPSED,
    OUTSIDE,
    STATUS_NAMES,
    WAITING,
)
from classroom.drawn_people.neighbourhood import SIDE
from classroom.figures.looks import NUMBER, PICK, SIZE, layout
from classroom.figures.told import of_run, yuan
from classroom.picture import Picture
from classroom.words import Words
from experiments import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classroom.drawn_people.faces import Faces
    from classroom.view import View

Array = np.ndarray[Any, Any]

LOOKS = {
    COVERED: (style.BLUE, "circle"),
    WAITING: (style.SKY, "diamond"),
    OUTSIDE: (style.GREY, "circle-open"),
    LAPSED: (style.VERMILLION, "x"),
    AIDED: (style.GREEN, "square"),
    INELIGIBLE: (style.PURPLE, "triangle-down"),
    DIED: (style.BLACK, "cross-thin"),
}
"""Colour and shape of each state, in the order of the legend."""
FEELINGS = (
    (0.0, "#a33c00"),
    (0.25, style.ORANGE),
    (0.5, "#d9d9d9"),
    (0.75, style.SKY),
    (1.0, "#004c7f"),
)
"""From −1 to 1: dark at both ends, so that it reads without colour too."""
TERMS = ("worth", "price", "own_cost", "reference", "sentiment", "value")
SHOWN = ("expected_cost", "pays", "expects", *TERMS)
WORTH_A_REASON = 1
"""Chance to leave from which on it is said why [percent]."""
MARGIN = 45
"""Room around the outermost people."""


def people(
    view: View,
    words: Words,
    among: Sequence[View] = (),
    by: str = "state",
    person: int | None = None,
) -> Picture:
    """Draw at most `faces.MOST` people who know each other; a click tells whose row it was.

    Parameters
    ----------
    view : View
        The run.
    words : Words
        The visitor's language.
    among : sequence of View, optional
        Nothing is drawn to scale here; taken as the other figures take it.
    by : str, optional
        What colours are for: ``state`` or ``sentiment``. Shapes are always for states.
    person : int, optional
        Row of the one who is pointed out, with the ledger in the note.
    """
    faces, at = view.faces, view.faces.position(person)
    data = [_ties(faces), _dots(view, by, words), _ring(faces, at)]
    data += [_key(status, by, words) for status in LOOKS]
    empty = {"visible": False, "range": [-MARGIN, SIDE + MARGIN], "fixedrange": True}
    drawn = layout("people", empty, empty, showlegend=True)
    drawn["margin"] = {"l": 4, "r": 4, "t": 4, "b": 4}
    note = [_note(view, by, words), of_run(view, words)]
    if at is not None:
        note.insert(0, told_of(view, at, words))
    figure = {"data": data, "layout": drawn}
    title = words(f"figures.people.title_{by}")
    return Picture("people", title, "\n".join(note), figure, _table(view, words))


def _ties(faces: Faces) -> dict[str, Any]:
    """Return one broken line along all ties."""
    ends = faces.ties
    gap = np.full(len(ends), np.nan)
    x, y = (
        np.stack([spot[ends[:, 0]], spot[ends[:, 1]], gap], axis=1).ravel()
        for spot in (faces.x, faces.y)
    )
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x.astype(np.float32),
        "y": y.astype(np.float32),
        "line": {"color": "rgba(90,90,90,0.22)", "width": 1},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _dots(view: View, by: str, words: Words) -> dict[str, Any]:
    faces = view.faces
    numbers = np.stack([faces.ledger[name] for name in SHOWN] + [faces.sentiment], axis=1)
    marker: dict[str, Any] = {"size": 12, "symbol": [LOOKS[s][1] for s in faces.status.tolist()]}
    if by == "sentiment":
        marker |= {"color": faces.sentiment.astype(np.float32), "colorscale": FEELINGS}
        marker |= {"cmin": -1, "cmax": 1, "showscale": True, "colorbar": _bar(words)}
    else:
        marker["color"] = [LOOKS[s][0] for s in faces.status.tolist()]
    marker["line"] = {
        "width": 1.5 if by == "state" else 0.5,
        "color": marker["color"] if by == "state" else style.INK,
    }
    return {
        "type": "scatter",
        "mode": "markers",
        "meta": PICK,
        "x": faces.x,
        "y": faces.y,
        "marker": marker,
        "customdata": _light(np.column_stack([faces.rows, numbers])),
        "text": _who(faces, words),
        "hovertext": ["<br>".join(lines) for lines in _intentions(faces, words)],
        "hoverlabel": {"font": {"size": SIZE - 2}},
        "hovertemplate": _pointer(view, words),
        "showlegend": False,
    }


def _light(numbers: Array) -> Array:
    """Return numbers with the digits that are read, which travel lightly."""
    return numbers.round(3).astype(np.float32)


def _bar(words: Words) -> dict[str, Any]:
    ends = [words(f"figures.people.{end}") for end in ("against", "neutral", "content")]
    return {
        "tickvals": [-1, 0, 1],
        "ticktext": ends,
        "thickness": 14,
        "len": 0.8,
        "outlinewidth": 0,
        "tickfont": {"size": SIZE - 2},
    }


def _ring(faces: Faces, at: int | None) -> dict[str, Any]:
    chosen = [] if at is None else [at]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": faces.x[chosen],
        "y": faces.y[chosen],
        "marker": {"size": 26, "symbol": "circle-open", "color": style.INK, "line": {"width": 4}},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _key(status: int, by: str, words: Words) -> dict[str, Any]:
    """Return an entry of the legend, which is there whether or not anybody is in that state."""
    colour, symbol = LOOKS[status]
    colour = colour if by == "state" else style.DARK_GREY
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [None],
        "y": [None],
        "name": _state(status, words),
        "marker": {
            "size": 12,
            "color": colour,
            "symbol": symbol,
            "line": {"width": 1.5, "color": colour},
        },
        "hoverinfo": "skip",
    }


def _who(faces: Faces, words: Words) -> list[str]:
    """Say of each drawn person sex, age and state."""
    told = (faces.ledger["female"], faces.ledger["age"], faces.status)
    columns = (column.tolist() for column in told)
    return [_one_of(words.language, *one) for one in zip(*columns, strict=True)]


@functools.lru_cache(maxsize=10_000)
def _one_of(language: str, female: bool, age: int, status: int) -> str:
    words = Words(language)
    person = words(f"figures.people.{'woman' if female else 'man'}", age=age)
    return words("figures.people.who", person=person, status=_state(status, words))


def _intentions(faces: Faces, words: Words) -> list[tuple[str, ...]]:
    """Say why a person is gone; what a member or outsider would do if asked now, and why."""
    percent = np.where(np.isnan(faces.ledger["changing"]), -1, faces.ledger["changing"] * 100)
    told = (faces.ledger["cause"], faces.ledger["plan"] >= 0, percent, faces.ledger["reason"])
    columns = (np.rint(column).astype(np.int64).tolist() for column in told)
    return [_intention(words.language, *one) for one in zip(*columns, strict=True)]


@functools.lru_cache(maxsize=10_000)
def _intention(
    language: str, cause: int, inside: bool, percent: int, reason: int
) -> tuple[str, ...]:
    words, text = Words(language), "figures.people."
    told: tuple[str, ...] = ()
    if cause != NO_CAUSE:
        told = (words(text + "gone", cause=_cause(cause, words)),)
    if percent < 0:
        return told
    would = "would_leave" if inside else "would_join"
    told += (words(text + would, chance=f"{percent}%"),)
    if inside and percent >= WORTH_A_REASON:
        told += (words(text + "mostly", cause=_cause(reason, words)),)
    return told


def _state(status: int, words: Words) -> str:
    return words(f"figures.states.{STATUS_NAMES[status]}")


def _cause(cause: int, words: Words) -> str:
    return words(f"figures.causes.{CAUSE_NAMES[cause]}")


def _pointer(view: View, words: Words) -> str:
    lines = [
        f"{words(f'figures.people.{name}')}: %{{customdata[{place}]:{_sign(name)}{NUMBER}}}"
        for place, name in enumerate(SHOWN, 1)
    ]
    lines[-1] = f"<b>= {lines[-1]}</b>"
    unit = words("figures.people.unit", unit=yuan(view, words))
    return "<br>".join(["<b>%{text}</b>", *lines, unit, "<b>%{hovertext}</b><extra></extra>"])


def _sign(name: str) -> str:
    return "+" if name in TERMS else ""


def told_of(view: View, at: int, words: Words) -> str:
    """Return the ledger of the drawn person at a position, as text."""
    faces = view.faces
    parts = [
        f"{words(f'figures.people.{name}')} {faces.ledger[name][at]:{_sign(name)},.3g}"
        for name in SHOWN
    ]
    listed = words("figures.comma").join(parts)
    unit = words("figures.people.unit", unit=yuan(view, words))
    stop = words("figures.stop")
    then = stop.join(_intentions(faces, words)[at])
    return f"{_who(faces, words)[at]}{words('figures.colon')}{listed} ({unit}){stop}{then}"


def _note(view: View, by: str, words: Words) -> str:
    faces = view.faces
    drawn = words("figures.people.note", drawn=faces.rows.size, by=words(f"figures.people.by_{by}"))
    if len(faces.ties):
        return drawn
    told = {"none": "alone", "complete": "all_know"}.get(view.scenario.ties, "alone")
    return f"{drawn} {words(f'figures.people.{told}')}"


def _table(view: View, words: Words) -> dict[str, Any]:
    faces, unit = view.faces, yuan(view, words)
    ledger = faces.ledger
    states = [_state(status, words) for status in range(len(STATUS_NAMES))]
    sexes = words("figures.people.male"), words("figures.people.female")
    table: dict[str, Any] = {
        words("figures.people.row"): faces.rows,
        words("figures.people.age"): ledger["age"],
        words("figures.people.sex"): [sexes[f] for f in ledger["female"].tolist()],
        words("figures.people.state"): [states[s] for s in faces.status.tolist()],
        words("figures.people.feeling"): _light(faces.sentiment),
        words("figures.people.changing"): _light(ledger["changing"]),
    }
    return table | {
        f"{words(f'figures.people.{name}')} [{unit}]": _light(ledger[name]) for name in SHOWN
    }
