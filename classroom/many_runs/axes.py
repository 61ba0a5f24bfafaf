"""What the pictures of a sweep have in common: axes, units, the present setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.controls.kinds import kind_of
from classroom.controls.parameter_words import label_of, shown, unit_of
from classroom.figures import looks
from experiments.style import DARK_GREY

if TYPE_CHECKING:
    from classroom.many_runs.sweep import Sweep
    from classroom.words import Words

Array = np.ndarray[Any, Any]

_PERCENT = ("members_kept", "collapsed", "halved", "total_relative_welfare")


def outside(sweep: Sweep) -> list[int]:
    """Return which controls stand outside their span now."""
    return [
        k
        for k, (span, now) in enumerate(zip(sweep.spans, sweep.now, strict=True))
        if not span.low <= now <= span.high
    ]


def told_now(sweep: Sweep, control: int, words: Words) -> str:
    """Say where a varied control stands in A."""
    name = sweep.spans[control].name
    return f"{label_of(name, words)} {shown(name, sweep.now[control], words)}"


def across(sweep: Sweep, control: int, values: Array, words: Words) -> dict[str, Any]:
    """Return the axis of a control, with half a step to spare on both sides."""
    half = float(np.diff(values).min()) / 2 if values.size > 1 else 0.5
    title = _axis(sweep.spans[control].name, words)
    return looks.axis(title, values[0] - half, values[-1] + half)


def factor_of(outcome: str) -> float:
    """Return what an outcome is multiplied by: 100 for a share."""
    return 100.0 if outcome in _PERCENT else 1.0


def power_of(name: str) -> float:
    """Return what a parameter is multiplied by on the page."""
    return float(10 ** kind_of(name).power)


def _axis(name: str, words: Words) -> str:
    unit = unit_of(name, words)
    return label_of(name, words) + (f" [{unit}]" if unit else "")


def layout_of(sweep: Sweep, x: dict[str, Any], y: dict[str, Any], words: Words) -> dict[str, Any]:
    """Return a layout with the number of runs and people written above."""
    people = f"{sweep.base().n_people:,}"
    size = words("sweep.size", n=len(sweep.seeds), points=len(sweep.points), people=people)
    drawn = looks.layout("sweep " + " ".join(span.name for span in sweep.spans), x, y)
    drawn["margin"] = drawn["margin"] | {"t": 62}
    where = {"x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom", "yshift": 34}
    drawn["annotations"] += [looks.writing(size, **where, font={"size": 15, "color": DARK_GREY})]
    return drawn
