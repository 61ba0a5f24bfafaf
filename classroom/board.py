"""The board: the figures of the runs, A and B side by side, the difference above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import solara

from classroom.drawing import drawn, drawn_difference, revealed_in
from classroom.figure_part import Figure
from classroom.figures import FIGURES
from classroom.lessons.chapters import focus_of
from classroom.session import Frame, Session
from classroom.setup import A, B, Setup

DIFFERENCE = "difference"
USUAL = ("members", "people", "exits", "contribution", "curves", "selection")
"""What is shown of one run, unless the visitor or a lesson chooses; first what a class looks at."""
USUAL_OF_TWO = (DIFFERENCE, "members", "people")


@solara.component_vue("parts/chips.vue")
def ChipsPart(
    words: dict[str, Any],
    chips: list[dict[str, Any]],
    coloured_by: str,
    revealed: int,
    event_toggle: Callable[[str], object],
    event_colour: Callable[[str], object],
    event_reveal: Callable[[int], object],
) -> None:
    """Choose the figures, the colours of the people and the curves that are revealed."""


def shown_of(setup: Setup) -> tuple[str, ...]:
    """Return the names of the figures that a setup shows."""
    usual = USUAL if setup.b is None else USUAL_OF_TWO
    wanted = setup.figures or (focus_of(setup) if setup.room == "lessons" else ()) or usual
    names = (DIFFERENCE, *FIGURES) if setup.b is not None else tuple(FIGURES)
    return tuple(name for name in names if name in wanted)


@solara.component
def Board(session: Session, frame: Frame) -> None:
    """Show the figures of the runs."""
    setup, words = session.here, session.words
    person, set_person = solara.use_state(None)
    names = shown_of(setup)
    with solara.Column():  # always, and with keys, or figures are drawn anew beside others
        if setup.room != "lessons":
            Chips(session, names)
        if DIFFERENCE in names and frame.b is not None:
            picture = drawn_difference(frame.a, frame.b, setup, words)
            Figure(picture.saved_as(setup.preset, f"seed{setup.seed}"), words).key(DIFFERENCE)
        two = " ds-two" if frame.b is not None else ""
        with solara.v.Html(tag="div", class_=f"ds-figures{two}").key("figures"):
            for name in filter(FIGURES.__contains__, names):
                for arm, view in zip((A, B), frame.views, strict=False):
                    picture = drawn(name, arm, view, frame.views, setup, words, person)
                    if frame.b is not None:
                        picture = replace(picture, title=f"{arm.upper()} · {picture.title}")
                    saved = picture.saved_as(setup.preset, f"seed{setup.seed}", arm)
                    pick = set_person if name in ("people", "curves") else None
                    Figure(saved, words, pick).key(f"{name}-{arm}")


@solara.component
def Chips(session: Session, chosen: tuple[str, ...]) -> None:
    """Choose what is drawn."""
    setup, words = session.here, session.words
    names = (DIFFERENCE, *FIGURES) if setup.b is not None else tuple(FIGURES)
    label = {name: words(f"figures.{name}.short") for name in names}

    def toggle(name: str) -> None:
        kept = tuple(one for one in names if (one in chosen) != (one == name))
        session.change(figures=kept)

    ChipsPart(
        words=words.room("board"),
        chips=[{"name": n, "label": label[n], "shown": n in chosen} for n in names],
        coloured_by=setup.coloured_by,
        revealed=revealed_in(setup),
        event_toggle=toggle,
        event_colour=lambda by: session.change(coloured_by=by),
        event_reveal=lambda n: session.change(revealed=int(n)),
    )
