"""A visitor's desk in the sweep room: what is typed and chosen there, and the runs that go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara

from agents.errors import DeathspiralError
from classroom.controls.kinds import WHOLE, kind_of
from classroom.controls.parameter_words import allowed, label_of
from classroom.controls.values import value_from_text
from classroom.limits import too_much_for_a_sweep
from classroom.many_runs.errand import Errand
from classroom.many_runs.sweep import Sweep
from classroom.words import Words

if TYPE_CHECKING:
    from classroom.setup import Setup

Ends = dict[str, tuple[float, float]]
"""Ends of spans that the visitor has set, by name of the control."""
Choice = tuple[str, tuple[str, ...]]
"""A pool and what of it is varied."""


class Desk:
    """What a visitor has chosen in the room, and the runs that go on."""

    def __init__(self) -> None:
        self.errand = Errand()
        self.ends: solara.Reactive[dict[str, Ends]] = solara.reactive({})
        """By pool."""
        self.outcome = solara.reactive("")
        self.problem: solara.Reactive[tuple[Choice, str] | None] = solara.reactive(None)
        self.turn = solara.reactive(0)

    def set_span(self, asked: dict[str, str], setup: Setup) -> None:
        """Take the typed ends of a span, or say why they cannot be."""
        read = _ends_of(asked, setup)
        if isinstance(read, str):
            self.problem.value = (setup.preset, setup.vary), read
            return
        self.problem.value = None
        ends = {**self.ends_of(setup), asked["name"]: read}
        self.ends.value = {**self.ends.value, setup.preset: ends}

    def ends_of(self, setup: Setup) -> Ends:
        """Return the ends that the visitor has set for a pool."""
        return self.ends.value.get(setup.preset, {})

    def problem_of(self, setup: Setup) -> str:
        """Say what is wrong with the ends that were typed last, if they are still asked for."""
        about, told = self.problem.value or (None, "")
        return told if about == (setup.preset, setup.vary) else ""


def _ends_of(asked: dict[str, str], setup: Setup) -> tuple[float, float] | str:
    """Return the typed ends of a span, or a sentence that says why they cannot be."""
    name, words = asked["name"], Words(setup.language)
    try:
        low, high = (
            float(value_from_text(name, str(asked[end]), words, kind_of(name).power))
            for end in ("low", "high")
        )
    except DeathspiralError as error:
        return str(error)
    large = _too_large(name, high, setup)
    if low < high and not large:
        return low, high
    told = words(
        "sweep.bad_range",
        low=asked["low"],
        high=asked["high"],
        label=label_of(name, words),
        allowed=allowed(name, words),
    )
    return words("sweep.between_sentences").join(filter(None, (told, large)))


def _too_large(name: str, high: float, setup: Setup) -> str:
    """Say why the upper end of a span is too much for a run; what the model refuses is left out."""
    value = int(high) if kind_of(name).name == WHOLE else high
    try:
        scenario = Sweep(setup, ()).base().but(**{name: value})
    except DeathspiralError:
        return ""
    return too_much_for_a_sweep(scenario, Words(setup.language))
