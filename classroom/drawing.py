"""A figure of a run, with what it takes beyond the run: the same on the page and in its file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from classroom.controls.parameter_words import label_of, shown
from classroom.figures import FIGURES, difference
from classroom.figures.observed import observed_of
from classroom.lessons.chapters import revealed_of
from classroom.setup import A

if TYPE_CHECKING:
    from classroom.picture import Picture
    from classroom.setup import Setup
    from classroom.view import View
    from classroom.words import Words


def drawn(
    name: str,
    arm: str,
    view: View,
    among: Sequence[View],
    setup: Setup,
    words: Words,
    person: int | None = None,
) -> Picture:
    """Draw a figure of an arm.

    Parameters
    ----------
    name : str
        A key of `FIGURES`.
    arm : str
        A or B. The prediction was made of A alone.
    view : View
        The arm's run.
    among : sequence of View
        What is drawn to the same scale.
    setup : Setup
        What the visitor chose.
    words : Words
        The visitor's language.
    person : int, optional
        Row of the one who is pointed out.
    """
    more: dict[str, dict[str, Any]] = {
        "members": {
            "prediction": setup.prediction if arm == A else None,
            "stop": setup.stop,
            "marked": not view.running,
            "observed": observed_of(setup.story.observed, "members", view.scenario),
        },
        "people": {"by": setup.coloured_by, "person": person},
        "curves": {"revealed": revealed_in(setup), "person": person},
    }
    return FIGURES[name](view, words, among=among, **more.get(name, {}))


def drawn_difference(a: View, b: View, setup: Setup, words: Words) -> Picture:
    """Draw B less A; the note says which rules B changes."""
    return difference(a, b, words, _changed(setup, words))


def revealed_in(setup: Setup) -> int:
    """Return how many cost curves are shown: in a lesson as the lesson has it."""
    return revealed_of(setup) if setup.room == "lessons" else setup.revealed


def _changed(setup: Setup, words: Words) -> str:
    if not setup.b:
        return words("board.equal")
    rules = [
        words("board.rule", name=label_of(name, words), value=shown(name, value, words))
        for name, value in setup.b.items()
    ]
    return words("board.changed", what=words("figures.comma").join(rules))
