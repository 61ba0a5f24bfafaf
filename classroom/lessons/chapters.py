"""The lessons as data: a TOML file each says what a screen sets and asks; words are elsewhere."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from classroom.setup import SKIPPED, Setup

NAMES = ("one_pool", "leaving", "fairness", "repair", "always", "real_case")
"""The lessons in order; lesson 1 is the first."""
ALL_CURVES = 3
TO_THE_END = -1
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Question:
    """What is asked; `measure` is the name of a function of `classroom.lessons.answers`."""

    name: str
    measure: str = ""
    """Empty if the answer is free text."""
    options: tuple[str, ...] = ()
    """Names of the choices; none if the answer is a number or text."""
    tolerance: float = 0.0
    """How far a number may be off, in its own unit or, below 1, as a share of the answer."""
    seeds: int = 20
    """Runs with other people and luck that are shown beside the answer."""

    @property
    def kind(self) -> str:
        """How it is answered: ``choice``, ``number`` or ``text``."""
        if not self.measure:
            return "text"
        return "choice" if self.options else "number"


@dataclass(frozen=True)
class Screen:
    """One idea: a setup, the figures to look at, a question, and how far the run then goes."""

    question: Question
    setup: Setup
    focus: tuple[str, ...] = ()
    revealed: int = ALL_CURVES
    then: int = TO_THE_END
    """Period to which the run goes once the question is answered; 0 leaves it."""
    predicts: bool = False
    """Whether the number that is asked for is the members left at the end."""


@dataclass(frozen=True)
class Lesson:
    """A chapter of three minutes: screens, and an exit ticket after the last."""

    name: str
    number: int
    minutes: int
    outcomes: tuple[int, ...]
    """Learning outcomes, as numbered in docs/teaching."""
    misconceptions: tuple[str, ...]
    screens: tuple[Screen, ...]
    ticket: tuple[tuple[Question, Setup], ...] = field(default=())


def lesson(number: int) -> Lesson:
    """Return a lesson by its number, from 1."""
    return lessons()[number - 1]


@functools.cache
def lessons() -> tuple[Lesson, ...]:
    """Return all lessons in order."""
    return tuple(_read(name, number) for number, name in enumerate(NAMES, 1))


def screen_of(setup: Setup) -> Screen | None:
    """Return the screen that a setup has open; None in the list of lessons and at a ticket."""
    if not 1 <= setup.lesson <= len(NAMES):
        return None
    screens = lesson(setup.lesson).screens
    return screens[setup.screen] if 0 <= setup.screen < len(screens) else None


def focus_of(setup: Setup) -> tuple[str, ...]:
    """Return the names of the figures that the open screen is about; none if it does not care."""
    screen = screen_of(setup)
    return screen.focus if screen else ()


def revealed_of(setup: Setup) -> int:
    """Return how many of the three cost curves the open screen shows, in the order of teaching."""
    screen = screen_of(setup)
    return screen.revealed if screen else ALL_CURVES


def opened(setup: Setup, number: int, screen: int) -> Setup:
    """Return the setup of a screen of a lesson, in the visitor's language.

    A ticket, which follows the last screen, keeps the pool that is there.
    """
    place = setup.but(room="lessons", lesson=number, screen=screen)
    found = screen_of(place)
    if found is None:
        return place
    return found.setup.but(
        room="lessons", lesson=number, screen=screen, language=setup.language, prediction=SKIPPED
    )


def _read(name: str, number: int) -> Lesson:
    table = tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))
    base = table["base"]
    return Lesson(
        name=name,
        number=number,
        minutes=table["minutes"],
        outcomes=tuple(table["outcomes"]),
        misconceptions=tuple(table["misconceptions"]),
        screens=tuple(_screen(entry, base) for entry in table["screen"]),
        ticket=tuple(_asked(entry, base) for entry in table["ticket"]),
    )


def _screen(entry: dict[str, Any], base: dict[str, Any]) -> Screen:
    question, setup = _asked(entry, base)
    plain = {key: entry[key] for key in ("revealed", "then", "predicts") if key in entry}
    return Screen(question, setup, focus=tuple(entry["focus"]), **plain)


def _asked(entry: dict[str, Any], base: dict[str, Any]) -> tuple[Question, Setup]:
    plain = {key: entry[key] for key in ("measure", "tolerance", "seeds") if key in entry}
    question = Question(entry["name"], options=tuple(entry.get("options", ())), **plain)
    setup = Setup(
        preset=entry.get("preset", base["preset"]),
        seed=entry.get("seed", 1),
        a={**base.get("set", {}), **entry.get("set", {})},
        b=entry.get("b"),
        at=entry.get("at", 0),
    )
    return question, replace(setup, prediction=SKIPPED)
