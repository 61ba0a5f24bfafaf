"""A visitor: what is set, the runs of A and B, and what is shown of them."""

from __future__ import annotations

import logging
import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import solara

from agents.errors import DeathspiralError, ScenarioError
from classroom.arm import Arm
from classroom.controls.listing import value_of
from classroom.limits import too_much
from classroom.many_runs.errand import Errand
from classroom.setup import SKIPPED, A, B, Setup, pools
from classroom.view import View
from classroom.words import Words
from experiments.parameters import plain

if TYPE_CHECKING:
    import polars as pl

    from model import Scenario

SPEEDS = (1, 2, 5, 10)
"""Periods between two pictures."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of the page: the runs as they stand, and the setup that they were made from."""

    setup: Setup
    a: View
    b: View | None = None

    @property
    def period(self) -> int:
        """Period at which the runs stand."""
        return max(view.period for view in self.views)

    @property
    def running(self) -> bool:
        """Whether a run goes on."""
        return any(view.running for view in self.views)

    @property
    def views(self) -> tuple[View, ...]:
        """The views of the arms."""
        return (self.a,) if self.b is None else (self.a, self.b)


class Session:
    """One visitor's settings and runs.

    Playing goes on in a task of its own while the visitor clicks, so whatever touches a run holds
    the lock, and drawing only reads a finished frame. Changed rules begin the runs anew at once.
    The setup of the settings does not follow the period; `here` is the setup that does.

    Parameters
    ----------
    setup : Setup
        What the link said.
    problems : list of str
        What was wrong with the link.
    """

    def __init__(self, setup: Setup, problems: list[str]) -> None:
        self.setup: solara.Reactive[Setup] = solara.reactive(setup)
        self.frame: solara.Reactive[Frame | None] = solara.reactive(None)
        self.playing = solara.reactive(False)
        self.speed = solara.reactive(SPEEDS[0])
        self.rescue = Errand()
        self.problems: solara.Reactive[list[str]] = solara.reactive(problems)
        self._arms: list[Arm] = []
        self._ran = setup
        """What the arms were made from; changes with them, under the lock."""
        self._begun = 0
        """Counts what was begun: of two wishes the later counts, whichever is ready first."""
        self._lock = threading.Lock()

    @property
    def words(self) -> Words:
        """The words of the visitor's language."""
        return Words(self.setup.value.language)

    @property
    def here(self) -> Setup:
        """The setup of the runs that are shown, at the period at which they stand: the link."""
        frame, setup = self.frame.value, self.setup.value
        if frame is None:
            return setup
        ran = frame.setup
        return setup.but(preset=ran.preset, seed=ran.seed, a=ran.a, b=ran.b, at=frame.period)

    @property
    def locked(self) -> bool:
        """Whether a prediction is awaited before the run may go on."""
        frame = self.frame.value
        return self.setup.value.prediction is None and frame is not None and frame.period == 0

    def begin(self, setup: Setup) -> bool:
        """Begin the runs of a setup; say what is wrong with it, if anything, and keep the old."""
        self.playing.value = False
        before, wished = self.setup.value, setup.but(at=0)
        try:
            scenarios = _scenarios(setup)  # first, since what cannot be cannot be drawn either
        except DeathspiralError as error:
            return self._refused(error)
        with self._lock:
            self._begun += 1
            turn = self._begun
        self.setup.value = wished  # at once, so that the next wish builds on it
        try:
            arms = [Arm(scenario, setup.seed) for scenario in scenarios]
            for arm in arms:
                arm.advance(setup.at)
        except DeathspiralError as error:
            if self.setup.value == wished:
                self.setup.value = before.but(at=0)
            return self._refused(error)
        with self._lock:
            if turn != self._begun:
                return True
            self._arms, self._ran = arms, setup
            frame = self._look()
        self.problems.value = []
        self._show(frame)
        return True

    def _refused(self, error: DeathspiralError) -> bool:
        self.problems.value = str(error).splitlines()
        return False

    def open(self, setup: Setup, problems: list[str]) -> None:
        """Begin what a link says; say what in it cannot be, and do without that."""
        try:
            begun = self.begin(setup)
        except Exception:  # whatever a link brings, the page opens
            logging.getLogger(__name__).exception("a link could not be opened")
            self.problems.value, begun = [self.words("problems.unexpected")], False
        if not begun:
            problems = problems + self.problems.value
            self.begin(Setup(language=setup.language))
        self.problems.value = problems

    def change(self, **changes: Any) -> bool:
        """Change the setup; new rules begin new runs, at the period at which the old ones stand.

        They begin at the opening if the visitor has to predict them first.
        """
        setup = self.setup.value.but(**changes)
        if setup.rules == self.setup.value.rules:
            self.setup.value = setup
            return True
        return self.begin(setup.but(at=0 if setup.prediction is None else self.here.at))

    def choose(self, preset: str) -> bool:
        """Take up a preset with its own values; language and room stay. A file is no preset."""
        if preset not in pools():
            return False
        return self.change(
            preset=preset, a={}, b=None, stop=None, vary=(), prediction=self._unpredicted()
        )

    def set(self, arm: str, name: str, value: Any) -> bool:
        """Set a parameter or rule of A or B; one that equals what it changes is no change."""
        setup = self.setup.value
        changes = {**((setup.a if arm == A else setup.b) or {}), name: value}
        below = setup.story.scenario if arm == A else setup.scenario(A)
        if plain(value_of(below, name)) == plain(value):
            del changes[name]
        prediction = self._unpredicted() if arm == A else setup.prediction
        return self.change(**{arm: changes}, prediction=prediction)

    def _unpredicted(self) -> float | None:
        """Return the prediction of a new question: none yet; who skips goes on skipping."""
        return SKIPPED if self.setup.value.prediction == SKIPPED else None

    def compare(self, wanted: bool) -> bool:
        """Put B beside A, equal at first, or take it away."""
        return self.change(b={} if wanted else None)

    def new_seed(self) -> bool:
        """Take other people and other luck under the same rules."""
        return self.change(seed=secrets.randbelow(1_000_000))

    def reset(self) -> bool:
        """Go back to the opening: the same people, the same luck."""
        return self.begin(self.setup.value.but(at=0))

    def advance(self, periods: int = 1) -> bool:
        """Live through some periods and show the last; return whether playing goes on."""
        with self._lock:
            if not any(arm.running for arm in self._arms):
                return False
            at, stop = max(arm.period for arm in self._arms), self.setup.value.stop
            to = at + periods
            if stop is not None and at < stop:
                to = min(to, stop)
            for arm in self._arms:
                arm.advance(to)
            frame = self._look()
        self._show(frame)
        return frame.running and frame.period != stop

    def finish(self) -> None:
        """Live through all periods that are left."""
        self.playing.value = False
        with self._lock:
            if not self._arms:
                return
            for arm in self._arms:
                arm.advance(arm.simulation.scenario.n_periods)
            frame = self._look()
        self._show(frame)

    def histories(self) -> list[pl.DataFrame]:
        """Return the tables of the runs of A and B so far."""
        with self._lock:
            return [arm.simulation.history for arm in self._arms]

    def _show(self, frame: Frame) -> None:
        # Outside the lock: drawing starts here, and may wait for another thread that wants in.
        if frame.setup is self._ran:
            self.frame.value = frame

    def _look(self) -> Frame:
        views = {arm: run.look() for arm, run in zip(self._ran.arms, self._arms, strict=True)}
        return Frame(self._ran, views[A], views.get(B))


def _scenarios(setup: Setup) -> list[Scenario]:
    """Return the scenarios of all arms, if they are not too large for a page."""
    scenarios = [setup.scenario(arm) for arm in setup.arms]
    words = Words(setup.language)
    large = dict.fromkeys(line for one in scenarios for line in too_much(one, words).values())
    if large:
        raise ScenarioError(list(large))
    return scenarios
